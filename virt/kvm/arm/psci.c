// SPDX-License-Identifier: GPL-2.0-only
/*
 * Power State Coordination Interface (ARM DEN 0022), versions 0.1, 0.2, 1.0 and
 * 1.1, for guests of 32 bits.
 *
 * A vCPU is on from the moment that CPU_ON succeeds: that its thread has yet to
 * put it into its reset state is a matter of scheduling, and not shown.
 */

#include <linux/arm-smccc.h>
#include <linux/kvm_host.h>
#include <linux/string.h>
#include <uapi/linux/psci.h>
#include <asm/cputype.h>
#include <asm/kvm/vcpu.h>

/* Affinity levels of a 32-bit core; PSCI also counts Aff3, here always 0 */
#define MAX_AFFINITY_LEVEL	3

static u32 vcpu_mpidr(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.ctx->traps.vmpidr & MPIDR_HWID_BITMASK;
}

/**
 * kvm_arm_psci_version() - the version of PSCI that a vCPU has
 * @vcpu: the vCPU, which has been initialized
 *
 * Return: the version, as PSCI_VERSION has it.
 */
u32 kvm_arm_psci_version(const struct kvm_vcpu *vcpu)
{
	if (!test_bit(KVM_ARM_VCPU_PSCI_0_2, vcpu->arch.features))
		return PSCI_VERSION(0, 1);

	/* Zero until user space chooses */
	return READ_ONCE(vcpu->kvm->arch.psci_version) ?: PSCI_VERSION(1, 1);
}

/**
 * kvm_arm_psci_set_version() - choose the version of PSCI that a VM has
 * @vcpu: a vCPU of the VM, which has been initialized
 * @version: as PSCI_VERSION has it
 *
 * Return: 0, or -EINVAL if that is not a version that this vCPU can have.
 */
int kvm_arm_psci_set_version(struct kvm_vcpu *vcpu, u64 version)
{
	bool is_0_2 = test_bit(KVM_ARM_VCPU_PSCI_0_2, vcpu->arch.features);

	switch (version) {
	case PSCI_VERSION(0, 1):
		/* The feature bit has said so, and other vCPUs may differ */
		return is_0_2 ? -EINVAL : 0;
	case PSCI_VERSION(0, 2):
	case PSCI_VERSION(1, 0):
	case PSCI_VERSION(1, 1):
		if (!is_0_2)
			return -EINVAL;
		WRITE_ONCE(vcpu->kvm->arch.psci_version, version);
		return 0;
	default:
		return -EINVAL;
	}
}

static noinline_for_stack long
affinity_info(const struct kvm_vcpu *vcpu, u32 affinity, u32 level)
{
	long ret = PSCI_RET_INVALID_PARAMS;
	struct kvm_vcpu *other;
	unsigned long i;
	u32 mask;

	if (level > MAX_AFFINITY_LEVEL || affinity & ~MPIDR_HWID_BITMASK)
		return ret;

	mask = MPIDR_HWID_BITMASK & (u32)(~0ULL << (level * MPIDR_LEVEL_BITS));

	kvm_for_each_vcpu(i, other, vcpu->kvm) {
		if (!other->arch.initialized ||
		    ((vcpu_mpidr(other) ^ affinity) & mask))
			continue;
		if (!kvm_arm_vcpu_stopped(other))
			return PSCI_0_2_AFFINITY_LEVEL_ON;
		ret = PSCI_0_2_AFFINITY_LEVEL_OFF;
	}

	return ret;
}

/* PSCI_FEATURES: 0, which also says that CPU_SUSPEND has no optional parts */
static long features(u32 version, u32 fn)
{
	switch (fn) {
	case PSCI_0_2_FN_PSCI_VERSION:
	case PSCI_0_2_FN_CPU_SUSPEND:
	case PSCI_0_2_FN_CPU_OFF:
	case PSCI_0_2_FN_CPU_ON:
	case PSCI_0_2_FN_AFFINITY_INFO:
	case PSCI_0_2_FN_MIGRATE_INFO_TYPE:
	case PSCI_0_2_FN_SYSTEM_OFF:
	case PSCI_0_2_FN_SYSTEM_RESET:
	case PSCI_1_0_FN_PSCI_FEATURES:
	case ARM_SMCCC_VERSION_FUNC_ID:
		return PSCI_RET_SUCCESS;
	case PSCI_1_1_FN_SYSTEM_RESET2:
		if (version >= PSCI_VERSION(1, 1))
			return PSCI_RET_SUCCESS;
		fallthrough;
	default:
		return PSCI_RET_NOT_SUPPORTED;
	}
}

