// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that user space raises with KVM_IRQ_LINE, at sync points.
 */
#include "gic.h"

#define PPI		23
#define SPI		40

#define ISR_F		BIT(6)
#define ISR_I		BIT(7)

static shared u32 taken;

static u32 isr(void)
{
	dsb();
	return READ_CP(p15, 0, c12, c1, 0) & (ISR_F | ISR_I);
}

static void enable(u32 irq, bool edge)
{
	gic_priority(irq, 0x80);
	gic_target(irq, 1);
	gic_edge(irq, edge);
	gic_enable(irq);
}

static void line(u32 irq, bool level)
{
	io_write32(TESTDEV_BASE + DEV_IRQ_LEVEL, irq << 1 | level);
}

/* A level-triggered one, as an exception: the line falls before it is completed */
static void on_irq(void)
{
	u32 iar = gicc_read(GICC_IAR);

	taken = iar;
	sync(2);
	gicc_write(GICC_EOIR, iar);
}

static void take(u32 irq)
{
	expect(EXC_IRQ);
	me()->irq = on_irq;
	irq_on();
	CHECK(WAIT_FOR(taken == irq, 5000));
	irq_off();
	CHECK_EQ(me()->count[EXC_IRQ], 1);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
}

GUEST_TEST(spi, 1)
{
	gic_on();
	enable(SPI, false);
	sync(1);
	take(SPI);
}

static void take_other_ppi(void)
{
	gic_on();
	gic_enable(PPI);
	CHECK_EQ(gic_wait_iar(), PPI);
	gicc_write(GICC_EOIR, PPI);
}

GUEST_TEST(ppi, 2)
{
	gic_on();
	enable(PPI, false);
	/* The other CPU's is high all the time */
	CHECK(!gic_bit(GICD_ISPENDR, PPI));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	sync(1);
	take(PPI);
	gic_edge(PPI, true);
	sync(3);
	CHECK_EQ(gic_wait_iar(), PPI);
	gicc_write(GICC_EOIR, PPI);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	sync(4);
	CHECK_EQ(cpu_on(1, take_other_ppi), PSCI_SUCCESS);
	CHECK(cpu_wait(1, 5000));
}

/* Each SPI that there can be, one by one, then all of them at once */
GUEST_TEST(all_spis, 1)
{
	static u8 seen[1024];
	u32 irq, i;

	gic_on();
	CHECK_EQ(gicd_read(GICD_TYPER) & 31, 31);
	for (irq = 32; irq < 1020; irq++) {
		enable(irq, irq & 1);
		line(irq, true);
		CHECK_EQ(gic_wait_iar(), irq);
		CHECK(gic_bit(GICD_ISACTIVER, irq));
		line(irq, false);
		gicc_write(GICC_EOIR, irq);
	}
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);

	for (i = 1; i < 32; i++)
		gicd_write(GICD_ISPENDR + i * 4, ~0);
	for (i = 32; i < 1020; i++) {
		irq = gic_wait_iar();
		CHECK(irq >= 32 && irq < 1020 && !seen[irq]);
		seen[irq & 1023] = 1;
		gicc_write(GICC_EOIR, irq);
	}
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
}

/* 1020-1023 mean something else, 3.2.5: neither guest nor VMM can raise them */
GUEST_TEST(special_numbers, 1)
{
	gic_on();
	gicd_write(GICD_ISENABLER + 0x7c, 0xf0000000);
	gicd_write(GICD_ICFGR + 0xfc, 0xff000000);
	gicd_write(GICD_IPRIORITYR + 1020, 0);
	gicd_write(GICD_ITARGETSR + 1020, 0x01010101);
	gicd_write(GICD_ISPENDR + 0x7c, 0xf0000000);
	gicd_write(GICD_ISACTIVER + 0x7c, 0xf0000000);
	sync(1);
	CHECK_EQ(gicd_read(GICD_ISENABLER + 0x7c), 0);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 0x7c), 0);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + 0x7c), 0);
	CHECK_EQ(gicc_read(GICC_HPPIR), SPURIOUS);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	CHECK_EQ(isr(), 0);
}

/* Without a GIC: the CPU's own inputs */

static shared u32 handler_cpsr;

static void on_input(void)
{
	asm volatile("mrs %0, cpsr" : "=r" (handler_cpsr));
	taken++;
	sync(2);
}

static void take_input(u32 type, u32 bit, u32 mode)
{
	taken = 0;
	me()->irq = on_input;
	sync(1);
	/* Masked, as it was out of reset */
	CHECK_EQ(isr(), bit);
	wfi();
	CHECK_EQ(taken, 0);
	expect(type);
	if (type == EXC_FIQ)
		asm volatile("cpsie f" : : : "memory");
	else
		irq_on();
	CHECK(WAIT_FOR(taken, 5000));
	asm volatile("cpsid if" : : : "memory");
	CHECK_EQ(taken, 1);
	CHECK_EQ(me()->count[type], 1);
	CHECK_EQ(handler_cpsr & 0x1f, mode);
	CHECK_EQ(me()->spsr & 0x1f, MODE_SVC);
	CHECK_EQ(isr(), 0);
}

GUEST_TEST(inputs, 1)
{
	take_input(EXC_FIQ, ISR_F, MODE_FIQ);
	CHECK_EQ(me()->count[EXC_IRQ], 0);
	take_input(EXC_IRQ, ISR_I, MODE_IRQ);
	CHECK_EQ(me()->count[EXC_FIQ], 1);
}
