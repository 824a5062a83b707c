// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guests of save_test.c, which moves them from VM to VM: all that they have
 * must come along.
 */
#include "gic.h"
#include "hw_breakpoint.h"
#include "pmu.h"
#include "pvtime.h"

#define SGI		3
#define VTIMER		27
#define PTIMER		30
/* More than any GICv2 has list registers: 16 interrupts that are active at once */
#define NEST		16
#define NEST_FIRST	64	/* and 96, on CPU 1 */
#define LEVEL_FIRST	48	/* and 49 */

static shared u32 sgis[2][2], ticks[2][2], levels[2], spurious, strange;
static shared u32 line[2];
static shared u64 sent_at[2];
static u64 period;

static void need_vmm(void)
{
	if (!have_vmm())
		skip("a test with the VMM");
}

static void spi_on(u32 irq, u32 cpu, u8 priority, bool edge)
{
	gic_priority(irq, priority);
	gic_target(irq, 1 << cpu);
	gic_edge(irq, edge);
	gic_enable(irq);
}

static void set_line(u32 irq, bool level)
{
	io_write32(TESTDEV_BASE + DEV_IRQ_LEVEL, irq << 1 | level);
}

static u64 vtimer_cval(void)
{
	isb();
	return READ_CP64(p15, 3, c14);
}

/* The virtual timer ticks, each time a period later than before */
static void on_vtimer(u32 cpu)
{
	u64 cval = vtimer_cval();

	if (!(READ_CP(p15, 0, c14, c3, 1) & 4) || counter() < cval) {
		spurious++;
		return;
	}
	WRITE_CP64(cval + period, p15, 3, c14);
	isb();
	ticks[cpu][0]++;
}

static void on_ptimer(u32 cpu)
{
	isb();
	if (!(READ_CP(p15, 0, c14, c2, 1) & 4)) {
		spurious++;
		return;
	}
	WRITE_CP(period, p15, 0, c14, c2, 0);
	isb();
	ticks[cpu][1]++;
}

static void on_irq(void)
{
	u32 cpu = this_cpu(), iar = gicc_read(GICC_IAR), irq = iar & 0x3ff;

	if (irq < 2) {
		/* The clock is one for both */
		if (counter() < sent_at[1 - cpu] || iar >> 10 != 1 - cpu)
			strange++;
		sgis[cpu][irq]++;
	} else if (irq == VTIMER) {
		on_vtimer(cpu);
	} else if (irq == PTIMER) {
		on_ptimer(cpu);
	} else if (irq == LEVEL_FIRST + cpu) {
		/* What was acknowledged with its line high may come once more */
		if (line[cpu]) {
			line[cpu] = 0;
			set_line(irq, false);
			levels[cpu]++;
		}
	} else if (irq < 1020) {
		strange++;
	}
	if (irq < 1020)
		gicc_write(GICC_EOIR, iar);
}

static void fp_fill(u32 seed)
{
	u32 regs[64], *p = regs, i;

	for (i = 0; i < 64; i++)
		regs[i] = seed + i;
	asm volatile(".fpu neon-vfpv4\n"
		     "	vldmia	%0!, {d0-d15}\n"
		     "	vldmia	%0, {d16-d31}\n"
		     : "+r" (p) : : "memory");
}

static bool fp_is(u32 seed)
{
	u32 regs[64], *p = regs, i, wrong = 0;

	asm volatile(".fpu neon-vfpv4\n"
		     "	vstmia	%0!, {d0-d15}\n"
		     "	vstmia	%0, {d16-d31}\n"
		     : "+r" (p) : : "memory");
	for (i = 0; i < 64; i++)
		wrong |= regs[i] ^ (seed + i);
	return !wrong;
}

static u32 acknowledge(void)
{
	u32 iar = SPURIOUS;

	(void)WAIT_FOR((iar = gicc_read(GICC_IAR)) != SPURIOUS, 5000);
	return iar;
}

/*
 * Each interrupts the one before it: all are active at once, every other one
 * pending again behind itself, so that it comes again as soon as it is completed.
 */
