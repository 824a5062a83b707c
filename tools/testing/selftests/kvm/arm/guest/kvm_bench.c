// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long single operations take: each test prints "BENCH name ticks count"
 * with the ticks of the virtual counter that so many operations took. One tick
 * is 16 instructions where the board counts them. MMU off, as in the reference.
 *
 * What is timed is between marks for the emulator's log of instructions, see
 * board/execlog.c; it leaves out the waiting in spin() and target_loop().
 */
#include "gic.h"

#define N		1000
#define __str(x)	#x
#define str(x)		__str(x)
#define VTIMER_PPI	27
#define EXPIRIES	100
#define PAGES		1024
#define BLOCKS		16

static void report(const char *name, u64 ticks, u32 n)
{
	print("BENCH %s %llu %u\n", name, ticks, n);
}

static inline void mark_begin(void)
{
	asm volatile("mov r10, r10" : : : "memory");
}

static inline void mark_end(void)
{
	asm volatile("mov r11, r11" : : : "memory");
}

/* Once to warm up, then so often */
#define TIME_LOOP(name, n, stmt)					\
do {									\
	u32 __i, __pass, __n = (n);					\
	u64 __start;							\
									\
	for (__pass = 0; __pass < 2; __pass++) {			\
		if (__pass)						\
			mark_begin();					\
		__start = counter();					\
		for (__i = __pass ? __n : 1; __i; __i--)		\
			stmt;						\
	}								\
	__start = counter() - __start;					\
	mark_end();							\
	report(name, __start, __n);					\
} while (0)

GUEST_TEST(hypercall, 1)
{
	TIME_LOOP("hypercall", N, ({
		register u32 r0 asm("r0") = PSCI_VERSION;

		asm volatile(".arch_extension virt\n\thvc #0" : "+r" (r0) : :
			     "r1", "r2", "r3", "memory");
	}));
}

/* Hyp mode alone answers this one, without a world switch */
GUEST_TEST(hyp_trap, 1)
{
	TIME_LOOP("hyp_trap", N, READ_CP(p15, 0, c0, c1, 7));
}

GUEST_TEST(io_kernel, 1)
{
	TIME_LOOP("io_kernel", N, gicd_read(GICD_ISENABLER + 4));
}

GUEST_TEST(io_user, 1)
{
	TIME_LOOP("io_user", N, io_read32(TESTDEV_BASE + DEV_NULL));
}

GUEST_TEST(cp15_trap, 1)
{
	TIME_LOOP("cp15_trap", N, READ_CP(p15, 0, c1, c0, 1));
}

/* What the handler below writes, at offsets that it knows */
static shared struct {
	u32 taken;
	u32 pad;
	u64 when;
} bench_state __used;

asm("	.arch_extension virt\n"
	"	.align	5\n"
	"bench_vectors:	@ with the shortest handler there can be\n"
	"	b	.\n	b	.\n	b	.\n	b	.\n	b	.\n	b	.\n"
	"	push	{r0-r3}\n"
	"	mrrc	p15, 1, r0, r1, c14\n"
	"	movw	r3, #:lower16:bench_state\n"
	"	movt	r3, #:upper16:bench_state\n"
	"	strd	r0, r1, [r3, #8]\n"
	"	movw	r2, #" str(GICC_BASE) " & 0xffff\n"
	"	movt	r2, #" str(GICC_BASE) " >> 16\n"
	"	ldr	r1, [r2, #0x0c]\n"	/* GICC_IAR */
	"	ubfx	r0, r1, #0, #10\n"
	"	cmp	r0, #27\n"		/* the timer: off, or it comes again */
	"	moveq	r0, #0\n"
	"	mcreq	p15, 0, r0, c14, c3, 1\n"
	"	isb\n"
	"	str	r1, [r2, #0x10]\n"	/* GICC_EOIR */
	"	ldr	r0, [r3]\n"
	"	add	r0, r0, #1\n"
	"	str	r0, [r3]\n"
	"	pop	{r0-r3}\n"
	"	subs	pc, lr, #4\n");

enum { SPIN_BUSY, SPIN_WFI, SPIN_YIELD };

/* Waits for an interrupt; with icount, yield hands over to the board's other CPU */
static noinline void spin(u32 was, int how)
{
	while (bench_state.taken == was) {
		if (how == SPIN_WFI)
			wfi();
		else if (how == SPIN_YIELD)
			asm volatile("yield");
	}
}

/* Xen's guests have to enable SGIs, too */
static void bench_gic_on(void)
{
	gic_on();
	gicd_write(GICD_ISENABLER, 0xffff);
}

