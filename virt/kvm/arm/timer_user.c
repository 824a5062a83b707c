// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timers of a vCPU as user space sees them: registers, and the numbers of
 * their interrupts.
 */
#include <linux/kvm_host.h>
#include <linux/uaccess.h>
#include <asm/arch_timer.h>

/**
 * kvm_arm_timer_get_reg() - a timer register, for KVM_GET_ONE_REG
 * @vcpu: the vCPU, not loaded
 * @id: KVM_REG_ARM_TIMER_* or KVM_REG_ARM_PTIMER_*
 * @val: where to store it; registers of 32 bits are zero-extended
 *
 * Context: vcpu->mutex held.
 * Return: 0, or -ENOENT for any other register.
 */
int kvm_arm_timer_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	switch (id) {
	case KVM_REG_ARM_TIMER_CTL:
		*val = t->vctl;
		if ((t->vctl & ARCH_TIMER_CTRL_ENABLE) &&
		    kvm_arm_timer_count(vcpu) >= t->vcval)
			*val |= ARCH_TIMER_CTRL_IT_STAT;
		return 0;
	case KVM_REG_ARM_TIMER_CNT:
		*val = kvm_arm_timer_count(vcpu);
		return 0;
	case KVM_REG_ARM_TIMER_CVAL:
		*val = t->vcval;
		return 0;
	case KVM_REG_ARM_PTIMER_CTL:
		kvm_arm_ptimer_read(vcpu, KVM_ARM_PTIMER_CTL, val);
		return 0;
	case KVM_REG_ARM_PTIMER_CNT:
		*val = __arch_counter_get_cntpct();
		return 0;
	case KVM_REG_ARM_PTIMER_CVAL:
		*val = t->pcval;
		return 0;
	default:
		return -ENOENT;
	}
}

/**
 * kvm_arm_timer_set_reg() - write a timer register, for KVM_SET_ONE_REG
 * @vcpu: the vCPU, not loaded
 * @id: KVM_REG_ARM_TIMER_* or KVM_REG_ARM_PTIMER_*
 * @val: the value
 *
 * The virtual count is one for the VM: setting it on a vCPU sets it for all,
 * each of which follows when it is next loaded.
 *
 * Context: vcpu->mutex held.
 * Return: 0; -EPERM for PTIMER_CNT, as a guest reads the host's physical
 * counter; -ENOENT for any other register.
 */
int kvm_arm_timer_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	switch (id) {
	case KVM_REG_ARM_TIMER_CTL:
		t->vctl = val & (ARCH_TIMER_CTRL_ENABLE |
				 ARCH_TIMER_CTRL_IT_MASK);
		return 0;
	case KVM_REG_ARM_TIMER_CNT:
		atomic64_set(&vcpu->kvm->arch.timer.offset,
			     __arch_counter_get_cntpct() - val);
		return 0;
	case KVM_REG_ARM_TIMER_CVAL:
		t->vcval = val;
		return 0;
	case KVM_REG_ARM_PTIMER_CTL:
		kvm_arm_ptimer_write(vcpu, KVM_ARM_PTIMER_CTL, val);
		return 0;
	case KVM_REG_ARM_PTIMER_CNT:
		return -EPERM;
	case KVM_REG_ARM_PTIMER_CVAL:
		kvm_arm_ptimer_write(vcpu, KVM_ARM_PTIMER_CVAL, val);
		return 0;
	default:
		return -ENOENT;
	}
}

/* The number of a timer's interrupt, or NULL if @attr is not for one */
static u8 *attr_ppi(struct kvm_vcpu *vcpu, const struct kvm_device_attr *attr)
{
	switch (attr->attr) {
	case KVM_ARM_VCPU_TIMER_IRQ_VTIMER:
		return &vcpu->kvm->arch.timer.ppi[KVM_ARM_VTIMER];
	case KVM_ARM_VCPU_TIMER_IRQ_PTIMER:
		return &vcpu->kvm->arch.timer.ppi[KVM_ARM_PTIMER];
	default:
		return NULL;
	}
}

/**
 * kvm_arm_timer_has_attr() - KVM_HAS_DEVICE_ATTR, group KVM_ARM_VCPU_TIMER_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute
 *
 * Return: 0, or -ENXIO if there is no such attribute.
 */
int kvm_arm_timer_has_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	return attr_ppi(vcpu, attr) ? 0 : -ENXIO;
}

/**
 * kvm_arm_timer_get_attr() - KVM_GET_DEVICE_ATTR, group KVM_ARM_VCPU_TIMER_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute: a timer's interrupt number, an int at attr->addr
 *
 * Return: 0, -ENXIO if there is no such attribute, -EFAULT.
 */
int kvm_arm_timer_get_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	int __user *uaddr = (int __user *)(unsigned long)attr->addr;
	u8 *ppi = attr_ppi(vcpu, attr);

	if (!ppi)
		return -ENXIO;

	return put_user((int)*ppi, uaddr);
}

/**
 * kvm_arm_timer_set_attr() - KVM_SET_DEVICE_ATTR, group KVM_ARM_VCPU_TIMER_CTRL
 * @vcpu: the vCPU; the attribute is set for all vCPUs of its VM
 * @attr: the attribute: a timer's interrupt number, an int at attr->addr
 *
 * Context: vcpu->mutex held.
 * Return: 0, -ENXIO if there is no such attribute, -EFAULT, -EINVAL if the
 * number is not that of a PPI or the GIC is not in the kernel, -EBUSY if a vCPU
 * has run.
 */
int kvm_arm_timer_set_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	int __user *uaddr = (int __user *)(unsigned long)attr->addr;
	u8 *ppi = attr_ppi(vcpu, attr);
	struct kvm_vcpu *other;
	unsigned long i;
	int intid;

	if (!ppi)
		return -ENXIO;

	if (!vcpu->kvm->arch.vgic.in_kernel)
		return -EINVAL;

	if (get_user(intid, uaddr))
		return -EFAULT;

	if (intid < 16 || intid > 31)
		return -EINVAL;

	kvm_for_each_vcpu(i, other, vcpu->kvm) {
		if (READ_ONCE(other->arch.timer.ppi[KVM_ARM_VTIMER]))
			return -EBUSY;
	}

	WRITE_ONCE(*ppi, intid);

	return 0;
}