static void nest(u32 first)
{
	s32 i;

	for (i = 0; i < NEST; i++) {
		gic_set_bit(GICD_ISPENDR, first + i);
		CHECK_EQ(acknowledge(), first + i);
		if (i & 1)
			gic_set_bit(GICD_ISPENDR, first + i);
	}
	CHECK_EQ(gicd_read(GICD_ISACTIVER + first / 32 * 4), (1 << NEST) - 1);
	for (i = NEST - 1; i >= 0; i--) {
		CHECK_EQ(gicc_read(GICC_RPR), (NEST - 1 - i) * 8);
		gicc_write(GICC_EOIR, first + i);
		if (i & 1) {
			CHECK_EQ(acknowledge(), first + i);
			gicc_write(GICC_EOIR, first + i);
		}
	}
	CHECK_EQ(gicc_read(GICC_RPR), 0xff);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + first / 32 * 4), 0);
	CHECK_EQ(gicd_read(GICD_ISPENDR + first / 32 * 4), 0);
}

static void nest_on(u32 first, u32 cpu)
{
	u32 i;

	/* Before all others: the first one is the least urgent of them */
	for (i = 0; i < NEST; i++)
		spi_on(first + i, cpu, (NEST - 1 - i) * 8, true);
}

static void timers_on(void)
{
	gic_enable(VTIMER);
	gic_enable(PTIMER);
	gic_priority(VTIMER, 0xb0);
	gic_priority(PTIMER, 0xb8);
	WRITE_CP64(counter() + period, p15, 3, c14);
	WRITE_CP(1, p15, 0, c14, c3, 1);
	WRITE_CP(period, p15, 0, c14, c2, 0);
	WRITE_CP(1, p15, 0, c14, c2, 1);
	isb();
}

static void timers_off(void)
{
	WRITE_CP(0, p15, 0, c14, c3, 1);
	WRITE_CP(0, p15, 0, c14, c2, 1);
	isb();
}

static void raise(u32 cpu, u32 n)
{
	line[cpu] = 1;
	set_line(LEVEL_FIRST + cpu, true);
	/* Sometimes masked for a while, that it is found pending */
	if (n & 1) {
		irq_off();
		(void)WAIT_FOR(false, 1);
		irq_on();
	}
	CHECK(WAIT_FOR(levels[cpu] == n, 20000));
}

static void send(u32 cpu, u32 n)
{
	u32 sgi = n & 1;
	u32 before = sgis[1 - cpu][sgi];

	sent_at[cpu] = counter();
	dsb();
	gicd_write(GICD_SGIR, SGIR_TO(2 >> cpu) | sgi);
	CHECK(WAIT_FOR(sgis[1 - cpu][sgi] == before + 1, 20000));
}

static void wait_tick(u32 cpu, u32 timer)
{
	u32 before = ticks[cpu][timer];

	/* One that got lost is waited for without end */
	while (ticks[cpu][timer] == before)
		wfi();
}

static shared bool over;

static void work(void)
{
	u32 cpu = this_cpu(), seed = 0x1000 * (1 + cpu), n = 0;
	u64 before = counter(), now;

	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_BPR, 0);
	gicc_write(GICC_CTLR, 1);
	gic_priority(0, 0xa0);
	gic_priority(1, 0xa8);
	WRITE_CP(15 << 20, p15, 0, c1, c0, 2);
	isb();
	asm volatile(".fpu neon-vfpv4\n\tvmsr fpexc, %0" : : "r" (1 << 30) : "memory");
	me()->irq = on_irq;
	expect(EXC_IRQ);
	timers_on();
	irq_on();
	while (!over) {
		n++;
		fp_fill(seed + n);
		send(cpu, n);
		irq_off();
		nest(NEST_FIRST + 32 * cpu);
		irq_on();
		raise(cpu, n);
		wait_tick(cpu, n & 1);
		CHECK(fp_is(seed + n));
		now = counter();
		CHECK(now > before);
		before = now;
		if (!cpu && arg(0))
			over = true;
	}
	timers_off();
	set_arg(1 + cpu, n);
}

