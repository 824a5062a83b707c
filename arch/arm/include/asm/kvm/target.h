/* SPDX-License-Identifier: GPL-2.0-only */
/* The core that guests see: arch/arm/kvm/vcpu_target.c */
#ifndef __ARM_KVM_TARGET_H
#define __ARM_KVM_TARGET_H

#include <linux/types.h>

/* CSSELR selects level and kind; level 7 does not exist */
#define KVM_ARM_NR_CCSIDRS	14

/**
 * struct kvm_arm_ids - identification registers as guests read them
 *
 * Those of the boot CPU, less what is not virtualized. The same for all VMs and
 * constant once KVM is up. The fields without a comment stand for the register
 * of that name.
 */
struct kvm_arm_ids {
	u32 midr;
	u32 ctr;
	u32 tcmtr;
	u32 tlbtr;
	u32 revidr;
	u32 pfr0;
	u32 pfr1;
	u32 dfr0;
	u32 afr0;
	u32 mmfr0;
	u32 mmfr1;
	u32 mmfr2;
	u32 mmfr3;
	u32 isar0;
	u32 isar1;
	u32 isar2;
	u32 isar3;
	u32 isar4;
	u32 isar5;
	u32 clidr;
	u32 aidr;
	u32 actlr;
	u32 l2ctlr;	/* with the number of cores left out */
	u32 dbgdidr;	/* 0: no debug registers */
	u32 fpsid;
	u32 mvfr0;
	u32 mvfr1;
	u32 ccsidr[KVM_ARM_NR_CCSIDRS];
};

extern struct kvm_arm_ids kvm_arm_ids;
extern bool kvm_arm_has_ttbcr2;

void kvm_arm_target_probe(void);
u32 kvm_arm_merge_ctr(u32 a, u32 b);
bool kvm_arm_target_fits(void);
bool kvm_arm_ccsidr_valid(unsigned int csselr);

#endif /* __ARM_KVM_TARGET_H */
