// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctls of a vCPU but for registers.
 */
#include <signal.h>
#include <unistd.h>
#include "harness.h"

FIXTURE(fresh) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(fresh)
{
	vm_create(&self->vm, 2, VM_NO_RAM | VM_NO_GIC | VM_NO_INIT);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(fresh)
{
	vm_destroy(&self->vm);
}

TEST_F(fresh, not_initialised)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_ARM_NISV_TO_USER };
	struct kvm_reg_list list = { .n = 0 };
	struct kvm_vcpu_events events;
	u32 val;

	EXPECT_ERRNO(ENOEXEC, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_ERRNO(ENOEXEC, get_reg(self->vcpu, REG_PC, &val));
	EXPECT_ERRNO(ENOEXEC, set_reg(self->vcpu, REG_PC, &val));
	EXPECT_ERRNO(ENOEXEC, ioctl(self->vcpu->fd, KVM_GET_REG_LIST, &list));
	EXPECT_ERRNO(ENOEXEC, ioctl(self->vcpu->fd, KVM_GET_VCPU_EVENTS, &events));
	/* What there never is does not depend on it */
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_ENABLE_CAP, &cap));
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, _IO(KVMIO, 0x7f), 0));
}

TEST_F(fresh, init)
{
	struct kvm_vcpu_init init = self->vm.init;

	EXPECT_ERRNO(EFAULT, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, NULL));
	init.target = 0x7fff;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
	init.target = self->vm.init.target;
	init.features[0] = 1U << 31;
	EXPECT_ERRNO(ENOENT, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
	init.features[0] = 0;
	init.features[6] = 1;
	EXPECT_ERRNO(ENOENT, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
	/* None of those did anything */
	EXPECT_ERRNO(ENOEXEC, ioctl(self->vcpu->fd, KVM_RUN, 0));
	init.features[6] = 0;
	init.features[0] = 1 << KVM_ARM_VCPU_PSCI_0_2;
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
	/* Again, with the same and with others */
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
	init.features[0] = 0;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
	init.features[0] = 1 << KVM_ARM_VCPU_PSCI_0_2;
	init.target = (init.target + 1) % KVM_ARM_NUM_TARGETS;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &init));
}

FIXTURE(vcpu) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(vcpu)
{
	vm_create(&self->vm, 2, VM_NO_RAM | VM_NO_GIC);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(vcpu)
{
	vm_destroy(&self->vm);
}

TEST_F(vcpu, run_argument)
{
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_RUN, 1));
}

TEST_F(vcpu, reset_values)
{
	EXPECT_EQ(0x1d3, get_reg32(self->vcpu, REG_CPSR));
	EXPECT_EQ(0, get_reg32(self->vcpu, REG_PC));
	EXPECT_EQ(0, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r0)));
	set_reg32(self->vcpu, REG_PC, 0x1234);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r7), 0x77);
	set_reg32(self->vcpu, ARM_CP15_REG32(0, 3, 0, 0), 0x55555555);
	vcpu_init(self->vcpu);
	EXPECT_EQ(0, get_reg32(self->vcpu, REG_PC));
	EXPECT_EQ(0, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r7)));
}

TEST_F(vcpu, mp_state)
{
	struct kvm_mp_state state = { .mp_state = 99 };

	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_MP_STATE, &state));
	EXPECT_EQ(KVM_MP_STATE_RUNNABLE, state.mp_state);
	ASSERT_EQ(0, ioctl(self->vm.vcpus[1].fd, KVM_GET_MP_STATE, &state));
	EXPECT_EQ(KVM_MP_STATE_STOPPED, state.mp_state);
	state.mp_state = KVM_MP_STATE_HALTED;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_SET_MP_STATE, &state));
	state.mp_state = 0xffff;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_SET_MP_STATE, &state));
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_MP_STATE, &state));
	EXPECT_EQ(KVM_MP_STATE_RUNNABLE, state.mp_state);
	state.mp_state = KVM_MP_STATE_STOPPED;
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_MP_STATE, &state));
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_MP_STATE, &state));
	EXPECT_EQ(KVM_MP_STATE_STOPPED, state.mp_state);
	state.mp_state = KVM_MP_STATE_RUNNABLE;
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_MP_STATE, &state));
}

TEST_F(vcpu, events)
{
	struct kvm_vcpu_events events;

	memset(&events, 0xff, sizeof(events));
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_VCPU_EVENTS, &events));
	EXPECT_EQ(0, events.exception.serror_pending);
	EXPECT_EQ(0, events.exception.serror_has_esr);
	EXPECT_EQ(0, events.exception.ext_dabt_pending);
	/* A 32-bit host has no syndrome for it */
	events.exception.serror_pending = 1;
	events.exception.serror_has_esr = 1;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_SET_VCPU_EVENTS, &events));
	events.exception.serror_has_esr = 0;
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_VCPU_EVENTS, &events));
	memset(&events, 0, sizeof(events));
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_VCPU_EVENTS, &events));
	EXPECT_EQ(1, events.exception.serror_pending);
}

TEST_F(vcpu, signal_mask)
{
	struct {
		struct kvm_signal_mask mask;
		u8 set[64];
	} arg = { .mask.len = 3 };

	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_SET_SIGNAL_MASK, &arg));
	arg.mask.len = 8;
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_SIGNAL_MASK, &arg));
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_SIGNAL_MASK, NULL));
}

