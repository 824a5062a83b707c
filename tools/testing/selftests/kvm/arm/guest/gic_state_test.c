// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GICv2: what a CPU sees and changes of an interrupt that is in
 * flight on another CPU, which stays in the guest meanwhile; groups.
 */
#include "gic.h"

#define SPI	40

static shared u32 step, taken, sgi[2];

static void spi_on(u32 irq, u8 cpus)
{
	gic_priority(irq, 0x80);
	gic_target(irq, cpus);
	gic_edge(irq, true);
	gic_enable(irq);
}

/* Both go on when the other is there */
static void go(u32 n)
{
	step = n;
	dsb();
}

static bool at(u32 n)
{
	return WAIT_FOR(step == n, 5000);
}

static void interface_on(u32 pmr)
{
	gicc_write(GICC_PMR, pmr);
	gicc_write(GICC_BPR, 0);
	gicc_write(GICC_CTLR, 1);
}

static bool acknowledged(void)
{
	taken = gicc_read(GICC_IAR);
	return taken != SPURIOUS;
}

/* Acknowledges, and holds it until told, without any exit in between */
static void hold_active(void)
{
	interface_on(0xf8);
	go(1);
	if (!WAIT_FOR(acknowledged(), 5000))
		return;
	go(2);
	if (!at(3))
		return;
	gicc_write(GICC_EOIR, taken);
	taken = gic_wait_iar();
	if (taken != SPURIOUS)
		gicc_write(GICC_EOIR, taken);
}

/* The SPI is pending on the other CPU, which has come to step 1 in @entry */
static void pend_on_other(void (*entry)(void))
{
	gic_on();
	spi_on(SPI, 2);
	CHECK_EQ(cpu_on(1, entry), PSCI_SUCCESS);
	CHECK(at(1));
	gic_set_bit(GICD_ISPENDR, SPI);
}

GUEST_TEST(active_on_another_cpu, 2)
{
	pend_on_other(hold_active);
	CHECK(at(2));
	CHECK_EQ(taken, SPI);
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
	/* Pending behind the active one */
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	go(3);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(taken, SPI);
	CHECK(!gic_bit(GICD_ISACTIVER, SPI));
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
}

GUEST_TEST(deactivated_by_another_cpu, 2)
{
	pend_on_other(hold_active);
	CHECK(at(2));
	gic_set_bit(GICD_ICACTIVER, SPI);
	CHECK(!gic_bit(GICD_ISACTIVER, SPI));
	go(3);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(taken, SPURIOUS);
}

/* Masked, so that the interrupt stays pending in the CPU interface */
static void masked(void)
{
	interface_on(0);
	go(1);
	if (!at(2))
		return;
	gicc_write(GICC_PMR, 0xf8);
	taken = gic_wait_iar();
	if (taken != SPURIOUS)
		gicc_write(GICC_EOIR, taken);
}

static void pend_masked(void)
{
	pend_on_other(masked);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	CHECK(!gic_bit(GICD_ISACTIVER, SPI));
}

GUEST_TEST(pending_on_another_cpu, 2)
{
	pend_masked();
	go(2);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(taken, SPI);
}

GUEST_TEST(withdrawn_by_another_cpu, 2)
{
	pend_masked();
	gic_set_bit(GICD_ICPENDR, SPI);
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
	go(2);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(taken, SPURIOUS);
}

GUEST_TEST(disabled_by_another_cpu, 2)
{
	pend_masked();
	gic_disable(SPI);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	go(2);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(taken, SPURIOUS);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
}

GUEST_TEST(moved_to_this_cpu, 2)
{
	pend_masked();
	gic_target(SPI, 1);
	CHECK_EQ(gic_wait_iar(), SPI);
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	gicc_write(GICC_EOIR, SPI);
	go(2);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(taken, SPURIOUS);
}

