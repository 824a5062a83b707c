// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFP and NEON state of a guest, of its VMM and of other processes on the
 * same processor are kept apart.
 */
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness.h"

/* What the guest can check alone */
FIXTURE(guest) {
	char nothing;
};

FIXTURE_VARIANT(guest) {
	const char *payload;
};

FIXTURE_VARIANT_ADD(guest, across_exits) {
	.payload = "across_exits",
};

FIXTURE_VARIANT_ADD(guest, neon) {
	.payload = "neon",
};

FIXTURE_VARIANT_ADD(guest, kept_while_off) {
	.payload = "kept_while_off",
};

FIXTURE_VARIANT_ADD(guest, two_cpus) {
	.payload = "two_cpus",
};

FIXTURE_SETUP(guest)
{
}

FIXTURE_TEARDOWN(guest)
{
}

TEST_F(guest, runs)
{
	EXPECT_EQ(RESULT_PASS, vm_run_name(variant->payload));
}

/* Fills d0-d31 and FPSCR, makes a system call, gives them back */
static long call_with_fp(long nr, long a, long b, long c, u64 in[32], u64 out[32],
			 u32 fpscr, u32 *fpscr_out)
{
	register long r0 asm("r0") = a;
	register long r1 asm("r1") = b;
	register long r2 asm("r2") = c;
	register long r7 asm("r7") = nr;
	u64 *from = in, *to = out;

	asm volatile(".fpu neon-vfpv4\n"
		     "	vldmia	%1!, {d0-d15}\n"
		     "	vldmia	%1, {d16-d31}\n"
		     "	vmsr	fpscr, %5\n"
		     "	svc	#0\n"
		     "	vstmia	%2!, {d0-d15}\n"
		     "	vstmia	%2, {d16-d31}\n"
		     "	vmrs	%3, fpscr\n"
		     : "+r" (r0), "+r" (from), "+r" (to), "=&r" (*fpscr_out)
		     : "r" (r7), "r" (fpscr), "r" (r1), "r" (r2)
		     : "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7",
		       "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15",
		       "d16", "d17", "d18", "d19", "d20", "d21", "d22", "d23",
		       "d24", "d25", "d26", "d27", "d28", "d29", "d30", "d31");
	return r0;
}

static void pattern(u64 *regs, u64 seed)
{
	int i;

	for (i = 0; i < 32; i++)
		regs[i] = seed * 0x0101010101010101ULL + i;
}

FIXTURE(fp) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(fp)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(fp)
{
	vm_destroy(&self->vm);
}

/* KVM_RUN is a system call: it keeps all of them */
TEST_F(fp, vmm_keeps_its_own)
{
	u64 in[32], out[32];
	u32 fpscr;
	long i;

	vm_load_name(&self->vm, "overwrite");
	for (i = 0; i < 20; i++) {
		pattern(in, i + 1);
		memset(out, 0, sizeof(out));
		ASSERT_EQ(0, call_with_fp(__NR_ioctl, self->vcpu->fd, KVM_RUN, 0, in, out,
					  0x90000000, &fpscr));
		EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
		EXPECT_EQ(0x90000000, fpscr);
	}
	/* The guest did what it was to do */
	EXPECT_EQ(KVM_EXIT_MMIO, self->vcpu->run->exit_reason);
}

/* ONE_REG shows what the guest has */
TEST_F(fp, one_reg)
{
	const u64 vfp = KVM_REG_ARM | KVM_REG_SIZE_U64 | KVM_REG_ARM_VFP;
	u32 i;

	vm_load_name(&self->vm, "overwrite");
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	for (i = 0; i < 32; i++)
		EXPECT_EQ((u64)(0xdead0000 + 2 * i + 1) << 32 | (0xdead0000 + 2 * i),
			  get_reg64(self->vcpu, vfp | i));
}

static void pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int host_process(unsigned int seed)
{
	u64 in[32], out[32];
	u32 fpscr;
	int i;

	pin();
	for (i = 0; i < 20000; i++) {
		pattern(in, seed + i);
		call_with_fp(__NR_sched_yield, 0, 0, 0, in, out, seed << 28, &fpscr);
		if (memcmp(in, out, sizeof(in)) || fpscr != seed << 28)
			return 1;
	}
	return 0;
}

static int guest_process(unsigned int seed)
{
	static struct vm vm;

	pin();
	vm_create(&vm, 1, 0);
	vm.args[0] = seed << 28;
	vm.args[1] = 300;
	vm_load_name(&vm, "neighbours");
	vcpu_run_to_done(&vm.vcpus[0]);
	return 0;
}

/* Two guests and two processes on one processor */
TEST_F(fp, neighbours)
{
	int i, status;

	for (i = 0; i < 4; i++) {
		pid_t pid = fork();

		ASSERT_LE(0, pid);
		if (!pid)
			_exit(i < 2 ? guest_process(i + 1) : host_process(i + 1));
	}
	for (i = 0; i < 4; i++) {
		ASSERT_LT(0, wait(&status));
		EXPECT_EQ(0, status);
	}
}

TEST_HARNESS_MAIN
