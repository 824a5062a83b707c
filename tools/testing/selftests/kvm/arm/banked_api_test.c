// SPDX-License-Identifier: GPL-2.0-only
/*
 * Banked registers through KVM_{GET,SET}_ONE_REG, and those of two VMs that
 * share a processor.
 */
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include "harness.h"

FIXTURE(banked) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(banked)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(banked)
{
	vm_destroy(&self->vm);
}

/* As in guest/banked_test.c */
static u32 spsr_value(u32 base)
{
	return (base & 0xf0000000) | 0x1d0 | (base >> 8 & 1 ? 3 : 2);
}

#define CORE(n)		(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE | (n))
#define FIRST(regs)	KVM_REG_ARM_CORE_REG(regs[0])

static const struct {
	unsigned int reg;
	u32 base;
} banks[] = {
	{ FIRST(abt_regs), 0x100 },
	{ FIRST(und_regs), 0x200 },
	{ FIRST(irq_regs), 0x300 },
	{ FIRST(fiq_regs) + 5, 0x400 },
};

TEST_F(banked, one_reg)
{
	const u32 old = 0x50a50000, new = 0xa05a0000;
	unsigned int i;

	self->vm.args[0] = old;
	self->vm.args[1] = new;
	vm_load_name(&self->vm, "one_reg");
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	for (i = 0; i < 4; i++) {
		u32 base = old | banks[i].base;

		EXPECT_EQ(base, get_reg32(self->vcpu, CORE(banks[i].reg)));
		EXPECT_EQ(base | 4, get_reg32(self->vcpu, CORE(banks[i].reg + 1)));
		EXPECT_EQ(spsr_value(base), get_reg32(self->vcpu, CORE(banks[i].reg + 2)));
		base = new | banks[i].base;
		set_reg32(self->vcpu, CORE(banks[i].reg), base);
		set_reg32(self->vcpu, CORE(banks[i].reg + 1), base | 4);
		set_reg32(self->vcpu, CORE(banks[i].reg + 2), spsr_value(base));
	}
	for (i = 0; i < 5; i++) {
		EXPECT_EQ((old | 0x500) + 4 * i,
			  get_reg32(self->vcpu, CORE(FIRST(fiq_regs) + i)));
		set_reg32(self->vcpu, CORE(FIRST(fiq_regs) + i), (new | 0x500) + 4 * i);
	}
	EXPECT_EQ(old | 0x600, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_sp)));
	EXPECT_EQ(old | 0x604, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_lr)));
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_sp), new | 0x600);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_lr), new | 0x604);
	/* The payload checks that it sees the new ones */
	vcpu_run_to_done(self->vcpu);
}

/* Three VMs on one processor, each with values of its own */
TEST_F(banked, neighbours)
{
	int i, status;

	for (i = 0; i < 3; i++) {
		pid_t pid = fork();

		ASSERT_LE(0, pid);
		if (!pid) {
			static struct vm vm;
			cpu_set_t set;

			CPU_ZERO(&set);
			CPU_SET(0, &set);
			sched_setaffinity(0, sizeof(set), &set);
			vm_create(&vm, 1, 0);
			vm.args[0] = 0x10000000 * (i + 1) | 0x00330000;
			vm_load_name(&vm, "neighbours");
			vcpu_run_to_done(&vm.vcpus[0]);
			_exit(0);
		}
	}
	for (i = 0; i < 3; i++) {
		ASSERT_LT(0, wait(&status));
		EXPECT_EQ(0, status);
	}
}

TEST_HARNESS_MAIN
