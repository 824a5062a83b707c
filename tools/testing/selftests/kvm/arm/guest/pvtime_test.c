// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time as the guest sees it (ARM DEN 0057), for pvtime_test.c.
 */
#include "pvtime.h"

/* As for any SMC64 call from AArch32 */
GUEST_TEST(unknown, 1)
{
	CHECK_EQ(hvc(SMCCC_ARCH_FEATURES, PV_TIME_FEATURES, 0, 0), NOT_SUPPORTED);
	CHECK_EQ(hvc(PV_TIME_FEATURES, PV_TIME_ST, 0, 0), NOT_SUPPORTED);
	CHECK_EQ(hvc(PV_TIME_ST, 0, 0, 0), NOT_SUPPORTED);
}

/* arg 0: where the VMM put the structure. Ends when time was stolen, many times */
GUEST_TEST(stolen, 1)
{
	shared struct stolen_time *st;
	u32 times = 0;
	u64 last = 0, now;

	if (!have_vmm())
		skip("The VMM says where the structure is.");
	mmu_on_short();
	CHECK_EQ(hvc(SMCCC_ARCH_FEATURES, PV_TIME_FEATURES, 0, 0), 0);
	CHECK_EQ(hvc(PV_TIME_FEATURES, PV_TIME_FEATURES, 0, 0), 0);
	CHECK_EQ(hvc(PV_TIME_FEATURES, PV_TIME_ST, 0, 0), 0);
	CHECK_EQ(hvc(PV_TIME_FEATURES, PSCI_VERSION, 0, 0), NOT_SUPPORTED);
	CHECK_EQ(hvc(PV_TIME_ST, 0, 0, 0), arg(0));
	st = (void *)arg(0);
	CHECK_EQ(st->revision, 0);
	CHECK_EQ(st->attributes, 0);
	while (times < 10) {
		now = st->stolen;
		CHECK(now >= last);
		times += now > last;
		last = now;
	}
	/* The VMM knows how much time has passed */
	set_arg(2, last);
	set_arg(3, last >> 32);
}

/* The call begins a structure, and writes no more than that */
GUEST_TEST(structure_cleared, 1)
{
	shared u32 *p;
	u32 i;

	if (!have_vmm())
		skip("The VMM says where the structure is.");
	mmu_on_short();
	p = (void *)arg(0);
	for (i = 0; i < 16; i++)
		p[i] = 0xdeadbeef;
	CHECK_EQ(hvc(PV_TIME_ST, 0, 0, 0), arg(0));
	CHECK_EQ(p[0], 0);
	CHECK_EQ(p[1], 0);
	CHECK_EQ(p[3], 0);
	for (i = 4; i < 16; i++)
		CHECK_EQ(p[i], 0xdeadbeef);
}

GUEST_TEST(no_structure, 1)
{
	CHECK_EQ(hvc(PV_TIME_ST, 0, 0, 0), NOT_SUPPORTED);
}
