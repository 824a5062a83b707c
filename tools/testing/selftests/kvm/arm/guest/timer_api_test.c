// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guests of timer_api_test.c: they hand over at points that it waits for.
 */
#include "gic.h"

#define ENABLE		1
#define ISTATUS		4

static void need_vmm(void)
{
	if (!have_vmm())
		skip("a test with the VMM");
}

static void set_timer(bool physical, u32 usec)
{
	u32 ticks = counter_hz() / 1000000 * usec;

	if (physical) {
		WRITE_CP(ticks, p15, 0, c14, c2, 0);
		WRITE_CP(ENABLE, p15, 0, c14, c2, 1);
	} else {
		WRITE_CP(ticks, p15, 0, c14, c3, 0);
		WRITE_CP(ENABLE, p15, 0, c14, c3, 1);
	}
	isb();
}

static void stop_timer(bool physical)
{
	if (physical)
		WRITE_CP(0, p15, 0, c14, c2, 1);
	else
		WRITE_CP(0, p15, 0, c14, c3, 1);
	isb();
}

static bool expired(bool physical)
{
	isb();
	return (physical ? READ_CP(p15, 0, c14, c2, 1) :
		READ_CP(p15, 0, c14, c3, 1)) & ISTATUS;
}

static void delay(u32 msec)
{
	u64 end = counter() + (u64)counter_hz() / 1000 * msec;

	while (counter() < end)
		barrier();
}

/* The counters, and the registers that user space has set */
GUEST_TEST(counts, 1)
{
	need_vmm();
	CHECK_EQ(READ_CP64(p15, 3, c14), (u64)arg(3) << 32 | arg(2));
	CHECK_EQ(READ_CP(p15, 0, c14, c3, 1) & 3, arg(4));
	CHECK_EQ(READ_CP64(p15, 2, c14), (u64)arg(3) << 32 | arg(2));
	CHECK_EQ(READ_CP(p15, 0, c14, c2, 1) & 3, arg(4));
	set_arg(0, counter());
	set_arg(1, counter() >> 32);
}

/* A busy second, at a time of its own */
GUEST_TEST(busy, 1)
{
	need_vmm();
	delay(1000);
}

static shared u32 taken, wrong;
static u32 vtimer = 27, ptimer = 30;

/* Hands over before the interrupt is silenced, before and after it is ended */
static void on_timer(void)
{
	u32 iar = gicc_read(GICC_IAR), irq = iar & 0x3ff;

	if (irq != vtimer && irq != ptimer) {
		wrong++;
		if (irq < 1020)
			gicc_write(GICC_EOIR, iar);
		return;
	}
	taken++;
	sync(2);
	stop_timer(irq == ptimer);
	sync(3);
	gicc_write(GICC_EOIR, iar);
	sync(4);
}

GUEST_TEST(interrupted, 1)
{
	u32 i;

	need_vmm();
	if (arg(0)) {
		vtimer = arg(0);
		ptimer = arg(1);
	}
	gic_on();
	gic_enable(vtimer);
	gic_enable(ptimer);
	me()->irq = on_timer;
	expect(EXC_IRQ);
	irq_on();
	for (i = 0; i < 20; i++) {
		sync(1);
		set_timer(i & 1, 500);
		CHECK(WAIT_FOR(taken == i + 1, 5000));
	}
	irq_off();
	CHECK_EQ(wrong, 0);
	sync(5);
}

/* Both timers are about to expire: the VMM goes away */
GUEST_TEST(armed, 1)
{
	need_vmm();
	set_timer(false, 3000);
	set_timer(true, 3000);
	sync(1);
}

/* The GIC is in user space, if anywhere */
GUEST_TEST(no_gic, 1)
{
	bool physical;

	need_vmm();
	physical = arg(0);

	/* While busy */
	set_timer(physical, 20000);
	sync(1);
	CHECK(WAIT_FOR(expired(physical), 1000));
	delay(20);
	sync(2);
	stop_timer(physical);
	sync(3);

	/* In WFI */
	set_timer(physical, 20000);
	while (!expired(physical))
		wfi();
	sync(4);
	stop_timer(physical);
	sync(5);
}

static void on_line(void)
{
	taken++;
	stop_timer(false);
	sync(2);
}

/* User space drives the interrupt input */
GUEST_TEST(irq_line, 1)
{
	u32 i;

	need_vmm();
	me()->irq = on_line;
	expect(EXC_IRQ);
	for (i = 0; i < 20; i++) {
		/* Masked: else the interrupt may be taken before the WFI */
		set_timer(false, 500);
		while (i & 1 && !expired(false))
			wfi();
		irq_on();
		CHECK(WAIT_FOR(taken == i + 1, 5000));
		irq_off();
	}
	sync(3);
}
