// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual timer (PPI 27) and the physical timer (PPI 30): busy, in WFI, and
 * with more CPUs than the host has; their registers; and their way through the
 * GIC. All of it also holds on a real machine.
 */
#include "gic.h"

#define VTIMER		27
#define PTIMER		30

#define ENABLE		1
#define IMASK		2
#define ISTATUS		4

#define ROUNDS		50

static shared u32 taken[MAX_CPUS][2];
static shared u32 wrong[MAX_CPUS];
static shared u64 when[MAX_CPUS];

static u64 pcounter(void)
{
	isb();
	return READ_CP64(p15, 0, c14);
}

static u32 ctl(u32 irq)
{
	isb();
	return irq == VTIMER ? READ_CP(p15, 0, c14, c3, 1) : READ_CP(p15, 0, c14, c2, 1);
}

static void set_ctl(u32 irq, u32 val)
{
	if (irq == VTIMER)
		WRITE_CP(val, p15, 0, c14, c3, 1);
	else
		WRITE_CP(val, p15, 0, c14, c2, 1);
	isb();
}

static u64 cval(u32 irq)
{
	return irq == VTIMER ? READ_CP64(p15, 3, c14) : READ_CP64(p15, 2, c14);
}

static void set_cval(u32 irq, u64 val)
{
	if (irq == VTIMER)
		WRITE_CP64(val, p15, 3, c14);
	else
		WRITE_CP64(val, p15, 2, c14);
	isb();
}

static u32 tval(u32 irq)
{
	isb();
	return irq == VTIMER ? READ_CP(p15, 0, c14, c3, 0) : READ_CP(p15, 0, c14, c2, 0);
}

static void set_tval(u32 irq, u32 val)
{
	if (irq == VTIMER)
		WRITE_CP(val, p15, 0, c14, c3, 0);
	else
		WRITE_CP(val, p15, 0, c14, c2, 0);
	isb();
}

static u64 now(u32 irq)
{
	return irq == VTIMER ? counter() : pcounter();
}

static u64 us(u32 n)
{
	return (u64)(counter_hz() / 1000000) * n;
}

/* Takes the interrupt and turns the timer off */
static void on_timer(void)
{
	u32 iar = gicc_read(GICC_IAR), irq = iar & 0x3ff, cpu = this_cpu();

	if (irq != VTIMER && irq != PTIMER) {
		wrong[cpu]++;
	} else {
		when[cpu] = now(irq);
		if ((ctl(irq) & (ENABLE | IMASK | ISTATUS)) != (ENABLE | ISTATUS))
			wrong[cpu]++;
		set_ctl(irq, 0);
		taken[cpu][irq == PTIMER]++;
	}
	if (irq < 1020)
		gicc_write(GICC_EOIR, iar);
}

static void ready(void)
{
	gic_on();
	gic_edge(VTIMER, false);
	gic_edge(PTIMER, false);
	gic_enable(VTIMER);
	gic_enable(PTIMER);
	me()->irq = on_timer;
	expect(EXC_IRQ);
}

/* One period: is the interrupt there, once, and not early? */
static bool period(u32 irq, u32 usec, bool sleep)
{
	u32 cpu = this_cpu(), was = taken[cpu][irq == PTIMER];
	u64 end = counter() + us(5000000), at = now(irq) + us(usec);

	set_cval(irq, at);
	set_ctl(irq, ENABLE);
	while (taken[cpu][irq == PTIMER] == was && counter() < end)
		if (sleep) {
			/* Else it may come between the test and the WFI */
			irq_off();
			if (taken[cpu][irq == PTIMER] == was)
				wfi();
			irq_on();
		}
	return taken[cpu][irq == PTIMER] == was + 1 && when[cpu] >= at;
}

static void periods(u32 irq, bool sleep)
{
	u32 i, cpu = this_cpu(), good = 0;

	ready();
	irq_on();
	for (i = 0; i < ROUNDS; i++)
		good += period(irq, 50 + i * 37, sleep);
	irq_off();
	CHECK_EQ(good, ROUNDS);
	CHECK_EQ(taken[cpu][irq == PTIMER], ROUNDS);
	CHECK_EQ(taken[cpu][irq != PTIMER], 0);
	CHECK_EQ(wrong[cpu], 0);
}

GUEST_TEST(virtual_busy, 1)
{
	periods(VTIMER, false);
}

GUEST_TEST(virtual_wfi, 1)
{
	periods(VTIMER, true);
}

GUEST_TEST(physical_busy, 1)
{
	periods(PTIMER, false);
}

GUEST_TEST(physical_wfi, 1)
{
	periods(PTIMER, true);
}

/* Both at once, on more CPUs than the board has: they are descheduled */
static void both_sleeping(void)
{
	u32 i, good = 0, cpu = this_cpu();

	ready();
	irq_on();
	for (i = 0; i < ROUNDS; i++) {
		good += period(VTIMER, 300 + cpu * 100 + i * 11, i & 1);
		good += period(PTIMER, 200 + cpu * 100 + i * 13, i & 2);
	}
	irq_off();
	CHECK_EQ(good, 2 * ROUNDS);
	CHECK_EQ(wrong[cpu], 0);
}

