// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts between two sync points, for irq_exits_test.c to see what they cost.
 * Argument 0 is how many.
 */
#include "gic.h"

#define SPI	40

static shared u32 taken;
static shared bool running;

static void receive(void)
{
	gicc_write(GICC_EOIR, gicc_read(GICC_IAR));
	taken++;
}

static void receiver(void)
{
	gic_on();
	me()->irq = receive;
	expect(EXC_IRQ);
	irq_on();
	running = true;
	for (;;)
		;
}

/* To a CPU that does not sleep, one after the other */
GUEST_TEST(sgi, 2)
{
	u32 i, n = arg(0);

	gic_on();
	cpu_on(1, receiver);
	if (!WAIT_FOR(running, 5000))
		done(RESULT_FAIL);
	sync(1);
	for (i = 1; i <= n; i++) {
		gicd_write(GICD_SGIR, SGIR_TO(2) | 2);
		while (taken < i)
			;
	}
	sync(2);
}

static void line(bool level)
{
	io_write32(TESTDEV_BASE + DEV_IRQ_LEVEL, SPI << 1 | level);
}

/* A handler that serves its device before it completes the interrupt */
GUEST_TEST(level_served, 1)
{
	u32 i, n = arg(0);

	gic_on();
	gic_target(SPI, 1);
	gic_enable(SPI);
	sync(1);
	for (i = 0; i < n; i++) {
		line(true);
		CHECK_EQ(gic_wait_iar(), SPI);
		line(false);
		gicc_write(GICC_EOIR, SPI);
	}
	sync(2);
}

/* One that does not: the interrupt comes again */
GUEST_TEST(level_high, 1)
{
	u32 i, n = arg(0);

	gic_on();
	gic_target(SPI, 1);
	gic_enable(SPI);
	line(true);
	sync(1);
	for (i = 0; i < n; i++) {
		CHECK_EQ(gic_wait_iar(), SPI);
		gicc_write(GICC_EOIR, SPI);
	}
	sync(2);
}
