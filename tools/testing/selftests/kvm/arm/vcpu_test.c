// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctls of a vCPU but for registers.
 */
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
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

/*
 * A guest that stays in KVM_RUN: it rings a doorbell, an ioeventfd, until an
 * interrupt is pending, and then stores to nowhere.
 */
#define DOORBELL	0x0b000000
#define NOTHING		0x0b001000
#define STOP_SPI	40

static const u32 ringing[] = {
	0xe5810000,	/* 1: str r0, [r1] */
	0xe5932000,	/* ldr r2, [r3] */
	0xe3120f40,	/* tst r2, #1 << STOP_SPI % 32 */
	0x0afffffb,	/* beq 1b */
	0xe5840000,	/* str r0, [r4] */
};

FIXTURE(ringing) {
	struct vm vm;
	struct vcpu *vcpu;
	int bell;
};

FIXTURE_SETUP(ringing)
{
	struct kvm_ioeventfd bell = { .addr = DOORBELL, .len = 4 };

	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
	self->bell = eventfd(0, 0);
	bell.fd = self->bell;
	xioctl(self->vm.fd, KVM_IOEVENTFD, &bell);
	memcpy(self->vm.ram + 0x1000, ringing, sizeof(ringing));
	set_reg32(self->vcpu, REG_PC, RAM_BASE + 0x1000);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r1), DOORBELL);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r3), GICD_BASE + 0x204);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r4), NOTHING);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r7), 0x77);
}

FIXTURE_TEARDOWN(ringing)
{
	vm_destroy(&self->vm);
	close(self->bell);
}

/* Waits until the guest has rung again; it has run meanwhile */
static bool rings(int bell)
{
	struct pollfd pfd = { .fd = bell, .events = POLLIN };
	eventfd_t n;
	int i;

	for (i = 0; i < 2; i++)
		if (poll(&pfd, 1, 60000) != 1 || eventfd_read(bell, &n))
			return false;
	return true;
}

static void stop_ringing(struct vm *vm)
{
	if (vm_irq_line(vm, KVM_ARM_IRQ_TYPE_SPI, 0, STOP_SPI, 1))
		die("KVM_IRQ_LINE");
}

static void set_signal_mask(struct vcpu *vcpu, int blocked)
{
	struct {
		struct kvm_signal_mask mask;
		u8 set[8];
	} arg = { .mask.len = 8 };

	if (blocked)
		arg.set[(blocked - 1) / 8] = 1 << (blocked - 1) % 8;
	xioctl(vcpu->fd, KVM_SET_SIGNAL_MASK, &arg);
}

static shared unsigned int handled;

static void handle(int sig)
{
	(void)sig;
	handled++;
}

/* api.rst: not blocked in KVM_RUN, but by the thread: KVM_RUN ends, no handler runs */
TEST_F(ringing, signal_not_blocked)
{
	struct sigaction act = { .sa_handler = handle };
	sigset_t set;

	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	set_signal_mask(self->vcpu, 0);
	raise(SIGUSR1);
	stop_ringing(&self->vm);
	EXPECT_ERRNO(EINTR, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(KVM_EXIT_INTR, self->vcpu->run->exit_reason);
	EXPECT_EQ(0, handled);
	sigpending(&set);
	EXPECT_EQ(1, sigismember(&set, SIGUSR1));

	/* Without a mask of its own KVM_RUN has the thread's: it is blocked */
	xioctl(self->vcpu->fd, KVM_SET_SIGNAL_MASK, NULL);
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(KVM_EXIT_MMIO, self->vcpu->run->exit_reason);
	EXPECT_EQ(0, handled);
}

struct signaller {
	struct vm *vm;
	int bell;
	pthread_t to;
};

static void *signal_and_stop(void *arg)
{
	struct signaller *s = arg;

	if (rings(s->bell)) {
		pthread_kill(s->to, SIGUSR1);
		usleep(50000);
		rings(s->bell);
	}
	stop_ringing(s->vm);
	return NULL;
}

/* Blocked in KVM_RUN, and not by the thread: the handler runs when it has ended */
TEST_F(ringing, signal_blocked)
{
	struct sigaction act = { .sa_handler = handle };
	struct signaller s = { &self->vm, self->bell, pthread_self() };
	pthread_t thread;

	sigaction(SIGUSR1, &act, NULL);
	set_signal_mask(self->vcpu, SIGUSR1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, signal_and_stop, &s));
	EXPECT_EQ(0, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(KVM_EXIT_MMIO, self->vcpu->run->exit_reason);
	EXPECT_EQ(1, handled);
	pthread_join(thread, NULL);
}

/* ioctls of a vCPU that is in KVM_RUN, by another thread: they wait */
struct waiting {
	shared bool back;
	struct vcpu *vcpu;
	unsigned long nr;
	void *arg;
	pthread_t thread;
	int ret;
};

static void *waiting_ioctl(void *arg)
{
	struct waiting *w = arg;

	w->ret = ioctl(w->vcpu->fd, w->nr, w->arg);
	w->back = true;
	return NULL;
}

TEST_F(ringing, ioctls_while_it_runs)
{
	u32 r7 = 0, r8 = 0x88;
	struct kvm_one_reg get = { CORE_REG(usr_regs.ARM_r7), (uintptr_t)&r7 };
	struct kvm_one_reg set = { CORE_REG(usr_regs.ARM_r8), (uintptr_t)&r8 };
	struct kvm_mp_state state = { .mp_state = 99 };
	struct kvm_mp_state runnable = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct kvm_vcpu_events events, none = {};
	struct waiting w[] = {
		{ .nr = KVM_GET_ONE_REG, .arg = &get },
		{ .nr = KVM_SET_ONE_REG, .arg = &set },
		{ .nr = KVM_GET_MP_STATE, .arg = &state },
		{ .nr = KVM_SET_MP_STATE, .arg = &runnable },
		{ .nr = KVM_GET_VCPU_EVENTS, .arg = &events },
		{ .nr = KVM_SET_VCPU_EVENTS, .arg = &none },
	};
	u32 val;
	struct kvm_device_attr attr = {
		.group = KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
		.addr = (uintptr_t)&val,
	};
	unsigned int i;

	vm_start(&self->vm);
	EXPECT_TRUE(rings(self->bell));
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i].vcpu = self->vcpu;
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, waiting_ioctl, &w[i]));
	}
	usleep(100000);
	EXPECT_TRUE(rings(self->bell));
	for (i = 0; i < ARRAY_SIZE(w); i++)
		EXPECT_FALSE(w[i].back)
			TH_LOG("ioctl %u", i);
	/* Those of the GIC do not wait */
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &attr));
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.gic, KVM_SET_DEVICE_ATTR, &attr));
	attr.group = KVM_DEV_ARM_VGIC_GRP_CPU_REGS;
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &attr));
	attr.group = KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO;
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &attr));

	vm_stop(&self->vm);
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		pthread_join(w[i].thread, NULL);
		EXPECT_EQ(0, w[i].ret)
			TH_LOG("ioctl %u", i);
	}
	EXPECT_EQ(0x77, r7);
	EXPECT_EQ(0x88, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r8)));
	EXPECT_EQ(KVM_MP_STATE_RUNNABLE, state.mp_state);
	EXPECT_EQ(0, events.exception.serror_pending);
	attr.group = KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
	EXPECT_EQ(0, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &attr));
}

TEST_HARNESS_MAIN