static void bench_irqs_on(void)
{
	WRITE_CP((u32)bench_vectors, p15, 0, c12, c0, 0);
	isb();
	bench_gic_on();
	gic_enable(VTIMER_PPI);
	irq_on();
}

GUEST_TEST(self_sgi, 1)
{
	bench_irqs_on();
	TIME_LOOP("self_sgi", N, ({
		u32 was = bench_state.taken;

		gicd_write(GICD_SGIR, SGIR_SELF | 1);
		while (bench_state.taken == was)
			;
	}));
}

/* The interrupt is pending before, so that only the two accesses are timed */
GUEST_TEST(ack_eoi, 1)
{
	u64 start, ticks = 0, nothing = 0;
	u32 i, iar, dropped = 0;

	irq_off();
	bench_gic_on();
	for (i = 0; i < N; i++) {
		gicd_write(GICD_SGIR, SGIR_SELF | 1);
		start = counter();
		mark_begin();
		iar = gicc_read(GICC_IAR);
		gicc_write(GICC_EOIR, iar);
		mark_end();
		ticks += counter() - start;
		dropped += (iar & 0x3ff) != 1;
	}
	for (i = 0; i < N; i++) {
		gicd_write(GICD_SGIR, SGIR_SELF | 1);
		start = counter();
		mark_begin();
		mark_end();
		nothing += counter() - start;
		iar = gicc_read(GICC_IAR);
		gicc_write(GICC_EOIR, iar);
	}
	CHECK_EQ(dropped, 0);
	report("ack_eoi", ticks > nothing ? ticks - nothing : 0, N);
}

/*
 * The median: when the whole board sleeps, the emulator may be woken late. Inline,
 * so that its marks are those of the test.
 */
static inline __always_inline void timer(const char *name, bool sleep)
{
	u32 late[EXPIRIES], i, j, this, was;
	u64 cval;

	bench_irqs_on();
	/* The first one warms up */
	for (i = 0; i <= EXPIRIES; i++) {
		was = bench_state.taken;
		/* Not in step with the host's ticks, which would meet each or none */
		cval = counter() + counter_hz() / 1000 * 3 + i * 211;
		WRITE_CP64(cval, p15, 3, c14);
		WRITE_CP(1, p15, 0, c14, c3, 1);
		isb();
		if (i)
			mark_begin();
		spin(was, sleep ? SPIN_WFI : SPIN_BUSY);
		mark_end();
		if (!i)
			continue;
		this = bench_state.when - cval;
		for (j = i - 1; j && late[j - 1] > this; j--)
			late[j] = late[j - 1];
		late[j] = this;
	}
	report(name, late[EXPIRIES / 2], 1);
}

GUEST_TEST(timer_busy, 1)
{
	timer("timer_busy", false);
}

GUEST_TEST(timer_wfi, 1)
{
	timer("timer_wfi", true);
}

GUEST_TEST(touch_4k, 1)
{
	u32 addr = RAM_BASE + 0x02000000;

	/* Its page table is there before */
	io_write32(addr, 1);
	addr += 4096;
	TIME_LOOP("touch_4k", PAGES, (io_write32(addr, 1), addr += 4096));
}

GUEST_TEST(touch_2m, 1)
{
	u32 addr = RAM_BASE + 0x04000000;

	io_write32(addr, 1);
	addr += 0x200000;
	TIME_LOOP("touch_2m", BLOCKS, (io_write32(addr, 1), addr += 0x200000));
}

static shared bool running;

static noinline void target_loop(void)
{
	for (;;)
		asm volatile("yield");
}

static void target(void)
{
	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_CTLR, 1);
	WRITE_CP((u32)bench_vectors, p15, 0, c12, c0, 0);
	isb();
	irq_on();
	running = true;
	target_loop();
}

/* The sender's side alone, to a CPU that runs and takes it */
GUEST_TEST(ipi_sender, 2)
{
	bench_irqs_on();
	cpu_on(1, target);
	if (!WAIT_FOR(running, 5000))
		done(RESULT_FAIL);
	TIME_LOOP("ipi_sender", N, gicd_write(GICD_SGIR, SGIR_TO(2) | 2));
	CHECK(WAIT_FOR(bench_state.taken, 1000));
}

/*
 * From the SGI until the other CPU has completed it: what both executed, as the
 * CPUs of a board that counts instructions take turns.
 */
GUEST_TEST(ipi, 2)
{
	bench_irqs_on();
	cpu_on(1, target);
	if (!WAIT_FOR(running, 5000))
		done(RESULT_FAIL);
	TIME_LOOP("ipi", N, ({
		u32 was = bench_state.taken;

		gicd_write(GICD_SGIR, SGIR_TO(2) | 2);
		spin(was, SPIN_YIELD);
	}));
}
