// SPDX-License-Identifier: GPL-2.0-only
/*
 * The performance monitors as the guest sees them: PMUv2, DDI 0406C chapter C12. For
 * pmu_test.c; the cycle counter is the only one that every machine has.
 */
#include "gic.h"
#include "pmu.h"

static u32 counters(void)
{
	return READ_PMCR() >> 11 & 0x1f;
}

static void spin(void)
{
	shared u32 i;

	for (i = 0; i < 20000; i++)
		;
}

static bool cycles_move(void)
{
	u32 before = READ_CCNTR();

	spin();
	return READ_CCNTR() != before;
}

static void select(u32 n, u32 type)
{
	SET_SELR(n);
	isb();
	SET_TYPER(type);
}

static bool event_moves(void)
{
	u32 before = READ_EVCNTR();

	spin();
	return READ_EVCNTR() != before;
}

GUEST_TEST(registers, 1)
{
	u32 all = CYCLES | (BIT(counters()) - 1), n;

	CHECK_EQ(READ_CP(p15, 0, c0, c1, 2) >> 24 & 0xf, 2);
	CHECK(counters() >= 2);
	CHECK_EQ(READ_PMCR() & 0x7ff, 0);
	/* PMCEID0: software increments and cycles. QEMU's Cortex-A15 lacks it */
	if (!insn_undefined(INSN_MRC(15, 0, 9, 12, 6))) {
		CHECK(READ_CP(p15, 0, c9, c12, 6) & BIT(0));
		CHECK(READ_CP(p15, 0, c9, c12, 6) & BIT(EVENT_CYCLES));
		(void)READ_CP(p15, 0, c9, c12, 7);
	}

	ENABLE(~0);
	CHECK_EQ(READ_CNTEN(), all);
	CHECK_EQ(READ_CP(p15, 0, c9, c12, 2), all);
	DISABLE(1);
	CHECK_EQ(READ_CNTEN(), all & ~1);
	DISABLE(~0);
	CHECK_EQ(READ_CNTEN(), 0);
	INTERRUPT(~0);
	CHECK_EQ(READ_INTEN(), all);
	CHECK_EQ(READ_CP(p15, 0, c9, c14, 2), all);
	NO_INTERRUPT(~0);
	CHECK_EQ(READ_INTEN(), 0);
	CHECK_EQ(READ_OVSR(), 0);
	SET_USERENR(~0);
	CHECK_EQ(READ_USERENR(), 1);
	SET_USERENR(0);
	CHECK_EQ(READ_USERENR(), 0);
	SET_PMCR(PMCR_E | PMCR_D | PMCR_P | PMCR_C);
	CHECK_EQ(READ_PMCR() & 0x7ff, PMCR_E | PMCR_D);
	SET_PMCR(0);
	CHECK_EQ(READ_PMCR() & 0x7ff, 0);
	/* Each counter has its own type and value */
	for (n = 0; n < counters(); n++) {
		select(n, NOT_PL0 | (n + 1));
		SET_EVCNTR(0x1000 + n);
	}
	select(31, ~0);
	CHECK_EQ(READ_TYPER(), NOT_PL1 | NOT_PL0);
	SET_CCNTR(0x12345678);
	for (n = 0; n < counters(); n++) {
		SET_SELR(n);
		CHECK_EQ(READ_SELR(), n);
		CHECK_EQ(READ_TYPER(), NOT_PL0 | (n + 1));
		CHECK_EQ(READ_EVCNTR(), 0x1000 + n);
	}
	CHECK_EQ(READ_CCNTR(), 0x12345678);
	SET_PMCR(PMCR_P);
	CHECK_EQ(READ_EVCNTR(), 0);
	CHECK_EQ(READ_CCNTR(), 0x12345678);
	SET_PMCR(PMCR_C);
	CHECK_EQ(READ_CCNTR(), 0);
}

GUEST_TEST(not_there, 1)
{
	u32 n;

	/* There, but the other way round */
	CHECK(insn_undefined(INSN_MRC(15, 0, 9, 12, 4)));
	CHECK(insn_undefined(INSN_MCR(15, 0, 9, 12, 6)));
	CHECK(insn_undefined(INSN_MCR(15, 0, 9, 12, 7)));
	CHECK(insn_undefined(INSN_MRC(15, 0, 9, 14, 7)));
	/* ARMv8's direct access */
	CHECK(insn_undefined(INSN_MRC(15, 0, 14, 8, 0)));
	/* PMSELR selects none: nothing happens to those that are there */
	SET_SELR(0);
	SET_TYPER(1);
	SET_EVCNTR(77);
	for (n = counters(); n < 31; n++) {
		SET_SELR(n);
		insn_undefined(INSN_MCR(15, 0, 9, 13, 1));
		insn_undefined(INSN_MCR(15, 0, 9, 13, 2));
	}
	SET_SELR(0);
	CHECK_EQ(READ_TYPER(), 1);
	CHECK_EQ(READ_EVCNTR(), 77);
}

