// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a VM can do: run, call PSCI, read and write a device.
 */
#include "guest.h"

GUEST_TEST(runs, 1)
{
	shared u32 a = 6, b = 7;

	CHECK_EQ(a * b, 42);
	CHECK_EQ(READ_CP(p15, 0, c0, c0, 5) & 0xffffff, cpu_mpidr(0));
}

GUEST_TEST(reset_state, 1)
{
	u32 cpsr, sctlr = READ_CP(p15, 0, c1, c0, 0);

	/* B1.9.1: SVC mode, interrupts masked; MMU and caches off, VBAR low */
	asm volatile("mrs %0, cpsr" : "=r" (cpsr));
	CHECK_EQ(cpsr & 0x3f, 0x13);
	CHECK_EQ(cpsr & 0x1c0, 0x1c0);
	CHECK_EQ(sctlr & (1 << 0 | 1 << 2 | 1 << 12 | 1 << 28 | 1 << 30), 0);
}

GUEST_TEST(psci_version, 1)
{
	u32 version = hvc(PSCI_VERSION, 0, 0, 0);

	CHECK(version == 0x00000002 || version == 0x00010000 || version == 0x00010001);
}

/* HVC keeps all registers but r0-r3 */
GUEST_TEST(hvc_keeps_registers, 1)
{
	u32 bad;

	asm volatile(".arch_extension virt\n"
		     "	ldr	r0, =0x84000000\n"
		     "	mov	r4, #0x44\n"
		     "	mov	r5, #0x55\n"
		     "	mov	r6, #0x66\n"
		     "	mov	r8, #0x88\n"
		     "	mov	r9, #0x99\n"
		     "	mov	r10, #0xaa\n"
		     "	mov	r12, #0xcc\n"
		     "	mov	lr, #0xee\n"
		     "	hvc	#0\n"
		     "	eor	r4, r4, #0x44\n"
		     "	eor	r5, r5, #0x55\n"
		     "	eor	r6, r6, #0x66\n"
		     "	eor	r8, r8, #0x88\n"
		     "	eor	r9, r9, #0x99\n"
		     "	eor	r10, r10, #0xaa\n"
		     "	eor	r12, r12, #0xcc\n"
		     "	eor	lr, lr, #0xee\n"
		     "	orr	r4, r4, r5\n"
		     "	orr	r6, r6, r8\n"
		     "	orr	r9, r9, r10\n"
		     "	orr	r12, r12, lr\n"
		     "	orr	r4, r4, r6\n"
		     "	orr	r9, r9, r12\n"
		     "	orr	%0, r4, r9\n"
		     : "=r" (bad) : : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8",
		       "r9", "r10", "r12", "lr", "cc", "memory");
	CHECK_EQ(bad, 0);
}

GUEST_TEST(counter_runs, 1)
{
	u64 a = counter(), b;

	CHECK(WAIT_FOR(counter() > a, 100));
	b = counter();
	CHECK(b > a);
	CHECK(counter_hz() >= 1000000);
}

static shared u32 seen[MAX_CPUS];

static void look(void)
{
	seen[this_cpu()] = READ_CP(p15, 0, c0, c0, 5);
}

GUEST_TEST(all_cpus, 8)
{
	u32 i;

	for (i = 1; i < 8; i++)
		CHECK_EQ(cpu_on(i, look), PSCI_SUCCESS);
	for (i = 1; i < 8; i++) {
		CHECK(cpu_wait(i, 5000));
		CHECK_EQ(seen[i] & 0xffffff, cpu_mpidr(i));
		CHECK(seen[i] >> 31);
	}
}
