// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time, as Paravirtualized Time for Arm-based Systems (ARM DEN 0057) has
 * it: how long a vCPU's thread could have run and did not, in a structure in the
 * guest's memory.
 *
 * Both calls are SMC64 calls, which no AArch32 caller has by the SMC Calling
 * Convention. They are answered once user space has said where a vCPU's structure
 * is, and are unknown functions until then.
 */
#include <linux/arm-smccc.h>
#include <linux/kvm_host.h>
#include <linux/sched/clock.h>
#include <linux/uaccess.h>

/* DEN 0057, 3.2.2: little-endian; revision and attributes are 0 */
struct stolen_time {
	__le32 revision;
	__le32 attributes;
	__le64 stolen;
};

#define STOLEN_TIME_ALIGN	64

/**
 * kvm_arm_pvtime_put() - the vCPU leaves its CPU
 * @vcpu: the vCPU, which has a structure
 *
 * Time begins to be stolen if it was preempted. A vCPU that sleeps gave its CPU
 * away, and from when on it wants it back is not known here.
 *
 * Context: kvm_arch_vcpu_put().
 */
void kvm_arm_pvtime_put(struct kvm_vcpu *vcpu)
{
	if (vcpu->preempted)
		vcpu->arch.pvtime.since = sched_clock();
}

/**
 * kvm_arm_pvtime_load() - the vCPU has a CPU again
 * @vcpu: the vCPU, which has a structure
 *
 * Context: kvm_arch_vcpu_load(): the guest's memory cannot be written here.
 */
void kvm_arm_pvtime_load(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_pvtime *pvtime = &vcpu->arch.pvtime;

	if (!pvtime->since)
		return;
	pvtime->stolen += sched_clock() - pvtime->since;
	pvtime->since = 0;
	kvm_make_request(KVM_REQ_PVTIME, vcpu);
}

/**
 * kvm_arm_pvtime_update() - tell the guest what was stolen since the last time
 * @vcpu: the vCPU, loaded, in its thread; kvm->srcu is held for reading
 *
 * The sum is in the guest's memory alone, so that it moves with it.
 */
void kvm_arm_pvtime_update(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_pvtime *pvtime = &vcpu->arch.pvtime;
	gpa_t gpa = pvtime->gpa + offsetof(struct stolen_time, stolen);
	__le64 sum;
	u64 ns;

	preempt_disable();
	ns = pvtime->stolen;
	pvtime->stolen = 0;
	preempt_enable();

	if (kvm_read_guest(vcpu->kvm, gpa, &sum, sizeof(sum)))
		return;
	le64_add_cpu(&sum, ns);
	kvm_write_guest(vcpu->kvm, gpa, &sum, sizeof(sum));
}

/**
 * kvm_arm_pvtime_has_call() - does the guest have a call of DEN 0057?
 * @vcpu: the vCPU
 * @fn: the function
 */
bool kvm_arm_pvtime_has_call(const struct kvm_vcpu *vcpu, u32 fn)
{
	return vcpu->arch.pvtime.gpa && (fn == ARM_SMCCC_HV_PV_TIME_FEATURES ||
					 fn == ARM_SMCCC_HV_PV_TIME_ST);
}

/**
 * kvm_arm_pvtime_start() - PV_TIME_ST
 * @vcpu: the vCPU, which has called it, in the context of kvm_arm_exit()
 *
 * Return: where the structure of the vCPU is, or SMCCC_RET_NOT_SUPPORTED.
 */
u32 kvm_arm_pvtime_start(struct kvm_vcpu *vcpu)
{
	const struct stolen_time none = {};
	gpa_t gpa = vcpu->arch.pvtime.gpa;

	if (!gpa || kvm_write_guest(vcpu->kvm, gpa, &none, sizeof(none)))
		return SMCCC_RET_NOT_SUPPORTED;
	return gpa;
}

/**
 * kvm_arm_pvtime_has_attr() - KVM_HAS_DEVICE_ATTR, group KVM_ARM_VCPU_PVTIME_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute
 *
 * Return: 0, or -ENXIO if there is no such attribute.
 */
int kvm_arm_pvtime_has_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	return attr->attr == KVM_ARM_VCPU_PVTIME_IPA ? 0 : -ENXIO;
}

/**
 * kvm_arm_pvtime_get_attr() - KVM_GET_DEVICE_ATTR, group KVM_ARM_VCPU_PVTIME_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute; the structure's address, a u64, goes to attr->addr
 *
 * Return: 0, -ENXIO if there is no such attribute or it was not set, -EFAULT.
 */
int kvm_arm_pvtime_get_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	u64 __user *uaddr = (u64 __user *)(unsigned long)attr->addr;

	if (attr->attr != KVM_ARM_VCPU_PVTIME_IPA || !vcpu->arch.pvtime.gpa)
		return -ENXIO;
	return put_user((u64)vcpu->arch.pvtime.gpa, uaddr);
}

/**
 * kvm_arm_pvtime_set_attr() - KVM_SET_DEVICE_ATTR, group KVM_ARM_VCPU_PVTIME_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute; the structure's address, a u64, is at attr->addr
 *
 * The call returns the address in one register: it has 32 bits, and is not 0.
 *
 * Context: vcpu->mutex held.
 * Return: 0, -ENXIO if there is no such attribute, -EFAULT, -EEXIST if the vCPU
 * has an address, -EINVAL if it is not a multiple of 64 bytes, not that of memory,
 * 0, or not below 4 GiB.
 */
int kvm_arm_pvtime_set_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	u64 __user *uaddr = (u64 __user *)(unsigned long)attr->addr;
	struct kvm *kvm = vcpu->kvm;
	bool memory;
	u64 gpa;
	int idx;

	if (attr->attr != KVM_ARM_VCPU_PVTIME_IPA)
		return -ENXIO;
	if (get_user(gpa, uaddr))
		return -EFAULT;
	if (!IS_ALIGNED(gpa, STOLEN_TIME_ALIGN) || !gpa || gpa > U32_MAX)
		return -EINVAL;
	if (vcpu->arch.pvtime.gpa)
		return -EEXIST;

	idx = srcu_read_lock(&kvm->srcu);
	memory = !kvm_is_error_hva(gfn_to_hva(kvm, gpa_to_gfn(gpa)));
	srcu_read_unlock(&kvm->srcu, idx);
	if (!memory)
		return -EINVAL;

	vcpu->arch.pvtime.gpa = gpa;
	return 0;
}