/**
 * kvm_arm_psci_query() - answer a PSCI call that only asks, or is not there
 * @vcpu: the calling vCPU, with the function in r0
 *
 * With PSCI 0.1 there are no other calls but its own.
 *
 * Context: any; vCPU thread.
 * Return: true with the answer in r0; false if the function does something, or is
 * one of hypervisors': it is for kvm_arm_hypercall().
 */
bool kvm_arm_psci_query(struct kvm_vcpu *vcpu)
{
	struct pt_regs *regs = &vcpu_regs(vcpu)->usr_regs;
	u32 version = kvm_arm_psci_version(vcpu);
	u32 fn = regs->ARM_r0;
	long ret = PSCI_RET_NOT_SUPPORTED;

	if (version < PSCI_VERSION(0, 2)) {
		if (fn == KVM_PSCI_FN_CPU_OFF || fn == KVM_PSCI_FN_CPU_ON)
			return false;
		regs->ARM_r0 = PSCI_RET_NOT_SUPPORTED;
		return true;
	}

	switch (fn) {
	case PSCI_0_2_FN_CPU_SUSPEND:
	case PSCI_0_2_FN_CPU_OFF:
	case PSCI_0_2_FN_CPU_ON:
	case PSCI_0_2_FN_SYSTEM_OFF:
	case PSCI_0_2_FN_SYSTEM_RESET:
		return false;
	case PSCI_1_1_FN_SYSTEM_RESET2:
		if (version >= PSCI_VERSION(1, 1))
			return false;
		break;
	case PSCI_0_2_FN_PSCI_VERSION:
		ret = version;
		break;
	case PSCI_0_2_FN_AFFINITY_INFO:
		ret = affinity_info(vcpu, regs->ARM_r1, regs->ARM_r2);
		break;
	case PSCI_0_2_FN_MIGRATE_INFO_TYPE:
		ret = PSCI_0_2_TOS_MP;
		break;
	case PSCI_1_0_FN_PSCI_FEATURES:
		if (version >= PSCI_VERSION(1, 0))
			ret = features(version, regs->ARM_r1);
		break;
	default:
		if (ARM_SMCCC_OWNER_NUM(fn) == ARM_SMCCC_OWNER_VENDOR_HYP ||
		    ARM_SMCCC_OWNER_NUM(fn) == ARM_SMCCC_OWNER_STANDARD_HYP)
			return false;
		break;
	}

	regs->ARM_r0 = ret;

	return true;
}

static struct kvm_vcpu *find_vcpu(struct kvm *kvm, u32 mpidr)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		if (vcpu->arch.initialized && vcpu_mpidr(vcpu) == mpidr)
			return vcpu;
	}

	return NULL;
}

/* CPU_ON: r1 is the target's MPIDR, r2 the entry point, r3 the context id */
static long cpu_on(struct kvm_vcpu *vcpu)
{
	const struct pt_regs *regs = &vcpu_regs(vcpu)->usr_regs;
	struct kvm_vcpu *target;
	long ret = PSCI_RET_SUCCESS;

	target = find_vcpu(vcpu->kvm, regs->ARM_r1);
	if (!target)
		return PSCI_RET_INVALID_PARAMS;

	spin_lock(&target->arch.mp_lock);

	if (!kvm_arm_vcpu_stopped(target)) {
		/* ALREADY_ON came with version 0.2 */
		ret = kvm_arm_psci_version(vcpu) < PSCI_VERSION(0, 2) ?
		      PSCI_RET_INVALID_PARAMS : PSCI_RET_ALREADY_ON;
		goto out;
	}

	target->arch.reset = (struct kvm_vcpu_reset) {
		.pc = regs->ARM_r2,
		.r0 = regs->ARM_r3,
		.big_endian = regs->ARM_cpsr & PSR_E_BIT,
		.pending = true,
	};
	kvm_make_request(KVM_REQ_VCPU_RESET, target);
	/* vcpu_sleep() does not take the lock: what it is to do before that it may */
	smp_wmb();
	WRITE_ONCE(target->arch.mp_state.mp_state, KVM_MP_STATE_RUNNABLE);
	kvm_vcpu_wake_up(target);
out:
	spin_unlock(&target->arch.mp_lock);

	return ret;
}

