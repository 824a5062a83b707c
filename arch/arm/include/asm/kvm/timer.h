/* SPDX-License-Identifier: GPL-2.0-only */
/* Virtual and physical timer of a vCPU: virt/kvm/arm/timer*.c */
#ifndef __ARM_KVM_TIMER_H
#define __ARM_KVM_TIMER_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/types.h>

struct kvm;
struct kvm_device_attr;
struct kvm_vcpu;

/* Index of a timer in the arrays called ppi */
#define KVM_ARM_VTIMER		0
#define KVM_ARM_PTIMER		1

/* Registers of the physical timer, for kvm_arm_ptimer_read() and _write() */
#define KVM_ARM_PTIMER_CTL	0
#define KVM_ARM_PTIMER_CVAL	1
#define KVM_ARM_PTIMER_TVAL	2

/**
 * struct kvm_vm_timer - what the timers of all vCPUs of a VM have in common
 * @offset: CNTVOFF: the guest's virtual count is the host's physical count
 *	less this
 * @ppi: interrupt number of each timer's output in the virtual GIC, as
 *	user space may change it until the first run of a vCPU
 */
struct kvm_vm_timer {
	atomic64_t offset;
	u8 ppi[2];
};

/**
 * struct kvm_vcpu_timer - the two timers of a vCPU
 * @ppi: interrupt number of each timer's output; 0 before the first run
 * @loaded: CNTV_CTL and CNTV_CVAL are in the CPU, not in @vctl and @vcval
 * @fired: the guest may not be done with the virtual timer's last interrupt,
 *	so the host's interrupt stays active while the vCPU is loaded. Written
 *	with IRQs off.
 * @vctl: CNTV_CTL, enable and mask bit
 * @vcval: CNTV_CVAL; while the vCPU is blocked, what @wakeup waits for
 * @wakeup: ends WFI when the virtual timer is about to expire
 * @woken: it has, since the vCPU blocked
 * @lead: cycles that it does so before, as it takes that long
 * @pctl: CNTP_CTL, enable and mask bit
 * @pcval: CNTP_CVAL
 * @plevel: output of the physical timer, as the virtual GIC knows it
 * @expiry: raises the output of the physical timer
 */
struct kvm_vcpu_timer {
	u8 ppi[2];
	bool loaded;
	bool fired;
	u32 vctl;
	u64 vcval;
	struct hrtimer wakeup;
	bool woken;
	u32 lead;

	u32 pctl;
	u64 pcval;
	bool plevel;
	struct hrtimer expiry;
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
void kvm_arm_timer_block(struct kvm_vcpu *vcpu);
void kvm_arm_timer_unblock(struct kvm_vcpu *vcpu);
bool kvm_arm_timer_pending(struct kvm_vcpu *vcpu);
u64 kvm_arm_timer_count(const struct kvm_vcpu *vcpu);

/* For the virtual GIC, about the interrupt that is mapped to the hardware's */
bool kvm_arm_timer_resample(struct kvm_vcpu *vcpu);
bool kvm_arm_timer_withdrawn(struct kvm_vcpu *vcpu);
void kvm_arm_timer_release(struct kvm_vcpu *vcpu);

/* For VMs whose GIC is in user space */
bool kvm_arm_timer_user_changed(struct kvm_vcpu *vcpu);
void kvm_arm_timer_user_update(struct kvm_vcpu *vcpu);

void kvm_arm_ptimer_read(struct kvm_vcpu *vcpu, unsigned int which, u64 *val);
void kvm_arm_ptimer_write(struct kvm_vcpu *vcpu, unsigned int which, u64 val);

int kvm_arm_timer_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val);
int kvm_arm_timer_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val);
int kvm_arm_timer_has_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);
int kvm_arm_timer_get_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);
int kvm_arm_timer_set_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);

#endif /* __ARM_KVM_TIMER_H */