GUEST_TEST(cycle_counter, 1)
{
	u32 val;

	CHECK(!cycles_move());
	ENABLE(CYCLES);
	CHECK(!cycles_move());			/* PMCR.E */
	SET_PMCR(PMCR_E);
	CHECK(cycles_move());
	SET_PMCR(PMCR_E | PMCR_D);
	CHECK(cycles_move());
	SET_PMCR(PMCR_E);
	CHECK(cycles_move());
	DISABLE(CYCLES);
	CHECK(!cycles_move());
	val = READ_CCNTR();
	CHECK(val != 0);
	ENABLE(CYCLES);
	CHECK(cycles_move());
	CHECK(READ_CCNTR() - val < BIT(31));	/* it went on */
	SET_PMCR(0);
	CHECK(!cycles_move());
	SET_PMCR(PMCR_C);
	CHECK_EQ(READ_CCNTR(), 0);
	SET_PMCR(PMCR_E);
	SET_CCNTR(0x40000000);
	CHECK(cycles_move());
	val = READ_CCNTR();
	CHECK(val > 0x40000000 && val < 0xc0000000);
}

GUEST_TEST(event_counter, 1)
{
	SET_PMCR(PMCR_E);
	select(1, EVENT_CYCLES);
	CHECK(!event_moves());
	ENABLE(BIT(1));
	CHECK(event_moves());
	CHECK(!cycles_move());
	/* An event that software makes does not happen by itself */
	SET_TYPER(0);
	CHECK(!event_moves());
	SET_TYPER(EVENT_CYCLES);
	CHECK(event_moves());
	DISABLE(BIT(1));
	CHECK(!event_moves());
	CHECK(READ_EVCNTR() != 0);
	SET_SELR(0);
	CHECK_EQ(READ_EVCNTR(), 0);
}

static shared u32 in_user;

static void user_spin(void)
{
	u32 before = READ_EVCNTR();

	spin();
	in_user = READ_EVCNTR() - before;
}

/* By privilege; User mode may read the counter */
GUEST_TEST(filter, 1)
{
	SET_USERENR(1);
	SET_PMCR(PMCR_E);
	select(0, EVENT_CYCLES | NOT_PL1);
	ENABLE(BIT(0));
	CHECK(!event_moves());
	run_in_mode(MODE_USR, user_spin);
	CHECK(in_user != 0);
	SET_TYPER(EVENT_CYCLES | NOT_PL0);
	/* In User mode the read itself can be counted, as a hypervisor's PL1 */
	CHECK(event_moves());
	SET_TYPER(EVENT_CYCLES | NOT_PL1 | NOT_PL0);
	CHECK(!event_moves());
	run_in_mode(MODE_USR, user_spin);
	CHECK_EQ(in_user, 0);
	/* PMSELR of 31: the cycle counter's */
	ENABLE(CYCLES);
	select(31, NOT_PL1);
	CHECK(!cycles_move());
	SET_TYPER(0);
	CHECK(cycles_move());
}

/* The interrupt comes, its cause is told, and it goes with the cause */
static void take_overflow(u32 bit)
{
	CHECK(WAIT_FOR(READ_OVSR(), 5000));
	CHECK_EQ(READ_OVSR(), bit);
	CHECK(gic_bit(GICD_ISPENDR, PMU_PPI));
	CHECK_EQ(gic_wait_iar(), PMU_PPI);
	NO_INTERRUPT(bit);
	CHECK(!gic_bit(GICD_ISPENDR, PMU_PPI));
	CHECK_EQ(READ_OVSR(), bit);
	INTERRUPT(bit);
	CLEAR_OVSR(bit);
	CHECK_EQ(READ_OVSR(), 0);
	gicc_write(GICC_EOIR, PMU_PPI);
	CHECK(!gic_bit(GICD_ISPENDR, PMU_PPI));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
}

GUEST_TEST(cycle_overflow, 1)
{
	u32 i;

	gic_on();
	gic_enable(PMU_PPI);
	SET_PMCR(PMCR_E);
	INTERRUPT(CYCLES);
	for (i = 0; i < 3; i++) {
		SET_CCNTR(-1000);
		ENABLE(CYCLES);
		take_overflow(CYCLES);
		CHECK(READ_CCNTR() < BIT(31));
		DISABLE(CYCLES);
	}
	/* Without an interrupt */
	NO_INTERRUPT(CYCLES);
	SET_CCNTR(-1000);
	ENABLE(CYCLES);
	CHECK(WAIT_FOR(READ_OVSR() == CYCLES, 5000));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	/* PMCR.E silences it, too */
	SET_PMCR(0);
	INTERRUPT(CYCLES);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	SET_PMCR(PMCR_E);
	CHECK_EQ(gic_wait_iar(), PMU_PPI);
}

GUEST_TEST(event_overflow, 1)
{
	gic_on();
	gic_enable(PMU_PPI);
	SET_PMCR(PMCR_E);
	INTERRUPT(BIT(1));
	select(1, EVENT_CYCLES);
	SET_EVCNTR(-1000);
	ENABLE(BIT(1));
	take_overflow(BIT(1));
	CHECK(READ_EVCNTR() < BIT(31));
}

static void swinc_both(void)
{
	SWINC(3);
}

