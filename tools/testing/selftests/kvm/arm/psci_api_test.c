// SPDX-License-Identifier: GPL-2.0-only
/*
 * PSCI from outside: firmware pseudo-registers, system events, and what
 * user space sees of a vCPU that a guest turns on or off.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "kselftest.h"
#include "vmm.h"

#define PSCI_0_1	0x00001ULL
#define PSCI_0_2	0x00002ULL
#define PSCI_1_0	0x10000ULL
#define PSCI_1_1	0x10001ULL

#define FN_VERSION	0x84000000
#define FN_CPU_ON	0x84000003
#define FN_SYSTEM_OFF	0x84000008
#define FN_SYSTEM_RESET	0x84000009
#define FN_FEATURES	0x8400000a
#define FN_SYSTEM_RESET2 0x84000012
#define FN_ARCH_FEATURES 0x80000001
#define FN_WORKAROUND_1	0x80008000
#define NOT_SUPPORTED	((u32)-1)
#define INVALID		((u32)-2)

#define REG_R0		CORE_REG(usr_regs.ARM_r0)
#define WA1		KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1
#define WA2		KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2

static bool good;

#define CHECK(cond)							\
do {									\
	if (!(cond)) {							\
		ksft_print_msg("line %d: not true: %s\n", __LINE__, #cond);	\
		good = false;						\
	}								\
} while (0)

/* Setting a register must fail so, and leave it as it was */
static void refused(struct vcpu *vcpu, u64 id, u64 val, int err)
{
	u64 was = get_reg64(vcpu, id);
	int ret = set_reg(vcpu, id, &val);

	if (ret != -1 || errno != err) {
		ksft_print_msg("0x%llx into register 0x%llx: %d, errno %d, should be %d\n",
			       (unsigned long long)val, (unsigned long long)id,
			       ret, errno, err);
		good = false;
	}
	CHECK(get_reg64(vcpu, id) == was);
}

static bool set_ok(struct vcpu *vcpu, u64 id, u64 val)
{
	return !set_reg(vcpu, id, &val);
}

static u32 mp_state(struct vcpu *vcpu)
{
	struct kvm_mp_state state;

	xioctl(vcpu->fd, KVM_GET_MP_STATE, &state);
	return state.mp_state;
}

static void versions(struct vm *vm)
{
	struct vcpu *vcpu = &vm->vcpus[0];
	u64 val;

	CHECK(get_reg64(vcpu, KVM_REG_ARM_PSCI_VERSION) == PSCI_1_1);
	refused(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_0_1, EINVAL);
	refused(vcpu, KVM_REG_ARM_PSCI_VERSION, 0, EINVAL);
	refused(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_1_1 + 1, EINVAL);
	refused(vcpu, KVM_REG_ARM_PSCI_VERSION, 1ULL << 32 | PSCI_1_0, EINVAL);
	CHECK(set_ok(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_0_2));
	CHECK(get_reg64(vcpu, KVM_REG_ARM_PSCI_VERSION) == PSCI_0_2);
	CHECK(set_ok(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_1_0));
	/* It is the VM's */
	CHECK(get_reg64(&vm->vcpus[1], KVM_REG_ARM_PSCI_VERSION) == PSCI_1_0);
	CHECK(set_ok(&vm->vcpus[1], KVM_REG_ARM_PSCI_VERSION, PSCI_1_1));
	CHECK(get_reg64(vcpu, KVM_REG_ARM_PSCI_VERSION) == PSCI_1_1);

	CHECK(get_reg(vcpu, KVM_REG_ARM_PSCI_VERSION, NULL) == -1 && errno == EFAULT);
	CHECK(set_reg(vcpu, KVM_REG_ARM_PSCI_VERSION, NULL) == -1 && errno == EFAULT);
	CHECK(get_reg(vcpu, KVM_REG_ARM_FW_REG(3), &val) == -1 && errno == ENOENT);
	CHECK(set_reg(vcpu, KVM_REG_ARM_FW_REG(0x8000), &val) == -1 && errno == ENOENT);
}