static void power_off(struct kvm_vcpu *vcpu)
{
	spin_lock(&vcpu->arch.mp_lock);
	kvm_arm_vcpu_power_off(vcpu);
	spin_unlock(&vcpu->arch.mp_lock);
}

/*
 * The VM is over as far as the guest can tell: no vCPU runs on, unless user
 * space decides otherwise. Whoever resumes the caller nevertheless shows it the
 * failure of a call that should not have returned.
 */
static int system_event(struct kvm_vcpu *vcpu, u32 type)
{
	struct kvm_run *run = vcpu->run;
	struct kvm_vcpu *other;
	unsigned long i;

	kvm_for_each_vcpu(i, other, vcpu->kvm)
		power_off(other);

	vcpu_regs(vcpu)->usr_regs.ARM_r0 = PSCI_RET_INTERNAL_FAILURE;

	memset(&run->system_event, 0, sizeof(run->system_event));
	run->exit_reason = KVM_EXIT_SYSTEM_EVENT;
	run->system_event.type = type;

	return 0;
}

/* The kind of reset is in r1 for user space to see, flags say that it is there */
static int system_reset2(struct kvm_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	u32 type = vcpu_regs(vcpu)->usr_regs.ARM_r1;

	if (type != PSCI_1_1_RESET_TYPE_SYSTEM_WARM_RESET &&
	    type < PSCI_1_1_RESET_TYPE_VENDOR_START) {
		vcpu_regs(vcpu)->usr_regs.ARM_r0 = PSCI_RET_INVALID_PARAMS;
		return 1;
	}

	system_event(vcpu, KVM_SYSTEM_EVENT_RESET);
	run->system_event.ndata = 1;
	run->system_event.data[0] = KVM_SYSTEM_EVENT_RESET_FLAG_PSCI_RESET2;

	return 0;
}

/* A standby state; a request to power down is met by one, as PSCI allows. */
static void cpu_suspend(struct kvm_vcpu *vcpu)
{
	kvm_arm_vgic_kick_waiting(vcpu);
	kvm_arm_vgic_sync(vcpu);
	kvm_vcpu_srcu_read_unlock(vcpu);
	kvm_vcpu_halt(vcpu);
	kvm_vcpu_srcu_read_lock(vcpu);
}

/**
 * kvm_arm_psci_call() - a PSCI call that does something
 * @vcpu: the calling vCPU, for which kvm_arm_psci_query() returned false
 *
 * Context: exit handler, see kvm_arm_exit().
 * Return: as an exit handler: 1 to go on, 0 to user space for a system event.
 */
int kvm_arm_psci_call(struct kvm_vcpu *vcpu)
{
	unsigned long *r0 = (unsigned long *)&vcpu_regs(vcpu)->usr_regs.ARM_r0;

	switch (*r0) {
	case KVM_PSCI_FN_CPU_OFF:
	case PSCI_0_2_FN_CPU_OFF:
		power_off(vcpu);
		return 1;
	case KVM_PSCI_FN_CPU_ON:
	case PSCI_0_2_FN_CPU_ON:
		*r0 = cpu_on(vcpu);
		return 1;
	case PSCI_0_2_FN_CPU_SUSPEND:
		cpu_suspend(vcpu);
		*r0 = PSCI_RET_SUCCESS;
		return 1;
	case PSCI_0_2_FN_SYSTEM_OFF:
		return system_event(vcpu, KVM_SYSTEM_EVENT_SHUTDOWN);
	case PSCI_0_2_FN_SYSTEM_RESET:
		return system_event(vcpu, KVM_SYSTEM_EVENT_RESET);
	case PSCI_1_1_FN_SYSTEM_RESET2:
		return system_reset2(vcpu);
	default:
		*r0 = PSCI_RET_NOT_SUPPORTED;
		return 1;
	}
}