GUEST_TEST(software_increment, 1)
{
	u32 i;

	gic_on();
	gic_enable(PMU_PPI);
	select(1, 0);
	select(0, 0);
	ENABLE(BIT(0));
	SWINC(1);
	CHECK_EQ(READ_EVCNTR(), 0);		/* PMCR.E */
	SET_PMCR(PMCR_E);
	for (i = 0; i < 100; i++)
		SWINC(3);
	CHECK_EQ(READ_EVCNTR(), 100);
	SET_SELR(1);
	CHECK_EQ(READ_EVCNTR(), 0);		/* not enabled */
	/* By privilege */
	SET_USERENR(1);
	ENABLE(BIT(1));
	SET_TYPER(NOT_PL1);
	SWINC(3);
	CHECK_EQ(READ_EVCNTR(), 0);
	run_in_mode(MODE_USR, swinc_both);
	CHECK_EQ(READ_EVCNTR(), 1);
	SET_TYPER(EVENT_CYCLES | NOT_PL1 | NOT_PL0);
	SWINC(3);
	CHECK_EQ(READ_EVCNTR(), 1);		/* another event */
	SET_SELR(0);
	CHECK_EQ(READ_EVCNTR(), 103);
	/* Overflow */
	INTERRUPT(1);
	SET_EVCNTR(~0);
	CHECK_EQ(READ_OVSR(), 0);
	SWINC(1);
	CHECK_EQ(READ_EVCNTR(), 0);
	take_overflow(1);
}

static void user_read_ccntr(void)
{
	(void)READ_CCNTR();
}

static void user_read_userenr(void)
{
	in_user = READ_USERENR();
}

static void user_set_userenr(void)
{
	SET_USERENR(1);
}

static void user_inten(void)
{
	(void)READ_INTEN();
}

#define UNDEFS(fn)	EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, fn))

GUEST_TEST(user_mode, 1)
{
	CHECK_EQ(UNDEFS(user_read_ccntr), 1);
	CHECK_EQ(me()->pc, (u32)user_read_ccntr);
	CHECK_EQ(me()->spsr & 0x1f, MODE_USR);
	CHECK_EQ(UNDEFS(user_read_userenr), 0);
	CHECK_EQ(in_user, 0);
	CHECK_EQ(UNDEFS(user_set_userenr), 1);
	CHECK_EQ(READ_USERENR(), 0);
	SET_USERENR(1);
	CHECK_EQ(UNDEFS(user_read_ccntr), 0);
	CHECK_EQ(UNDEFS(user_read_userenr), 0);
	CHECK_EQ(in_user, 1);
	CHECK_EQ(UNDEFS(user_set_userenr), 1);
	CHECK_EQ(UNDEFS(user_inten), 1);
	SET_USERENR(0);
	CHECK_EQ(UNDEFS(user_read_ccntr), 1);
}

/* A vCPU without performance monitors */
GUEST_TEST(absent, 1)
{
	CHECK_EQ(READ_CP(p15, 0, c0, c1, 2) >> 24 & 0xf, 0xf);
	SET_PMCR(PMCR_E);
	ENABLE(~0);
	CHECK_EQ(READ_PMCR(), 0);
	CHECK_EQ(READ_CNTEN(), 0);
	CHECK(!cycles_move());
	SET_USERENR(1);
	CHECK_EQ(READ_USERENR(), 0);
	CHECK_EQ(UNDEFS(user_read_ccntr), 1);
	CHECK_EQ(UNDEFS(user_read_userenr), 0);
}

/* Counts while the VMM has it stop in the middle; arg 0: how many cycles that took */
GUEST_TEST(host_time, 1)
{
	u32 before;

	SET_PMCR(PMCR_E);
	ENABLE(CYCLES);
	for (;;) {
		before = READ_CCNTR();
		sync(1);
		set_arg(0, READ_CCNTR() - before);
		sync(2);
		CHECK(cycles_move());
	}
}

/* Each time that the VMM lets it go on, it counts, and goes on counting */
GUEST_TEST(keeps_counting, 1)
{
	u32 last = 0;

	SET_PMCR(PMCR_E);
	ENABLE(CYCLES);
	select(0, EVENT_CYCLES);
	ENABLE(BIT(0));
	for (;;) {
		CHECK(cycles_move());
		CHECK(event_moves());
		CHECK(READ_CCNTR() - last < BIT(31));
		last = READ_CCNTR();
		set_arg(0, last);
		sync(1);
		if (!arg(1))
			continue;
		/* The VMM says that it has restored the registers */
		CHECK_EQ(READ_CNTEN(), CYCLES | BIT(0));
		break;
	}
}

/* The VMM has the GIC, and clears the interrupt in the guest's stead */
GUEST_TEST(user_gic, 1)
{
	SET_PMCR(PMCR_E);
	INTERRUPT(CYCLES);
	SET_CCNTR(-1000);
	ENABLE(CYCLES);
	CHECK(WAIT_FOR(READ_OVSR() == CYCLES, 5000));
	sync(1);
	CLEAR_OVSR(CYCLES);
	sync(2);
}