static void version_0_1(struct vm *vm)
{
	struct vcpu *vcpu = &vm->vcpus[0];

	CHECK(get_reg64(vcpu, KVM_REG_ARM_PSCI_VERSION) == PSCI_0_1);
	refused(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_0_2, EINVAL);
	refused(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_1_0, EINVAL);
	CHECK(set_ok(vcpu, KVM_REG_ARM_PSCI_VERSION, PSCI_0_1));

	vm_load_name(vm, "version_0_1");
	vm_start(vm);
	CHECK(vm_finish(vm));
	CHECK(vm->result == RESULT_PASS);
}

/*
 * Which cores a guest could attack by their branch predictor, by Arm's list
 * (CVE-2017-5715), and the host does something about it. The worst core counts.
 */
static u64 core_workaround_1(unsigned int part)
{
	switch (part) {
	case 0x00f:	/* Brahma-B15 */
	case 0xc0d:	/* Cortex-A12 */
	case 0xc0e:	/* A17 */
	case 0xc0f:	/* A15 */
	case 0xd09:	/* A73 */
	case 0xd0a:	/* A75 */
		return KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_AVAIL;
	case 0x100:	/* Brahma-B53 */
	case 0xc07:	/* Cortex-A7 */
	case 0xd03:	/* A53 */
		return KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_REQUIRED;
	default:
		return KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_AVAIL;
	}
}

/* What this host should say, that said so */
static u64 host_workaround_1(u64 said)
{
	u64 level = KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_REQUIRED, core;
	FILE *f = fopen("/proc/cpuinfo", "r");
	unsigned int part, cores = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "CPU part : %x", &part) != 1)
			continue;
		core = core_workaround_1(part);
		if (core < level)
			level = core;
		cores++;
	}
	if (!cores)
		die("no CPU part in /proc/cpuinfo");
	fclose(f);
	if (level != KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_AVAIL)
		return level;
	/* Unless it is configured not to: where nothing tells, it is believed */
	if (access("/proc/config.gz", R_OK) ?
	    said == KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_AVAIL :
	    system("zcat /proc/config.gz | grep -q ^CONFIG_HARDEN_BRANCH_PREDICTOR=y"))
		level = KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_AVAIL;
	return level;
}

static void workarounds(struct vm *vm)
{
	struct vcpu *vcpu = &vm->vcpus[0];
	u64 wa1 = get_reg64(vcpu, WA1), wa2 = get_reg64(vcpu, WA2), val;

	CHECK(wa1 == host_workaround_1(wa1));
	CHECK(wa2 <= KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2_NOT_REQUIRED);
	for (val = 0; val <= wa1; val++)
		CHECK(set_ok(vcpu, WA1, val));
	refused(vcpu, WA1, wa1 + 1, EINVAL);
	refused(vcpu, WA1, 0x10, EINVAL);
	refused(vcpu, WA1, 1ULL << 32, EINVAL);
	for (val = 0; val <= wa2; val++)
		CHECK(set_ok(vcpu, WA2, val));
	refused(vcpu, WA2, wa2 + 1, EINVAL);
	refused(vcpu, WA2, 1ULL << 63, EINVAL);
}

/* What a call returns in a VM of its own with this version of PSCI */
static u32 call(u64 version, u32 fn, u32 r1)
{
	static struct vm vm;
	u32 ret;

	vm_create(&vm, 2, 0);
	CHECK(set_ok(&vm.vcpus[0], KVM_REG_ARM_PSCI_VERSION, version));
	vm_load_name(&vm, "call");
	vm.args[0] = fn;
	vm.args[1] = r1;
	if (vcpu_run_to_sync(&vm.vcpus[0], 1))
		good = false;
	ret = vm.args[4];
	vm_destroy(&vm);
	return ret;
}