/* What is not for this architecture */
TEST_F(vcpu, foreign_ioctls)
{
	struct kvm_translation tr = {};
	struct kvm_interrupt irq = {};
	struct kvm_regs regs;

	EXPECT_EQ(-1, ioctl(self->vcpu->fd, KVM_GET_REGS, &regs));
	EXPECT_EQ(-1, ioctl(self->vcpu->fd, KVM_TRANSLATE, &tr));
	EXPECT_EQ(-1, ioctl(self->vcpu->fd, KVM_INTERRUPT, &irq));
	EXPECT_EQ(-1, ioctl(self->vcpu->fd, _IO(KVMIO, 0x81), 0));
	EXPECT_TRUE(errno == EINVAL || errno == ENOTTY);
}

TEST_F(vcpu, binary_stats)
{
	struct kvm_stats_header header;
	int fd = ioctl(self->vcpu->fd, KVM_GET_STATS_FD, NULL);

	ASSERT_LE(0, fd);
	ASSERT_EQ((ssize_t)sizeof(header), pread(fd, &header, sizeof(header), 0));
	EXPECT_LT(5, header.num_desc);
	close(fd);
}

TEST_F(vcpu, timer_attributes)
{
	int irq = 0;
	struct kvm_device_attr attr = {
		.group = KVM_ARM_VCPU_TIMER_CTRL,
		.attr = KVM_ARM_VCPU_TIMER_IRQ_VTIMER,
		.addr = (uintptr_t)&irq,
	};

	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_HAS_DEVICE_ATTR, &attr));
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_DEVICE_ATTR, &attr));
	EXPECT_EQ(27, irq);
	attr.attr = KVM_ARM_VCPU_TIMER_IRQ_PTIMER;
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_DEVICE_ATTR, &attr));
	EXPECT_EQ(30, irq);
	irq = 15;
	EXPECT_EQ(-1, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &attr));
	irq = 32;
	EXPECT_EQ(-1, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &attr));
	attr.attr = 7;
	EXPECT_ERRNO(ENXIO, ioctl(self->vcpu->fd, KVM_HAS_DEVICE_ATTR, &attr));
	attr.group = 77;
	EXPECT_ERRNO(ENXIO, ioctl(self->vcpu->fd, KVM_HAS_DEVICE_ATTR, &attr));
}

/* Setting it on one vCPU sets it for all */
FIXTURE(vcpu_gic) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(vcpu_gic)
{
	vm_create(&self->vm, 2, VM_NO_RAM);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(vcpu_gic)
{
	vm_destroy(&self->vm);
}

TEST_F(vcpu_gic, timer_attributes)
{
	int irq = 25;
	struct kvm_device_attr attr = {
		.group = KVM_ARM_VCPU_TIMER_CTRL,
		.attr = KVM_ARM_VCPU_TIMER_IRQ_VTIMER,
		.addr = (uintptr_t)&irq,
	};

	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &attr));
	irq = 0;
	ASSERT_EQ(0, ioctl(self->vm.vcpus[1].fd, KVM_GET_DEVICE_ATTR, &attr));
	EXPECT_EQ(25, irq);
	irq = 15;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &attr));
	irq = 32;
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &attr));
}

/* KVM_RUN with a signal pending, or asked to come back at once */
FIXTURE(run) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(run)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(run)
{
	vm_destroy(&self->vm);
}

TEST_F(run, immediate_exit)
{
	vm_load(&self->vm, 0);
	self->vcpu->run->immediate_exit = 1;
	EXPECT_ERRNO(EINTR, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(GUEST_BASE, get_reg32(self->vcpu, REG_PC));
	self->vcpu->run->immediate_exit = 0;
}

static void ignore(int sig)
{
	(void)sig;
}

/* A guest that never leaves by itself is left for a signal; what it had stays */
TEST_F(run, signal)
{
	struct sigaction act = { .sa_handler = ignore };
	u32 *code = (u32 *)(self->vm.ram + 0x1000);

	sigaction(SIGALRM, &act, NULL);
	code[0] = 0xe2800001;			/* 1: add r0, r0, #1 */
	code[1] = 0xeafffffd;			/* b 1b */
	set_reg32(self->vcpu, REG_PC, RAM_BASE + 0x1000);
	/* A slow board may have the signal before the guest has begun */
	do {
		ualarm(100000, 0);
		ASSERT_EQ(-1, ioctl(self->vcpu->fd, KVM_RUN, 0));
		ASSERT_EQ(EINTR, errno);
		EXPECT_EQ(KVM_EXIT_INTR, self->vcpu->run->exit_reason);
	} while (get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r0)) < 1000);
	EXPECT_EQ(RAM_BASE + 0x1000, get_reg32(self->vcpu, REG_PC) & ~4);
}

/* A powered-off vCPU sleeps in KVM_RUN until a signal */
TEST_F(run, powered_off)
{
	struct sigaction act = { .sa_handler = ignore };
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_STOPPED };

	sigaction(SIGALRM, &act, NULL);
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_MP_STATE, &state));
	set_reg32(self->vcpu, REG_PC, RAM_BASE);
	ualarm(100000, 0);
	EXPECT_ERRNO(EINTR, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(RAM_BASE, get_reg32(self->vcpu, REG_PC));
}

TEST_HARNESS_MAIN