GUEST_TEST(busy, 2)
{
	u32 i;

	need_vmm();
	period = counter_hz() / 500;
	gicd_write(GICD_CTLR, 1);
	for (i = 0; i < 2; i++) {
		nest_on(NEST_FIRST + 32 * i, i);
		spi_on(LEVEL_FIRST + i, i, 0xc0, false);
	}
	CHECK_EQ(cpu_on(1, work), PSCI_SUCCESS);
	work();
	CHECK(cpu_wait(1, 20000));
	irq_off();
	CHECK_EQ(strange, 0);
	set_arg(3, spurious);
}

static void send_one(void)
{
	gicd_write(GICD_SGIR, SGIR_TO(1) | SGI);
}

/*
 * Everything at once at a known point: an SGI of every CPU, active interrupts and
 * pending ones, more of both than list registers, group 1, levels, timers.
 */
GUEST_TEST(in_flight, 4)
{
	u32 i, iar, senders = 0;
	u64 cval;

	need_vmm();
	gic_on();
	nest_on(NEST_FIRST, 0);
	nest_on(NEST_FIRST + 32, 1);
	gicd_write(GICD_IGROUPR + 12, 0xa5a5);
	for (i = 0; i < NEST; i++) {
		gic_set_bit(GICD_ISPENDR, NEST_FIRST + i);
		CHECK_EQ(acknowledge(), NEST_FIRST + i);
	}
	for (i = 0; i < NEST; i += 2)
		gic_set_bit(GICD_ISPENDR, NEST_FIRST + i);
	gicd_write(GICD_ISPENDR + 12, 0xffff);
	spi_on(LEVEL_FIRST, 0, 0xc0, false);
	spi_on(LEVEL_FIRST + 1, 0, 0xc8, false);
	set_line(LEVEL_FIRST, true);
	gic_set_bit(GICD_ISPENDR, LEVEL_FIRST + 1);
	gic_priority(SGI, 0xa0);
	for (i = 1; i < 4; i++) {
		CHECK_EQ(cpu_on(i, send_one), PSCI_SUCCESS);
		CHECK(cpu_wait(i, 5000));
	}
	send_one();
	gic_enable(VTIMER);
	gic_priority(VTIMER, 0xb0);
	cval = counter() + counter_hz() / 100;
	WRITE_CP64(cval, p15, 3, c14);
	WRITE_CP(1, p15, 0, c14, c3, 1);
	isb();

	sync(1);

	CHECK_EQ(vtimer_cval(), cval);
	CHECK(WAIT_FOR(gic_bit(GICD_ISPENDR, VTIMER), 5000));
	CHECK_EQ(gicd_read(GICD_SPENDSGIR), 0x0f000000);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + 8), (1 << NEST) - 1);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 8), 0x5555);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 12), 0xffff);
	CHECK_EQ(gicd_read(GICD_IGROUPR + 12), 0xa5a5);
	CHECK_EQ(gicc_read(GICC_RPR), 0);
	for (i = NEST; i--;) {
		gicc_write(GICC_EOIR, NEST_FIRST + i);
		if (!(i & 1)) {
			CHECK_EQ(acknowledge(), NEST_FIRST + i);
			gicc_write(GICC_EOIR, NEST_FIRST + i);
		}
	}
	CHECK_EQ(gicc_read(GICC_RPR), 0xff);
	for (i = 0; i < 4; i++) {
		iar = acknowledge();
		CHECK_EQ(iar & 0x3ff, SGI);
		senders |= 1 << (iar >> 10);
		gicc_write(GICC_EOIR, iar);
	}
	CHECK_EQ(senders, 15);
	CHECK_EQ(acknowledge(), VTIMER);
	CHECK(counter() >= cval);
	timers_off();
	gicc_write(GICC_EOIR, VTIMER);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(acknowledge(), LEVEL_FIRST + i);
		set_line(LEVEL_FIRST + i, false);
		gicc_write(GICC_EOIR, LEVEL_FIRST + i);
	}
	CHECK_EQ(gic_wait_iar(), SPURIOUS);
	CHECK(!gic_bit(GICD_ISPENDR, LEVEL_FIRST));
}

