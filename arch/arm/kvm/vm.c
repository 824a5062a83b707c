// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a VM, its ioctls and what it can do.
 */
#include <linux/kvm_host.h>
#include <linux/uaccess.h>
#include <asm/kvm/target.h>

const struct kvm_stats_desc kvm_vm_stats_desc[] = {
	KVM_GENERIC_VM_STATS()
};

const struct kvm_stats_header kvm_vm_stats_header = {
	.name_size = KVM_STATS_NAME_SIZE,
	.num_desc = ARRAY_SIZE(kvm_vm_stats_desc),
	.id_offset = sizeof(struct kvm_stats_header),
	.desc_offset = sizeof(struct kvm_stats_header) + KVM_STATS_NAME_SIZE,
	.data_offset = sizeof(struct kvm_stats_header) + KVM_STATS_NAME_SIZE +
		       sizeof(kvm_vm_stats_desc),
};

int kvm_arch_init_vm(struct kvm *kvm, unsigned long type)
{
	int ret;

	if (type)
		return -EINVAL;

	ret = kvm_arm_stage2_init_vm(kvm);
	if (ret)
		return ret;
	kvm->max_vcpus = KVM_MAX_VCPUS;
	kvm_arm_vgic_init_vm(kvm);
	kvm_arm_timer_init_vm(kvm);
	return 0;
}

/* What vCPUs left to be done of an interrupt uses the routing, which goes next */
void kvm_arch_sync_events(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm)
		kvm_arm_vgic_sync_deferred(vcpu);
}

void kvm_arch_destroy_vm(struct kvm *kvm)
{
	kvm_destroy_vcpus(kvm);
	kvm_arm_vgic_destroy_vm(kvm);
	kvm_arm_stage2_free(kvm);
}

int kvm_vm_ioctl_check_extension(struct kvm *kvm, long ext)
{
	switch (ext) {
	case KVM_CAP_ARM_INJECT_EXT_DABT:
	case KVM_CAP_ARM_IRQ_LINE_LAYOUT_2:
	case KVM_CAP_ARM_NISV_TO_USER:
	case KVM_CAP_ARM_PSCI:
	case KVM_CAP_ARM_PSCI_0_2:
	case KVM_CAP_ARM_SET_DEVICE_ADDR:
	case KVM_CAP_ARM_USER_IRQ:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_DEVICE_CTRL:
	case KVM_CAP_IMMEDIATE_EXIT:
	case KVM_CAP_IOEVENTFD:
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_IRQFD_RESAMPLE:
	case KVM_CAP_MP_STATE:
	case KVM_CAP_ONE_REG:
	case KVM_CAP_PTP_KVM:
	case KVM_CAP_READONLY_MEM:
	case KVM_CAP_SET_GUEST_DEBUG:
	case KVM_CAP_STEAL_TIME:
	case KVM_CAP_SYNC_MMU:
	case KVM_CAP_SYSTEM_EVENT_DATA:
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_VCPU_ATTRIBUTES:
	case KVM_CAP_VCPU_EVENTS:
		return 1;
	case KVM_CAP_ARM_PMU_V3:
		return kvm_arm_pmu_available();
	case KVM_CAP_SET_GUEST_DEBUG2:
		return KVM_ARM_GUESTDBG_FLAGS;
	case KVM_CAP_GUEST_DEBUG_HW_BPS:
		return kvm_arm_debug_breakpoints();
	case KVM_CAP_GUEST_DEBUG_HW_WPS:
		return kvm_arm_debug_watchpoints();
	case KVM_CAP_NR_VCPUS:
		return min_t(int, num_online_cpus(), KVM_MAX_VCPUS);
	case KVM_CAP_MAX_VCPUS:
	case KVM_CAP_MAX_VCPU_ID:
		return KVM_MAX_VCPUS;
	case KVM_CAP_NR_MEMSLOTS:
		return KVM_USER_MEM_SLOTS;
	default:
		return 0;
	}
}

int kvm_vm_ioctl_enable_cap(struct kvm *kvm, struct kvm_enable_cap *cap)
{
	if (cap->flags)
		return -EINVAL;

	switch (cap->cap) {
	case KVM_CAP_ARM_NISV_TO_USER:
		WRITE_ONCE(kvm->arch.nisv_to_user, true);
		return 0;
	default:
		return -EINVAL;
	}
}

static int set_device_addr(struct kvm *kvm,
			   const struct kvm_arm_device_addr *addr)
{
	u64 device = (addr->id & KVM_ARM_DEVICE_ID_MASK) >> KVM_ARM_DEVICE_ID_SHIFT;
	u64 type = (addr->id & KVM_ARM_DEVICE_TYPE_MASK) >> KVM_ARM_DEVICE_TYPE_SHIFT;

	if (device != KVM_ARM_DEVICE_VGIC_V2)
		return -ENODEV;
	return kvm_arm_vgic_set_addr(kvm, type, addr->addr);
}

static int preferred_target(struct kvm_vcpu_init __user *uinit)
{
	struct kvm_vcpu_init init = {
		.target = kvm_arm_host_target(),
	};

	return copy_to_user(uinit, &init, sizeof(init)) ? -EFAULT : 0;
}

int kvm_arch_vm_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm *kvm = filp->private_data;
	void __user *argp = (void __user *)arg;
	struct kvm_arm_device_addr addr;

	switch (ioctl) {
	case KVM_CREATE_IRQCHIP:
		return kvm_arm_vgic_create(kvm);
	case KVM_ARM_SET_DEVICE_ADDR:
		if (copy_from_user(&addr, argp, sizeof(addr)))
			return -EFAULT;
		return set_device_addr(kvm, &addr);
	case KVM_ARM_PREFERRED_TARGET:
		return preferred_target(argp);
	default:
		return -EINVAL;
	}
}
