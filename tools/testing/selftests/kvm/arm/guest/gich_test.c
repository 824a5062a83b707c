// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits with known numbers of virtual interrupts in flight, for tests/gich: it
 * counts the host's accesses to the GIC's virtual interface control registers
 * in the emulator's trace of devices. There, an exit with n in flight is between n + 1
 * reads of the guest's GICC_IIDR and one of GICC_RPR; neither traps.
 *
 * An interrupt that the guest has completed is in flight until the host has seen
 * that. It need not look at each exit; it does when it returns to the VMM.
 */
#include "gic.h"

#define ROUNDS		10
#define MAX_IN_FLIGHT	6	/* the board has four list registers */
#define VTIMER_PPI	27

#define EXIT(n, stmt)							\
do {									\
	u32 __i;							\
									\
	for (__i = 0; __i <= (n); __i++)				\
		gicc_read(GICC_IIDR);					\
	stmt;								\
	gicc_read(GICC_RPR);						\
} while (0)

/* Exits of each kind; what they give shows that the host answered */
static void exits(u32 n)
{
	u32 i, version, nr_irqs, magic, actlr;

	for (i = 0; i < ROUNDS; i++) {
		EXIT(n, version = hvc(PSCI_VERSION, 0, 0, 0));
		EXIT(n, nr_irqs = gicd_read(GICD_TYPER) & 0x1f);
		EXIT(n, magic = io_read32(TESTDEV_BASE + DEV_MAGIC));
		EXIT(n, actlr = READ_CP(p15, 0, c1, c0, 1));
		CHECK(version >> 16 == 1 || version == 2);
		CHECK(nr_irqs);
		CHECK_EQ(magic, IMAGE_MAGIC);
		(void)actlr;
	}
}

static void see_completed(u32 n)
{
	EXIT(n, io_read32(TESTDEV_BASE + DEV_MAGIC));
}

static void need_vmm(void)
{
	if (!have_vmm())
		skip("needs the test device");
}

GUEST_TEST(none_in_flight, 1)
{
	need_vmm();
	gic_on();
	exits(0);
}

GUEST_TEST(pending, 1)
{
	u32 n;

	need_vmm();
	gic_on();
	for (n = 1; n <= MAX_IN_FLIGHT; n++) {
		EXIT(n, gicd_write(GICD_SGIR, SGIR_SELF | n));
		exits(n);
	}
}

GUEST_TEST(active, 1)
{
	u32 n;

	need_vmm();
	gic_on();
	/* Each preempts the one before */
	for (n = 1; n <= 4; n++) {
		gic_priority(n, 0xa0 - 0x10 * n);
		EXIT(n, gicd_write(GICD_SGIR, SGIR_SELF | n));
		CHECK_EQ(gicc_read(GICC_IAR), n);
		exits(n);
	}
	while (--n)
		gicc_write(GICC_EOIR, n);
	see_completed(4);
	exits(0);
}

GUEST_TEST(completed, 1)
{
	u32 i;

	need_vmm();
	gic_on();
	irq_on();
	expect(EXC_IRQ);
	for (i = 1; i <= ROUNDS; i++) {
		EXIT(1, gicd_write(GICD_SGIR, SGIR_SELF | 1));
		CHECK_EQ(me()->count[EXC_IRQ], i);
		see_completed(1);
		EXIT(0, hvc(PSCI_VERSION, 0, 0, 0));
		EXIT(0, io_read32(TESTDEV_BASE + DEV_MAGIC));
	}
}

GUEST_TEST(timer_pending, 1)
{
	need_vmm();
	gic_on();
	gic_enable(VTIMER_PPI);
	WRITE_CP64(counter(), p15, 3, c14);
	WRITE_CP(1, p15, 0, c14, c3, 1);
	CHECK(WAIT_FOR(gicc_read(GICC_HPPIR) == VTIMER_PPI, 1000));
	exits(1);
	CHECK_EQ(gicc_read(GICC_IAR), VTIMER_PPI);
	exits(1);
	WRITE_CP(0, p15, 0, c14, c3, 1);
	gicc_write(GICC_EOIR, VTIMER_PPI);
	see_completed(1);
	exits(0);
}