/* Out of it at each step of an interrupt's life, the last time completed */
GUEST_TEST(steps, 2)
{
	u32 i, n = 0;

	need_vmm();
	gic_on();
	for (i = 0; i < 2; i++) {
		spi_on(LEVEL_FIRST + i, 0, 0x80, i);
		n++;
		sync(n);
		set_line(LEVEL_FIRST + i, true);
		sync(++n);
		CHECK_EQ(acknowledge(), LEVEL_FIRST + i);
		sync(++n);
		CHECK(gic_bit(GICD_ISACTIVER, LEVEL_FIRST + i));
		CHECK(gic_bit(GICD_ISPENDR, LEVEL_FIRST + i) == !i);
		/* The device still wants it: it comes again */
		if (!i) {
			gicc_write(GICC_EOIR, LEVEL_FIRST);
			sync(++n);
			CHECK_EQ(acknowledge(), LEVEL_FIRST);
			sync(++n);
		}
		set_line(LEVEL_FIRST + i, false);
		sync(++n);
		gicc_write(GICC_EOIR, LEVEL_FIRST + i);
		sync(++n);
		while (gic_wait_iar() != SPURIOUS)
			gicc_write(GICC_EOIR, LEVEL_FIRST + i);
		CHECK(!gic_bit(GICD_ISACTIVER, LEVEL_FIRST + i));
		CHECK(!gic_bit(GICD_ISPENDR, LEVEL_FIRST + i));
		set_line(LEVEL_FIRST + i, true);
		CHECK_EQ(acknowledge(), LEVEL_FIRST + i);
		set_line(LEVEL_FIRST + i, false);
		gicc_write(GICC_EOIR, LEVEL_FIRST + i);
		CHECK_EQ(gic_wait_iar(), SPURIOUS);
	}
	sync(100);
}

/* One counter goes on, another one overflows a while later, with an interrupt */
static void count(void)
{
	u32 before = READ_EVCNTR();

	SET_CCNTR(-1000000);
	CHECK(WAIT_FOR(READ_EVCNTR() != before, 20000));
	/* The other one overflows, too, on a machine that takes seconds for this */
	CHECK(WAIT_FOR(READ_OVSR() & CYCLES, 20000));
	CHECK_EQ(acknowledge(), PMU_PPI);
	CLEAR_OVSR(CYCLES);
	gicc_write(GICC_EOIR, PMU_PPI);
}

/*
 * With breakpoints, counters that run, and stolen time. arg 0: where its structure is,
 * arg 1: whether there are counters, arg 2: the VMM has seen enough
 */
GUEST_TEST(observed, 1)
{
	shared struct stolen_time *st;
	static u32 word;
	u64 last = 0, now;
	u32 n = 0;
	bool pmu;

	need_vmm();
	pmu = arg(1);
	mmu_on_short();
	gic_on();
	st = (void *)arg(0);
	CHECK_EQ(hvc(PV_TIME_ST, 0, 0, 0), arg(0));
	set_own(&word);
	if (pmu) {
		gic_enable(PMU_PPI);
		INTERRUPT(CYCLES);
		SET_SELR(0);
		isb();
		SET_TYPER(EVENT_CYCLES);
		SET_PMCR(PMCR_E);
		ENABLE(CYCLES | BIT(0));
	}
	while (!arg(2)) {
		n++;
		if (pmu)
			count();
		CHECK_EQ(own_hits(&word), 3);
		now = st->stolen;
		CHECK(now >= last);
		last = now;
	}
	set_arg(3, n);
	set_arg(4, last);
	set_arg(5, last >> 32);
}

/* Never ends by itself */
GUEST_TEST(spin, 1)
{
	need_vmm();
	for (;;)
		barrier();
}
