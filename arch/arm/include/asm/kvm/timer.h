/* SPDX-License-Identifier: GPL-2.0-only */
/* Virtual and physical timer of a vCPU: virt/kvm/arm/timer.c */
#ifndef __ARM_KVM_TIMER_H
#define __ARM_KVM_TIMER_H

#include <linux/hrtimer.h>
#include <linux/types.h>

struct kvm;
struct kvm_vcpu;

struct kvm_vm_timer {
	/* Virtual count = host's physical count - offset */
	u64 offset;
};

struct kvm_vcpu_timer {
	bool loaded;
};

int kvm_arm_timer_probe(void);
void kvm_arm_timer_remove(void);
void kvm_arm_timer_enable_cpu(void);
void kvm_arm_timer_disable_cpu(void);

void kvm_arm_timer_init_vm(struct kvm *kvm);
void kvm_arm_timer_init_vcpu(struct kvm_vcpu *vcpu);
void kvm_arm_timer_destroy_vcpu(struct kvm_vcpu *vcpu);
void kvm_arm_timer_reset_vcpu(struct kvm_vcpu *vcpu);
int kvm_arm_timer_first_run(struct kvm_vcpu *vcpu);

void kvm_arm_timer_load(struct kvm_vcpu *vcpu);
void kvm_arm_timer_put(struct kvm_vcpu *vcpu);
bool kvm_arm_timer_pending(struct kvm_vcpu *vcpu);

#endif /* __ARM_KVM_TIMER_H */
