/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual GICv2 (IHI 0048B): distributor in software, CPU interface in
 * hardware, fed through the list registers.
 */
#ifndef __ARM_KVM_VGIC_H
#define __ARM_KVM_VGIC_H

#include <linux/types.h>

#define VGIC_MAX_VCPUS		8
#define VGIC_NR_SPIS_MAX	(1020 - 32)

struct kvm;
struct kvm_vcpu;

struct vgic_dist {
	bool in_kernel;
};

struct vgic_cpu {
	/*
	 * Something that the list registers should show has changed. Set with
	 * kvm_vcpu_kick() by whoever changes it, cleared by kvm_arm_vgic_flush().
	 */
	bool dirty;
};

/* Host side; kvm_arm_vgic_probe() names the reason in a message when it fails */
int kvm_arm_vgic_probe(void);
void kvm_arm_vgic_remove(void);
void kvm_arm_vgic_enable_cpu(void);
void kvm_arm_vgic_disable_cpu(void);

/* Life of VM and vCPU */
void kvm_arm_vgic_init_vm(struct kvm *kvm);
void kvm_arm_vgic_destroy_vm(struct kvm *kvm);
int kvm_arm_vgic_init_vcpu(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_destroy_vcpu(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_reset_vcpu(struct kvm_vcpu *vcpu);
int kvm_arm_vgic_create(struct kvm *kvm);
int kvm_arm_vgic_first_run(struct kvm *kvm);
int kvm_arm_vgic_set_addr(struct kvm *kvm, unsigned int type, u64 addr);

/* World switch: vCPU thread, preemption off; flush and sync with IRQs off */
void kvm_arm_vgic_load(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_put(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_flush(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_sync(struct kvm_vcpu *vcpu);

/* Can be called from any context */
bool kvm_arm_vgic_has_pending(struct kvm_vcpu *vcpu);
int kvm_arm_vgic_set_line(struct kvm *kvm, unsigned int vcpu_idx,
			  unsigned int intid, bool level);

/* PPIs that the hardware deactivates, as the virtual timer's */
int kvm_arm_vgic_map_hw(struct kvm_vcpu *vcpu, unsigned int intid,
			unsigned int host_irq);
bool kvm_arm_vgic_is_active(struct kvm_vcpu *vcpu, unsigned int intid);

bool kvm_arm_vgic_mmio(struct kvm_vcpu *vcpu, phys_addr_t ipa,
		       unsigned int len, bool write, u32 *val);

#endif /* __ARM_KVM_VGIC_H */
