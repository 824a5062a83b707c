// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests that want all of a CPU: for share_bench.c, which stops them. Each tells it in
 * argument 0 where its progress is.
 */
#include "gic.h"
#include "count_loop.h"

static shared u32 progress;
static shared u32 turn;

/* What CPU 1 does until the end, and how a CPU waits for the other */
static void (*play)(void);
static void (*wait)(void);

static void begin(void)
{
	set_arg(0, (u32)&progress);
}

GUEST_TEST(count, 1)
{
	begin();
	count_loop(&progress);
}

static void second_cpu(void)
{
	play();
}

static void two_cpus(void (*what)(void), void (*how)(void))
{
	begin();
	play = what;
	wait = how;
	if (cpu_on(1, second_cpu) != PSCI_SUCCESS)
		done(RESULT_FAIL);
	play();
}

/* An SGI goes to and fro */
static void play_sgi(void)
{
	u32 me = this_cpu(), iar;

	gic_on();
	if (me)
		progress = 1;
	else
		while (!progress)
			;
	for (;;) {
		if (!me || progress > 1)
			gicd_write(GICD_SGIR, SGIR_TO(2 >> me));
		while (((iar = gicc_read(GICC_IAR)) & 0x3ff) == SPURIOUS)
			wait();
		gicc_write(GICC_EOIR, iar);
		progress++;
	}
}

/* A word in memory says whose turn it is */
static void play_word(void)
{
	u32 me = this_cpu();

	for (;;) {
		while (turn != me)
			wait();
		progress++;
		turn = 1 - me;
		dsb();
		asm volatile("sev");
	}
}

static void wait_busy(void)
{
	asm volatile(".rept 100\n\tnop\n\t.endr");
}

static void wait_wfe(void)
{
	asm volatile("wfe" : : : "memory");
}

GUEST_TEST(ipi_busy, 2)
{
	two_cpus(play_sgi, wait_busy);
}

GUEST_TEST(ipi_wfi, 2)
{
	two_cpus(play_sgi, wfi);
}

GUEST_TEST(lock_wfe, 2)
{
	two_cpus(play_word, wait_wfe);
}
