/* SPDX-License-Identifier: GPL-2.0-only */
/* The performance monitors of a vCPU: arch/arm/kvm/vcpu_pmu.c */
#ifndef __ARM_KVM_PMU_H
#define __ARM_KVM_PMU_H

#include <linux/types.h>

struct kvm_device_attr;
struct kvm_vcpu;
struct perf_event;

/* Number of the cycle counter; the event counters are 0 to PMCR.N - 1 */
#define KVM_ARM_PMU_CYCLES	31

/**
 * struct kvm_pmu_counter - a counter of the guest
 * @event: what counts for it; NULL: nothing has to, or the host's perf cannot
 * @value: PMXEVCNTR or PMCCNTR, less what @event has counted
 * @type: PMXEVTYPER
 */
struct kvm_pmu_counter {
	struct perf_event *event;
	u32 value;
	u32 type;
};

/**
 * struct kvm_vcpu_pmu - the performance monitors of a vCPU
 * @counter: by number
 * @pmcr: PMCR, what of it can be written
 * @cnten: PMCNTENSET
 * @ovsr: PMOVSR; from the vCPU thread with IRQs off, or by the host's interrupt
 * @inten: PMINTENSET
 * @selr: PMSELR
 * @userenr: PMUSERENR
 * @open: counters whose events count while the guest runs
 * @in_use: kvm_arm_pmu_enter() has something to do
 * @host_userenr: the host's PMUSERENR while the guest runs
 * @initialized: user space said KVM_ARM_VCPU_PMU_V3_INIT
 * @irq: the interrupt's number, as user space has set it; 0: not yet
 * @ppi: the same from the first run on; 0: the GIC is in user space
 * @level: the interrupt's level, as the virtual GIC knows it
 */
struct kvm_vcpu_pmu {
	struct kvm_pmu_counter counter[KVM_ARM_PMU_CYCLES + 1];
	u32 pmcr;
	u32 cnten;
	u32 ovsr;
	u32 inten;
	u32 selr;
	u32 userenr;
	u32 open;
	bool in_use;
	u32 host_userenr;
	bool initialized;
	u8 irq;
	u8 ppi;
	bool level;
};

#ifdef CONFIG_ARM_PMU
bool kvm_arm_pmu_available(void);
#else
static inline bool kvm_arm_pmu_available(void)
{
	return false;
}
#endif

/* The others are for vCPUs with kvm_arm_vcpu_has_pmu() alone */
void kvm_arm_pmu_reset(struct kvm_vcpu *vcpu);
void kvm_arm_pmu_release(struct kvm_vcpu *vcpu);
int kvm_arm_pmu_first_run(struct kvm_vcpu *vcpu);
void kvm_arm_pmu_update(struct kvm_vcpu *vcpu);
void kvm_arm_pmu_enter(struct kvm_vcpu *vcpu);
void kvm_arm_pmu_exit(struct kvm_vcpu *vcpu);
bool kvm_arm_pmu_output(const struct kvm_vcpu *vcpu);
bool kvm_arm_pmu_access(struct kvm_vcpu *vcpu, unsigned int crm, unsigned int op2,
			bool write, bool user, u64 *val);

unsigned int kvm_arm_pmu_num_regs(void);
int kvm_arm_pmu_reg_ids(u64 __user *ids);
int kvm_arm_pmu_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val);
int kvm_arm_pmu_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val);
int kvm_arm_pmu_has_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);
int kvm_arm_pmu_get_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);
int kvm_arm_pmu_set_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);

#endif /* __ARM_KVM_PMU_H */