/* Both CPUs look at and change each other's interrupts, again and again */
static void meddle(void)
{
	u32 self = this_cpu(), i, iar;

	interface_on(0xf8);
	for (i = 0; i < 200; i++) {
		gic_set_bit(GICD_ISPENDR, SPI + (1 - self));
		(void)gicd_read(GICD_ISACTIVER + 4);
		(void)gicd_read(GICD_ISPENDR + 4);
		if (i & 1)
			gic_set_bit(GICD_ICPENDR, SPI + (1 - self));
		iar = gicc_read(GICC_IAR);
		if (iar != SPURIOUS)
			gicc_write(GICC_EOIR, iar);
	}
	while (WAIT_FOR((iar = gicc_read(GICC_IAR)) != SPURIOUS, 50))
		gicc_write(GICC_EOIR, iar);
}

GUEST_TEST(two_cpus_meddle, 2)
{
	gic_on();
	spi_on(SPI, 1);
	spi_on(SPI + 1, 2);
	CHECK_EQ(cpu_on(1, meddle), PSCI_SUCCESS);
	meddle();
	CHECK(cpu_wait(1, 20000));
	gic_set_bit(GICD_ICPENDR, SPI);
	gic_set_bit(GICD_ICPENDR, SPI + 1);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + 4), 0);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 4), 0);
}

/* The same SGI of two senders is two interrupts, one after the other */
static void send(void)
{
	gicd_write(GICD_SGIR, SGIR_TO(1) | 3);
}

GUEST_TEST(sgi_of_two_senders, 3)
{
	u32 i;

	gic_on();
	gicc_write(GICC_PMR, 0);
	for (i = 1; i < 3; i++) {
		CHECK_EQ(cpu_on(i, send), PSCI_SUCCESS);
		CHECK(cpu_wait(i, 5000));
	}
	CHECK_EQ(gicd_read(GICD_SPENDSGIR), 0x06000000);
	gicc_write(GICC_PMR, 0xf8);
	for (i = 0; i < 2; i++) {
		sgi[i] = gic_wait_iar();
		CHECK_EQ(sgi[i] & 0x3ff, 3);
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		gicc_write(GICC_EOIR, sgi[i]);
	}
	CHECK_EQ(1 << (sgi[0] >> 10 & 7) | 1 << (sgi[1] >> 10 & 7), 6);
	CHECK_EQ(gic_wait_iar(), SPURIOUS);
}

/* A level-triggered one that software made pending stays so until it is taken */
GUEST_TEST(pending_and_active_while_disabled, 1)
{
	u32 i;

	gic_on();
	spi_on(SPI, 1);
	gic_edge(SPI, false);
	gic_disable(SPI);
	gic_set_bit(GICD_ISACTIVER, SPI);
	gic_set_bit(GICD_ISPENDR, SPI);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		CHECK(gic_bit(GICD_ISPENDR, SPI));
		CHECK(gic_bit(GICD_ISACTIVER, SPI));
	}
	gic_set_bit(GICD_ICACTIVER, SPI);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	gic_enable(SPI);
	CHECK_EQ(gic_wait_iar(), SPI);
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
}

/* Interrupts that are signalled to this CPU, masked or not, B4.1.83 */
#define ISR_F	BIT(6)
#define ISR_I	BIT(7)

static u32 isr(void)
{
	dsb();
	return READ_CP(p15, 0, c12, c1, 0) & (ISR_F | ISR_I);
}

/*
 * Group 1, of a GIC without Security Extensions: signalled where both the
 * distributor and the CPU interface enable it, acknowledged with AckCtl, 3.9 and
 * 4.4.1. The other way, GICC_AIAR and its kin, is the hardware's alone, and the
 * emulator that the tests run on has none of these registers: not tried here.
 */
