// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random ioctls with half-sensible arguments, and random instructions as a
 * guest. Nothing is expected of each; the host must live, and KVM work
 * afterwards. FUZZ_SEED, FUZZ_CALLS and FUZZ_SECONDS in the environment change the
 * defaults.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness.h"

/* For tests with a time limit of their own */
FIXTURE(fuzz) {
	char nothing;
};

FIXTURE_SETUP(fuzz)
{
}

FIXTURE_TEARDOWN(fuzz)
{
}

static u64 state;

/* xorshift64: the same numbers everywhere */
static u32 rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static unsigned long env(const char *name, unsigned long val)
{
	const char *s = getenv(name);

	return s ? strtoul(s, NULL, 0) : val;
}

static void nothing(int sig)
{
	(void)sig;
}

/* No guest runs for long */
static void start_ticks(void)
{
	struct itimerval every = { { 0, 20000 }, { 0, 20000 } };
	struct sigaction act = { .sa_handler = nothing };

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

static u64 word(u8 *mem)
{
	switch (rnd() % 10) {
	case 0: return 0;
	case 1: return rnd() % 8;
	case 2: return 1ULL << rnd() % 64;
	case 3: return ~0ULL;
	case 4: return (uintptr_t)mem;
	case 5: return RAM_BASE + rnd() % 16 * 4096;
	case 6: return GICD_BASE + rnd() % 0x1000;
	case 7: return KVM_REG_ARM | KVM_REG_SIZE_U32 | (rnd() & 0x1fffff);
	case 8: return KVM_REG_ARM | KVM_REG_SIZE_U64 | (rnd() & 0x1fffff);
	default: return (u64)rnd() << 32 | rnd();
	}
}

static const unsigned long vm_calls[] = {
	KVM_CREATE_VCPU, KVM_CREATE_IRQCHIP, KVM_SET_USER_MEMORY_REGION, KVM_GET_DIRTY_LOG,
	KVM_IRQ_LINE, KVM_IRQFD, KVM_IOEVENTFD, KVM_CREATE_DEVICE, KVM_ARM_SET_DEVICE_ADDR,
	KVM_ARM_PREFERRED_TARGET, KVM_ENABLE_CAP, KVM_SET_GSI_ROUTING, KVM_SIGNAL_MSI,
	KVM_REGISTER_COALESCED_MMIO, KVM_UNREGISTER_COALESCED_MMIO, KVM_CHECK_EXTENSION,
	KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR, KVM_HAS_DEVICE_ATTR, KVM_CLEAR_DIRTY_LOG,
	KVM_RESET_DIRTY_RINGS, KVM_SET_USER_MEMORY_REGION2, KVM_GET_STATS_FD,
};

static const unsigned long vcpu_calls[] = {
	KVM_RUN, KVM_RUN, KVM_RUN, KVM_ARM_VCPU_INIT, KVM_GET_ONE_REG, KVM_SET_ONE_REG,
	KVM_SET_ONE_REG, KVM_SET_ONE_REG, KVM_GET_REG_LIST, KVM_GET_MP_STATE, KVM_SET_MP_STATE,
	KVM_GET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS, KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR,
	KVM_HAS_DEVICE_ATTR, KVM_ENABLE_CAP, KVM_SET_GUEST_DEBUG, KVM_INTERRUPT,
	KVM_GET_STATS_FD, KVM_TRANSLATE, KVM_ARM_VCPU_FINALIZE,
};

#define PICK(array)	((array)[rnd() % (sizeof(array) / sizeof((array)[0]))])

static void close_surplus(void)
{
	int fd;

	for (fd = 64; fd < 200; fd++)
		close(fd);
}

static void random_calls(unsigned long seed, unsigned long calls)
{
	u8 *mem = alloc_aligned(4 << 20);
	static struct vm vm;
	unsigned long n;
	unsigned int i;

	state = seed * 0x9e3779b97f4a7c15ULL | 1;
	vm_create(&vm, 2, seed & 1 ? VM_NO_GIC : 0);
	vm_load_name(&vm, "runs");
	start_ticks();
	for (n = 0; n < calls; n++) {
		union {
			u64 d[32];
			u32 w[64];
		} arg;

		/* Addresses mostly near each other and valid, now and then not */
		for (i = 0; i < 32; i++)
			arg.d[i] = word(mem);
		if (rnd() % 4)
			arg.w[0] = rnd() % 16;
		if (rnd() % 2)
			arg.w[1] = rnd() % 4;
		switch (rnd() % 4) {
		case 0:
			ioctl(vm.fd, PICK(vm_calls), rnd() % 16 ? (uintptr_t)&arg : rnd());
			break;
		case 1:
		case 2:
			i = rnd() % vm.nr_vcpus;
			if (rnd() % 8 == 0)
				set_reg(&vm.vcpus[i], REG_PC, &(u32){ GUEST_BASE });
			ioctl(vm.vcpus[i].fd, PICK(vcpu_calls), rnd() % 16 ? (uintptr_t)&arg : 0);
			break;
		case 3:
			if (vm.gic >= 0) {
				struct kvm_device_attr attr = {
					.group = rnd() % 10,
					.attr = rnd() % 4 ? rnd() % 0x1000 : word(mem),
					.addr = (uintptr_t)&arg.d[4],
				};

				ioctl(vm.gic, rnd() % 2 ? KVM_SET_DEVICE_ATTR :
				      KVM_GET_DEVICE_ATTR, &attr);
			}
			break;
		}
		if (n % 64 == 0)
			close_surplus();
	}
	_exit(0);
}

static void guest_of_noise(unsigned long seed)
{
	static struct vm vm;
	u32 *code;
	int n, i;

	state = seed * 0x9e3779b97f4a7c15ULL | 1;
	vm_create(&vm, 1, 0);
	code = (u32 *)vm.ram;
	start_ticks();
	for (n = 0; n < 100; n++) {
		for (i = 0; i < 4096; i++) {
			code[i] = rnd();
			/* Coprocessors and system instructions more often than chance has it */
			if (rnd() % 3 == 0)
				code[i] = (code[i] & 0x00ffffff) | 0xee000000;
			else if (rnd() % 8 == 0)
				code[i] = (code[i] & 0x000000ff) | 0xe1400070;
		}
		vcpu_init(&vm.vcpus[0]);
		for (i = 0; i < 13; i++)
			set_reg32(&vm.vcpus[0], KVM_REG_ARM | KVM_REG_SIZE_U32 |
				  KVM_REG_ARM_CORE | i,
				  i & 1 ? rnd() : RAM_BASE + (rnd() & 0xfffffc));
		for (i = 0; i < 30; i++) {
			set_reg32(&vm.vcpus[0], REG_PC, RAM_BASE + (rnd() & 0x3ffc));
			set_reg32(&vm.vcpus[0], REG_CPSR, 0x1d0 | (rnd() % 4 ? 3 : 0) |
				  (rnd() % 8 ? 0 : 1 << 5));
			ioctl(vm.vcpus[0].fd, KVM_RUN, 0);
		}
	}
	_exit(0);
}

/* In a child that may hang or die as it likes */
static void survive(struct __test_metadata *_metadata, pid_t pid, int seconds)
{
	int status, i;

	ASSERT_LE(0, pid);
	for (i = 0; i < seconds * 10; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return;
		usleep(100000);
	}
	/* Whatever it does, it can be killed */
	kill(pid, SIGKILL);
	for (i = 0; i < 100; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return;
		usleep(100000);
	}
	EXPECT_TRUE(false) TH_LOG("process %d cannot be killed", pid);
}

TEST_F(fuzz, ioctls)
{
	unsigned long seed = env("FUZZ_SEED", 1), calls = env("FUZZ_CALLS", 3000), i;

	for (i = 0; i < 10; i++) {
		pid_t pid = fork();

		if (!pid)
			random_calls(seed + i, calls);
		survive(_metadata, pid, 20);
	}
	EXPECT_EQ(RESULT_PASS, vm_run_name("runs"));
}

TEST_F(fuzz, instructions)
{
	unsigned long seed = env("FUZZ_SEED", 1), seconds = env("FUZZ_SECONDS", times(10)), i;

	for (i = 0; i < 4; i++) {
		pid_t pid = fork();

		if (!pid)
			guest_of_noise(seed + i);
		survive(_metadata, pid, seconds);
	}
	EXPECT_EQ(RESULT_PASS, vm_run_name("runs"));
}

TEST_HARNESS_MAIN
