// SPDX-License-Identifier: GPL-2.0-only
/*
 * What psci_api_test.c has its guests call. It chooses by DEV_ARG, and looks at
 * them from outside.
 */
#include "guest.h"

#define PSCI_0_1_CPU_OFF	0x95c1ba5f
#define PSCI_0_1_CPU_ON		0x95c1ba60
#define PSCI_0_1_MIGRATE	0x95c1ba61

static void need_vmm(void)
{
	if (!have_vmm())
		skip("a test with the VMM");
}

/* One call with arguments from the VMM; what it returned goes back */
GUEST_TEST(call, 2)
{
	need_vmm();
	set_arg(4, hvc(arg(0), arg(1), arg(2), arg(3)));
	sync(1);
}

static shared bool ran;

static void run_once(void)
{
	ran = true;
	hvc(PSCI_0_1_CPU_OFF, 0, 0, 0);
	print("CPU_OFF has returned\n");
	done(RESULT_FAIL);
}

/* PSCI 0.1 has but its own identifiers */
GUEST_TEST(version_0_1, 2)
{
	need_vmm();
	CHECK_EQ(hvc(PSCI_VERSION, 0, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(PSCI_CPU_ON, cpu_mpidr(1), (u32)secondary_start, 1),
		 PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(PSCI_SYSTEM_OFF, 0, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(PSCI_0_1_MIGRATE, 0, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(PSCI_0_1_CPU_ON, cpu_mpidr(0), (u32)secondary_start, 1),
		 PSCI_INVALID_PARAMETERS);
	CHECK_EQ(hvc(PSCI_0_1_CPU_ON, 0xffff, (u32)secondary_start, 1),
		 PSCI_INVALID_PARAMETERS);
	cpus[1].fn = run_once;
	dsb();
	CHECK_EQ(hvc(PSCI_0_1_CPU_ON, cpu_mpidr(1), (u32)secondary_start, 1),
		 PSCI_SUCCESS);
	CHECK(WAIT_FOR(ran, 5000));

	/* It is off again, if not at once */
	ran = false;
	CHECK(WAIT_FOR(hvc(PSCI_0_1_CPU_ON, cpu_mpidr(1), (u32)secondary_start, 1) ==
		       PSCI_SUCCESS, 5000));
	CHECK(WAIT_FOR(ran, 5000));
}

static void spin(void)
{
	ran = true;
	for (;;)
		barrier();
}

/* Both CPUs are busy when CPU 0 ends it all */
GUEST_TEST(event, 2)
{
	need_vmm();
	CHECK_EQ(cpu_on(1, spin), PSCI_SUCCESS);
	CHECK(WAIT_FOR(ran, 5000));
	set_arg(4, hvc(arg(0), arg(1), 0, 0));
	/* Resumed by the VMM */
	CHECK_EQ(arg(4), PSCI_INTERNAL_FAILURE);
}

static void sleep_forever(void)
{
	ran = true;
	for (;;)
		wfi();
}

/* CPU 1 waits for an interrupt when CPU 0 ends it all, and is turned on again */
GUEST_TEST(event_in_wfi, 2)
{
	need_vmm();
	CHECK_EQ(cpu_on(1, sleep_forever), PSCI_SUCCESS);
	CHECK(WAIT_FOR(ran, 5000));
	/* Time enough for WFI */
	WAIT_FOR(false, 50);
	CHECK_EQ(hvc(PSCI_SYSTEM_RESET, 0, 0, 0), PSCI_INTERNAL_FAILURE);
	ran = false;
	CHECK_EQ(cpu_on(1, spin), PSCI_SUCCESS);
	CHECK(WAIT_FOR(ran, 5000));
}