GUEST_TEST(group1, 1)
{
	gic_on();
	spi_on(SPI, 1);
	CHECK_EQ(gicd_read(GICD_IGROUPR + SPI / 32 * 4), 0);
	gicd_write(GICD_IGROUPR + SPI / 32 * 4, 1U << SPI % 32);
	CHECK_EQ(gicd_read(GICD_IGROUPR + SPI / 32 * 4), 1U << SPI % 32);
	gic_set_bit(GICD_ISPENDR, SPI);
	gicc_write(GICC_CTLR, 7);
	CHECK(isr() == 0);
	gicd_write(GICD_CTLR, 3);
	CHECK_EQ(gicd_read(GICD_CTLR), 3);
	CHECK(WAIT_FOR(gicc_read(GICC_HPPIR) == SPI, 100));
	CHECK(isr() == ISR_I);
	gicc_write(GICC_CTLR, 5);
	CHECK(isr() == 0);
	/* 1022: there is one, of the group that this register does not give */
	gicc_write(GICC_CTLR, 3);
	CHECK(WAIT_FOR(gicc_read(GICC_HPPIR) == 1022, 100));
	CHECK_EQ(gicc_read(GICC_IAR), 1022);
	gicc_write(GICC_CTLR, 7);
	CHECK_EQ(gicc_read(GICC_IAR), SPI);
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	gicc_write(GICC_EOIR, SPI);
	CHECK(!gic_bit(GICD_ISACTIVER, SPI));
}

/* Moved to the other group while it is pending in the CPU interface */
GUEST_TEST(group_changed_while_pending, 1)
{
	gic_on();
	gicd_write(GICD_CTLR, 3);
	gicc_write(GICC_CTLR, 3);
	spi_on(SPI, 1);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(WAIT_FOR(gicc_read(GICC_HPPIR) == SPI, 100));
	gicd_write(GICD_IGROUPR + SPI / 32 * 4, 1U << SPI % 32);
	CHECK(WAIT_FOR(gicc_read(GICC_HPPIR) == 1022, 100));
	gicd_write(GICD_IGROUPR + SPI / 32 * 4, 0);
	CHECK_EQ(gic_wait_iar(), SPI);
	gicc_write(GICC_EOIR, SPI);
}

/* Group 0 can be signalled as FIQ, which ISR shows while it is masked */
GUEST_TEST(group0_as_fiq, 1)
{
	gic_on();
	gicc_write(GICC_CTLR, 1 | 1 << 3);
	spi_on(SPI, 1);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(WAIT_FOR(isr() == ISR_F, 100));
	CHECK_EQ(gic_wait_iar(), SPI);
	gicc_write(GICC_EOIR, SPI);
	CHECK(isr() == 0);
	/* Group 1 stays an IRQ */
	gicd_write(GICD_IGROUPR + SPI / 32 * 4, 1U << SPI % 32);
	gicd_write(GICD_CTLR, 3);
	gicc_write(GICC_CTLR, 7 | 1 << 3);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(WAIT_FOR(isr() == ISR_I, 100));
	CHECK_EQ(gic_wait_iar(), SPI);
	gicc_write(GICC_EOIR, SPI);
}

static shared u32 fiq_iar, fiq_cpsr;

static void on_fiq(void)
{
	fiq_iar = gicc_read(GICC_IAR);
	asm volatile("mrs %0, cpsr" : "=r" (fiq_cpsr));
	gicc_write(GICC_EOIR, fiq_iar);
}

/* ... and is taken as the exception, whatever CPSR.I says */
GUEST_TEST(group0_fiq_taken, 1)
{
	gic_on();
	gicc_write(GICC_CTLR, 1 | 1 << 3);
	spi_on(SPI, 1);
	expect(EXC_FIQ);
	me()->irq = on_fiq;
	fiq_iar = SPURIOUS;
	asm volatile("cpsie f" : : : "memory");
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(WAIT_FOR(fiq_iar == SPI, 1000));
	asm volatile("cpsid f" : : : "memory");
	CHECK_EQ(me()->count[EXC_FIQ], 1);
	CHECK_EQ(fiq_cpsr & 0x1f, MODE_FIQ);
	CHECK(isr() == 0);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
}