GUEST_TEST(descheduled, 8)
{
	u32 i;

	for (i = 1; i < 8; i++)
		CHECK_EQ(cpu_on(i, both_sleeping), PSCI_SUCCESS);
	both_sleeping();
	for (i = 1; i < 8; i++)
		CHECK(cpu_wait(i, 30000));
}

/* B8.1.5: the registers are views of one comparator */
static void registers(u32 irq)
{
	u64 t;

	set_ctl(irq, 0);
	CHECK_EQ(ctl(irq) & (ENABLE | IMASK), 0);

	/* Far in the future */
	set_cval(irq, ~0ULL);
	CHECK_EQ(cval(irq), ~0ULL);
	set_ctl(irq, ENABLE);
	CHECK_EQ(ctl(irq), ENABLE);
	set_ctl(irq, ENABLE | IMASK);
	CHECK_EQ(ctl(irq), ENABLE | IMASK);

	/* Past: ISTATUS is read-only and ignores the mask */
	set_cval(irq, 0);
	CHECK(WAIT_FOR(ctl(irq) & ISTATUS, 100));
	CHECK_EQ(ctl(irq), ENABLE | IMASK | ISTATUS);
	set_ctl(irq, ENABLE | IMASK | 0xfffffff8);
	CHECK_EQ(ctl(irq), ENABLE | IMASK | ISTATUS);

	/* TVAL: signed distance from now */
	t = now(irq);
	set_tval(irq, us(1000000));
	CHECK(cval(irq) >= t + us(1000000));
	CHECK(cval(irq) <= now(irq) + us(1000000));
	CHECK_EQ(ctl(irq), ENABLE | IMASK);
	CHECK((s32)tval(irq) > 0 && tval(irq) <= us(1000000));
	set_tval(irq, -1000);
	CHECK(cval(irq) >= t - 1000 && cval(irq) <= now(irq) - 1000);
	CHECK((s32)tval(irq) <= -1000);
	CHECK(WAIT_FOR(ctl(irq) & ISTATUS, 100));

	/* TVAL counts down without the timer being enabled */
	set_ctl(irq, 0);
	set_tval(irq, 5);
	CHECK(WAIT_FOR((s32)tval(irq) < 0, 100));
}

GUEST_TEST(virtual_registers, 1)
{
	registers(VTIMER);
}

GUEST_TEST(physical_registers, 1)
{
	registers(PTIMER);
}

/* A level: as long as the output is high the interrupt comes again */
static void comes_again(u32 irq)
{
	u32 i, iar;

	ready();
	set_cval(irq, 0);
	set_ctl(irq, ENABLE);
	for (i = 0; i < 5; i++) {
		iar = gic_wait_iar();
		CHECK_EQ(iar, irq);
		CHECK(gic_bit(GICD_ISACTIVER, irq));
		gicc_write(GICC_EOIR, iar);
	}
	CHECK_EQ(gic_wait_iar(), irq);
	set_ctl(irq, 0);
	gicc_write(GICC_EOIR, irq);
	CHECK(!gic_bit(GICD_ISACTIVER, irq));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
}

GUEST_TEST(virtual_level, 1)
{
	comes_again(VTIMER);
}

GUEST_TEST(physical_level, 1)
{
	comes_again(PTIMER);
}

/* The pending state follows the output, also of an interrupt that is disabled */
static void pending_follows(u32 irq)
{
	u32 i;

	ready();
	gic_disable(irq);
	for (i = 0; i < 3; i++) {
		CHECK(!gic_bit(GICD_ISPENDR, irq));
		set_cval(irq, 0);
		set_ctl(irq, ENABLE);
		CHECK(WAIT_FOR(gic_bit(GICD_ISPENDR, irq), 100));
		/* It cannot be cleared while the output is high */
		gic_set_bit(GICD_ICPENDR, irq);
		CHECK(WAIT_FOR(gic_bit(GICD_ISPENDR, irq), 100));
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		set_ctl(irq, ENABLE | IMASK);
		CHECK(WAIT_FOR(!gic_bit(GICD_ISPENDR, irq), 100));
		set_ctl(irq, ENABLE);
		CHECK(WAIT_FOR(gic_bit(GICD_ISPENDR, irq), 100));
		set_ctl(irq, 0);
		CHECK(WAIT_FOR(!gic_bit(GICD_ISPENDR, irq), 100));
	}
	/* After that it works as ever */
	set_ctl(irq, ENABLE);
	gic_enable(irq);
	CHECK_EQ(gic_wait_iar(), irq);
	set_ctl(irq, 0);
	gicc_write(GICC_EOIR, irq);
	CHECK(!gic_bit(GICD_ISPENDR, irq));
}

GUEST_TEST(virtual_pending, 1)
{
	pending_follows(VTIMER);
}

