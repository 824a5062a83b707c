// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that eventfds raise. Argument 0 is the interrupt.
 */
#include "gic.h"

static void spi(u32 irq, bool edge)
{
	gic_on();
	gic_priority(irq, 0x80);
	gic_target(irq, 1);
	gic_edge(irq, edge);
	gic_enable(irq);
}

GUEST_TEST(edge, 1)
{
	u32 irq = arg(0), i;

	spi(irq, true);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		sync(1);				/* signalled */
		CHECK_EQ(gic_wait_iar(), irq);
		CHECK_EQ(gicd_read(GICD_ISPENDR + irq / 32 * 4), 0);
		sync(1);				/* and once more while active */
		CHECK(gic_bit(GICD_ISPENDR, irq));
		gicc_write(GICC_EOIR, irq);
		CHECK_EQ(gic_wait_iar(), irq);
		gicc_write(GICC_EOIR, irq);
	}
}

/* Active while the vCPU was out, and then the next interrupt is asked for at once */
static void level_completed(bool mask)
{
	u32 irq = arg(0), i;

	spi(irq, false);
	for (i = 0; i < 3; i++) {
		sync(1);				/* signalled */
		CHECK_EQ(gic_wait_iar(), irq);
		sync(2);				/* active: not resampled yet */
		if (mask)
			gic_disable(irq);
		gicc_write(GICC_EOIR, irq);
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		gic_enable(irq);
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		sync(3);				/* resampled */
	}
}

GUEST_TEST(level_at_once, 1)
{
	level_completed(false);
}

/* As handlers do that leave the work to a thread */
GUEST_TEST(level_masked, 1)
{
	level_completed(true);
}

GUEST_TEST(level, 1)
{
	u32 irq = arg(0), i;

	spi(irq, false);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
		sync(1);				/* signalled */
		CHECK_EQ(gic_wait_iar(), irq);
		sync(2);				/* active: not resampled yet */
		gicc_write(GICC_EOIR, irq);
		CHECK(WAIT_FOR(!gic_bit(GICD_ISPENDR, irq), 1000));
		CHECK(!gic_bit(GICD_ISACTIVER, irq));
		sync(3);				/* resampled */
	}
}
