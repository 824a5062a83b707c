/* SPDX-License-Identifier: GPL-2.0-only */
/* What a vCPU stopped with: registers and syndrome; for .c files of the port */
#ifndef __ARM_KVM_VCPU_H
#define __ARM_KVM_VCPU_H

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/kvm_host.h>
#include <linux/swab.h>
#include <asm/ptrace.h>

/* The vCPU's registers, as struct kvm_regs of the user-space interface */
static inline struct kvm_regs *vcpu_regs(const struct kvm_vcpu *vcpu)
{
	return &vcpu->arch.ctx->regs;
}

static inline unsigned long *vcpu_pc(const struct kvm_vcpu *vcpu)
{
	return (unsigned long *)&vcpu_regs(vcpu)->usr_regs.ARM_pc;
}

static inline unsigned long *vcpu_cpsr(const struct kvm_vcpu *vcpu)
{
	return (unsigned long *)&vcpu_regs(vcpu)->usr_regs.ARM_cpsr;
}

static inline u32 vcpu_hsr(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.ctx->hsr;
}

/* Without it nothing but kvm_arm_pmu_available() of the performance monitors is there */
static inline bool kvm_arm_vcpu_has_pmu(const struct kvm_vcpu *vcpu)
{
	return IS_ENABLED(CONFIG_ARM_PMU) &&
	       test_bit(KVM_ARM_VCPU_PMU_V3, vcpu->arch.features);
}

/* The faulting IPA: the page from HPFAR, the offset from the virtual address */
static inline phys_addr_t vcpu_fault_ipa(const struct kvm_vcpu *vcpu)
{
	return ((phys_addr_t)vcpu->arch.ctx->hpfar & ~0xfULL) << 8 |
	       (vcpu->arch.ctx->hxfar & ~PAGE_MASK);
}

/*
 * Between the value in a register and the one that has the same bytes in memory
 * for a little-endian machine, which is how devices here take and give them.
 */
static inline u32 kvm_arm_mmio_convert(const struct kvm_vcpu *vcpu, u32 val,
				       unsigned int len)
{
	if (*vcpu_cpsr(vcpu) & PSR_E_BIT)
		return swab32(val) >> (32 - 8 * len);
	return val & GENMASK(8 * len - 1, 0);
}

#endif /* __ARM_KVM_VCPU_H */