GUEST_TEST(physical_pending, 1)
{
	pending_follows(PTIMER);
}

/*
 * It is a level: an interrupt that was held back does not come when the timer was
 * silenced meanwhile. Nobody looks at its state, which would tell.
 */
static void held_back(u32 irq)
{
	ready();
	gic_disable(irq);
	set_cval(irq, 0);
	set_ctl(irq, ENABLE);
	CHECK(WAIT_FOR(ctl(irq) & ISTATUS, 100));
	WAIT_FOR(false, 1);
	set_ctl(irq, 0);
	gic_enable(irq);
	CHECK(!WAIT_FOR(gicc_read(GICC_HPPIR) != SPURIOUS, 5));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);

	/* The whole of the group, likewise */
	gicd_write(GICD_CTLR, 0);
	set_ctl(irq, ENABLE);
	WAIT_FOR(false, 1);
	set_ctl(irq, 0);
	gicd_write(GICD_CTLR, 1);
	CHECK(!WAIT_FOR(gicc_read(GICC_HPPIR) != SPURIOUS, 5));

	/* But what software made pending stays, once */
	gic_set_bit(GICD_ISPENDR, irq);
	CHECK_EQ(gic_wait_iar(), irq);
	gicc_write(GICC_EOIR, irq);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);

	irq_on();
	CHECK(period(irq, 1000, false));
	irq_off();
}

GUEST_TEST(virtual_held_back, 1)
{
	held_back(VTIMER);
}

GUEST_TEST(physical_held_back, 1)
{
	held_back(PTIMER);
}

/* As a kernel does that was started in the middle of an interrupt */
static void deactivated(u32 irq)
{
	ready();
	set_cval(irq, 0);
	set_ctl(irq, ENABLE);
	CHECK_EQ(gic_wait_iar(), irq);
	gic_set_bit(GICD_ICACTIVER, irq);
	CHECK(!gic_bit(GICD_ISACTIVER, irq));
	/* Drops the running priority; the interrupt is not active any more */
	gicc_write(GICC_EOIR, irq);
	CHECK_EQ(gic_wait_iar(), irq);
	set_ctl(irq, 0);
	gicc_write(GICC_EOIR, irq);

	irq_on();
	CHECK(period(irq, 1000, false));
	irq_off();
}

GUEST_TEST(virtual_deactivated, 1)
{
	deactivated(VTIMER);
}

GUEST_TEST(physical_deactivated, 1)
{
	deactivated(PTIMER);
}

/* A timer that is moved while it runs */
static void moved(u32 irq)
{
	u64 start = now(irq);
	u32 i;

	ready();
	irq_on();
	set_cval(irq, start + us(1000000));
	set_ctl(irq, ENABLE);
	for (i = 1; i <= 20; i++) {
		CHECK(WAIT_FOR(now(irq) >= start + us(1000) * i, 100));
		set_cval(irq, start + us(1000) * i + us(1000000));
	}
	CHECK_EQ(taken[0][irq == PTIMER], 0);
	set_cval(irq, now(irq) + us(1000));
	CHECK(WAIT_FOR(taken[0][irq == PTIMER] == 1, 1000));
	CHECK_EQ(wrong[0], 0);
	irq_off();
}

GUEST_TEST(virtual_moved, 1)
{
	moved(VTIMER);
}

GUEST_TEST(physical_moved, 1)
{
	moved(PTIMER);
}

/* WFI ends for an interrupt that the core masks, not for one the GIC disables */
GUEST_TEST(wfi_masked, 1)
{
	u64 start = counter();

	ready();
	gic_disable(VTIMER);
	set_cval(VTIMER, start + us(5000));
	set_ctl(VTIMER, ENABLE);
	set_cval(PTIMER, pcounter() + us(100000));
	set_ctl(PTIMER, ENABLE);
	/* A core may end WFI early: what counts is that it ends */
	while (!(ctl(PTIMER) & ISTATUS) && counter() < start + us(5000000))
		wfi();
	CHECK(counter() >= start + us(100000));
	CHECK(counter() < start + us(5000000));
	CHECK_EQ(taken[0][0] + taken[0][1], 0);
	CHECK_EQ(gic_wait_iar(), PTIMER);
	set_ctl(PTIMER, 0);
	gicc_write(GICC_EOIR, PTIMER);
}

/* Each CPU sees one time */
static shared u64 last_seen;
static shared u32 turn, backwards;

static void compare(void)
{
	u32 i, cpu = this_cpu();

	for (i = 0; i < 200; i++) {
		if (!WAIT_FOR(turn % 2 == cpu, 5000))
			break;
		if (counter() < last_seen)
			backwards++;
		last_seen = counter();
		dsb();
		turn++;
	}
}

GUEST_TEST(one_time, 2)
{
	CHECK_EQ(cpu_on(1, compare), PSCI_SUCCESS);
	compare();
	CHECK(cpu_wait(1, 10000));
	CHECK_EQ(turn, 400);
	CHECK_EQ(backwards, 0);
}