static void versions_seen(struct vm *vm)
{
	(void)vm;
	CHECK(call(PSCI_0_2, FN_VERSION, 0) == PSCI_0_2);
	CHECK(call(PSCI_1_0, FN_VERSION, 0) == PSCI_1_0);
	CHECK(call(PSCI_1_1, FN_VERSION, 0) == PSCI_1_1);
	CHECK(call(PSCI_0_2, FN_FEATURES, FN_VERSION) == NOT_SUPPORTED);
	CHECK(call(PSCI_1_0, FN_FEATURES, FN_VERSION) == 0);
	CHECK(call(PSCI_1_0, FN_FEATURES, FN_SYSTEM_RESET2) == NOT_SUPPORTED);
	CHECK(call(PSCI_1_1, FN_FEATURES, FN_SYSTEM_RESET2) == 0);
	CHECK(call(PSCI_1_0, FN_SYSTEM_RESET2, 0) == NOT_SUPPORTED);
	/* Neither a warm reset nor a vendor's */
	CHECK(call(PSCI_1_1, FN_SYSTEM_RESET2, 1) == INVALID);
	CHECK(call(PSCI_1_1, FN_SYSTEM_RESET2, 0x7fffffff) == INVALID);
}

/* The guest is told what user space is, as DEN 0028 says it */
static void workaround_seen(struct vm *vm)
{
	u64 level = get_reg64(&vm->vcpus[0], WA1);
	u32 features = NOT_SUPPORTED;

	if (level == KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_AVAIL)
		features = 0;
	if (level == KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_REQUIRED)
		features = 1;
	CHECK(call(PSCI_1_1, FN_ARCH_FEATURES, FN_WORKAROUND_1) == features);
	CHECK(call(PSCI_1_1, FN_WORKAROUND_1, 0) ==
	      (features == NOT_SUPPORTED ? NOT_SUPPORTED : 0));
}

/* A vCPU that is turned on is seen in its new state before it has run */
static void turned_on(struct vm *vm)
{
	struct vcpu *other = &vm->vcpus[1];

	vm_load_name(vm, "call");
	vm->args[0] = FN_CPU_ON;
	vm->args[1] = other->mpidr & 0xffffff;
	vm->args[2] = 0x40345679;
	vm->args[3] = 0xcafe1234;
	CHECK(mp_state(other) == KVM_MP_STATE_STOPPED);
	CHECK(!vcpu_run_to_sync(&vm->vcpus[0], 1));
	CHECK(vm->args[4] == 0);
	CHECK(mp_state(other) == KVM_MP_STATE_RUNNABLE);
	CHECK(get_reg32(other, REG_PC) == 0x40345678);
	CHECK(get_reg32(other, REG_R0) == 0xcafe1234);
	CHECK((get_reg32(other, REG_CPSR) & 0x3f) == 0x33);
}

static void mp_states(struct vm *vm)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_STOPPED };
	struct vcpu *vcpu = &vm->vcpus[0];

	CHECK(mp_state(vcpu) == KVM_MP_STATE_RUNNABLE);
	xioctl(vcpu->fd, KVM_SET_MP_STATE, &state);
	CHECK(mp_state(vcpu) == KVM_MP_STATE_STOPPED);
	state.mp_state = KVM_MP_STATE_HALTED;
	CHECK(ioctl(vcpu->fd, KVM_SET_MP_STATE, &state) == -1 && errno == EINVAL);
	CHECK(mp_state(vcpu) == KVM_MP_STATE_STOPPED);
	state.mp_state = KVM_MP_STATE_RUNNABLE;
	xioctl(vcpu->fd, KVM_SET_MP_STATE, &state);

	vm_load_name(vm, "call");
	vm->args[0] = FN_VERSION;
	CHECK(!vcpu_run_to_sync(vcpu, 1));
	CHECK(vm->args[4] == PSCI_1_1);
}

