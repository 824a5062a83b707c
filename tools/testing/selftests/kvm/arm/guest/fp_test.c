// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFP and NEON registers across exits of every kind.
 */
#include "gic.h"

static void fp_fill(u32 seed)
{
	static u32 regs[64];
	u32 *p = regs, i;

	for (i = 0; i < 64; i++)
		regs[i] = seed + i;
	asm volatile(".fpu neon-vfpv4\n"
		     "	vldmia	%0!, {d0-d15}\n"
		     "	vldmia	%0, {d16-d31}\n"
		     "	vmsr	fpscr, %1\n"
		     : "+r" (p) : "r" ((seed & 15) << 28 | 0x01000000) : "memory");
}

static void fp_verify(u32 seed)
{
	static u32 regs[64];
	u32 *p = regs, i, fpscr;

	asm volatile(".fpu neon-vfpv4\n"
		     "	vstmia	%0!, {d0-d15}\n"
		     "	vstmia	%0, {d16-d31}\n"
		     "	vmrs	%1, fpscr\n"
		     : "+r" (p), "=&r" (fpscr) : : "memory");
	for (i = 0; i < 64; i++)
		CHECK_EQ(regs[i], seed + i);
	CHECK_EQ(fpscr, (seed & 15) << 28 | 0x01000000);
}

static void leave(u32 how)
{
	static u32 page;
	u64 end;

	switch (how) {
	case 0:
		hvc(PSCI_VERSION, 0, 0, 0);
		break;
	case 1:
		io_read32(TESTDEV_BASE + DEV_NULL);
		break;
	case 2:
		gicd_read(GICD_TYPER);
		break;
	case 3:
		io_write32(RAM_BASE + 0x2000000 + page++ * 4096, 1);
		break;
	case 4:
		end = counter() + counter_hz() / 50;
		while (counter() < end)
			barrier();
		break;
	case 5:
		WRITE_CP64(counter() + counter_hz() / 500, p15, 3, c14);
		WRITE_CP(1, p15, 0, c14, c3, 1);
		isb();
		while (!(READ_CP(p15, 0, c14, c3, 1) & 4))
			wfi();
		WRITE_CP(0, p15, 0, c14, c3, 1);
		break;
	}
}

GUEST_TEST(across_exits, 1)
{
	u32 i, how;

	gic_on();
	gic_enable(27);
	fp_on();
	for (how = 0; how < 6; how++)
		for (i = 0; i < 10; i++) {
			fp_fill(how << 16 | i << 8 | i);
			leave(how);
			fp_verify(how << 16 | i << 8 | i);
		}
}

/* An exit between every two uses, with nothing done in between but that */
GUEST_TEST(neon, 1)
{
	u32 out[4], i;

	fp_on();
	asm volatile(".fpu neon-vfpv4\n\tvmov.i32 q8, #1\n\tvmov.i32 q15, #0\n");
	for (i = 0; i < 100; i++) {
		hvc(PSCI_VERSION, 0, 0, 0);
		asm volatile(".fpu neon-vfpv4\n\tvadd.i32 q15, q15, q8\n");
	}
	asm volatile(".fpu neon-vfpv4\n\tvstmia %0, {q15}" : : "r" (out) : "memory");
	for (i = 0; i < 4; i++)
		CHECK_EQ(out[i], 100);
}

/* Disabling it by FPEXC and CPACR keeps the content */
GUEST_TEST(kept_while_off, 1)
{
	fp_on();
	fp_fill(0x5000);
	asm volatile(".fpu neon-vfpv4\n\tvmsr fpexc, %0" : : "r" (0) : "memory");
	WRITE_CP(0, p15, 0, c1, c0, 2);
	isb();
	leave(0);
	leave(4);
	leave(1);
	fp_on();
	fp_verify(0x5000);
}

/* Each CPU has its own */
static void other_cpu(void)
{
	u32 i;

	fp_on();
	for (i = 0; i < 100; i++) {
		fp_fill(0xbbbb0000 + i);
		leave(i & 3);
	}
}

static void busy(void)
{
	fp_on();
	other_cpu();
}

GUEST_TEST(two_cpus, 2)
{
	u32 i;

	fp_on();
	CHECK_EQ(cpu_on(1, busy), PSCI_SUCCESS);
	for (i = 0; i < 100; i++) {
		static u32 regs[64];
		u32 *p = regs, k;

		asm volatile(".fpu neon-vfpv4\n\tvmov.i32 q0, #7\n\tvmov.i32 q15, #9\n");
		leave(i & 3);
		asm volatile(".fpu neon-vfpv4\n\tvstmia %0!, {d0-d15}\n\tvstmia %0, {d16-d31}\n"
			     : "+r" (p) : : "memory");
		for (k = 0; k < 4; k++) {
			CHECK_EQ(regs[k], 7);
			CHECK_EQ(regs[60 + k], 9);
		}
	}
	CHECK(cpu_wait(1, 20000));
}

/* For the VMM: a seed of its own, as many rounds as it says */
GUEST_TEST(neighbours, 1)
{
	u32 i, rounds = have_vmm() ? arg(1) : 0, seed = arg(0);

	fp_on();
	for (i = 0; i < rounds; i++) {
		fp_fill(seed + i);
		leave(i % 5);
		fp_verify(seed + i);
	}
}

/* For the VMM: all registers overwritten, then out */
GUEST_TEST(overwrite, 1)
{
	if (!have_vmm())
		skip("The VMM looks at its own registers.");
	fp_on();
	for (;;) {
		fp_fill(0xdead0000);
		sync(1);
	}
}