/* CPU 0 ends the VM's life while CPU 1 is busy; then it is resumed */
static void event(struct vm *vm, u32 fn, u32 r1, u32 type,
		  bool reset2)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct vcpu *vcpu = &vm->vcpus[0], *other = &vm->vcpus[1];
	struct kvm_run *run = vcpu->run;

	vm_load_name(vm, "event");
	vm->args[0] = fn;
	vm->args[1] = r1;
	vm_start(vm);
	/* This thread ends with the exit that the VMM does not know */
	vm_finish(vm);
	vm->ended = false;

	CHECK(run->exit_reason == KVM_EXIT_SYSTEM_EVENT);
	CHECK(run->system_event.type == type);
	CHECK(run->system_event.ndata == (reset2 ? 1 : 0));
	if (reset2)
		CHECK(run->system_event.data[0] == KVM_SYSTEM_EVENT_RESET_FLAG_PSCI_RESET2);
	CHECK(mp_state(vcpu) == KVM_MP_STATE_STOPPED);
	CHECK(mp_state(other) == KVM_MP_STATE_STOPPED);
	CHECK(get_reg32(vcpu, REG_R0) == (u32)-6);

	xioctl(vcpu->fd, KVM_SET_MP_STATE, &state);
	vcpu_run_to_done(vcpu);
}

static void system_off(struct vm *vm)
{
	event(vm, FN_SYSTEM_OFF, 0, KVM_SYSTEM_EVENT_SHUTDOWN, false);
}

static void system_reset(struct vm *vm)
{
	event(vm, FN_SYSTEM_RESET, 0, KVM_SYSTEM_EVENT_RESET, false);
}

static void warm_reset(struct vm *vm)
{
	event(vm, FN_SYSTEM_RESET2, 0, KVM_SYSTEM_EVENT_RESET, true);
}

static void vendor_reset(struct vm *vm)
{
	event(vm, FN_SYSTEM_RESET2, 0x80000001, KVM_SYSTEM_EVENT_RESET, true);
}

static void *run_vcpu(void *vcpu)
{
	vcpu_run(vcpu);
	return NULL;
}

/* The event turns off a vCPU that waits for an interrupt; CPU_ON reaches it there */
static void event_in_wfi(struct vm *vm)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct vcpu *vcpu = &vm->vcpus[0], *other = &vm->vcpus[1];

	vm_load_name(vm, "event_in_wfi");
	if (pthread_create(&other->thread, NULL, run_vcpu, other))
		die("pthread_create");
	CHECK(vcpu_run(vcpu) == VMM_EXIT);
	CHECK(vcpu->run->exit_reason == KVM_EXIT_SYSTEM_EVENT);
	xioctl(vcpu->fd, KVM_SET_MP_STATE, &state);
	CHECK(vcpu_run(vcpu) == VMM_DONE);
	CHECK(vm->result == RESULT_PASS);

	vcpu_kick(other);
	pthread_join(other->thread, NULL);
}

static const struct {
	const char *name;
	void (*fn)(struct vm *vm);
	unsigned int flags;
} tests[] = {
	{ "PSCI_VERSION register", versions, 0 },
	{ "PSCI 0.1", version_0_1, VM_PSCI_0_1 },
	{ "workaround registers", workarounds, 0 },
	{ "versions as guests see them", versions_seen, 0 },
	{ "workaround as guests see it", workaround_seen, 0 },
	{ "vCPU that was turned on", turned_on, 0 },
	{ "MP state", mp_states, 0 },
	{ "SYSTEM_OFF", system_off, 0 },
	{ "SYSTEM_RESET", system_reset, 0 },
	{ "SYSTEM_RESET2, warm", warm_reset, 0 },
	{ "SYSTEM_RESET2, vendor's", vendor_reset, 0 },
	{ "SYSTEM_RESET of a vCPU in WFI, and CPU_ON", event_in_wfi, 0 },
};

int main(void)
{
	static struct vm vm;
	unsigned int i;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		good = true;
		vm_create(&vm, 2, tests[i].flags);
		tests[i].fn(&vm);
		vm_show_console(&vm);
		vm_destroy(&vm);
		ksft_test_result(good, "%s\n", tests[i].name);
	}
	ksft_finished();
}
