// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hypercalls: HVC #0 by the SMC Calling Convention 1.1 (ARM DEN 0028), the
 * architecture's calls, KVM's own, and the firmware pseudo-registers through
 * which user space sees what a guest is offered.
 */

#include <linux/arm-smccc.h>
#include <linux/clocksource_ids.h>
#include <linux/kvm_host.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <asm/cpu.h>
#include <asm/cputype.h>
#include <asm/smp_plat.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>

#include "trace.h"

static const u64 fw_regs[] = {
	KVM_REG_ARM_PSCI_VERSION,
	KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1,
	KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2,
};

/*
 * SMCCC_ARCH_WORKAROUND_1 is a request to invalidate the branch predictor. On
 * the cores that need it, if the host hardens itself, the lowvisor does so on
 * each exit from the guest: any hypercall is one. Of a core that is not listed,
 * nothing is known.
 */
static u32 core_workaround_1(u32 midr)
{
	switch (midr & ARM_CPU_PART_MASK) {
	case ARM_CPU_PART_CORTEX_A12:
	case ARM_CPU_PART_CORTEX_A15:
	case ARM_CPU_PART_CORTEX_A17:
	case ARM_CPU_PART_CORTEX_A73:
	case ARM_CPU_PART_CORTEX_A75:
	case ARM_CPU_PART_BRAHMA_B15:
		return IS_ENABLED(CONFIG_HARDEN_BRANCH_PREDICTOR) ?
		       KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_AVAIL :
		       KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_AVAIL;
	case ARM_CPU_PART_CORTEX_A7:
	case ARM_CPU_PART_CORTEX_A53:
	case ARM_CPU_PART_BRAHMA_B53:
		return KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_REQUIRED;
	default:
		return KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_AVAIL;
	}
}

/* A vCPU can run on any core: the worst counts */
static u32 workaround_1(void)
{
	u32 level = KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_REQUIRED;
	int cpu;

	if (!is_smp())
		return core_workaround_1(read_cpuid_id());

	for_each_present_cpu(cpu)
		level = min(level, core_workaround_1(per_cpu(cpu_data, cpu).cpuid));

	return level;
}

static long arch_features(const struct kvm_vcpu *vcpu, u32 fn)
{
	switch (fn) {
	case ARM_SMCCC_VERSION_FUNC_ID:
	case ARM_SMCCC_ARCH_FEATURES_FUNC_ID:
		return SMCCC_RET_SUCCESS;
	case ARM_SMCCC_ARCH_WORKAROUND_1:
		switch (workaround_1()) {
		case KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_AVAIL:
			return SMCCC_RET_SUCCESS;
		case KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1_NOT_REQUIRED:
			return SMCCC_ARCH_WORKAROUND_RET_UNAFFECTED;
		}
		fallthrough;
	default:
		return kvm_arm_pvtime_has_call(vcpu, fn) ? SMCCC_RET_SUCCESS :
		       SMCCC_RET_NOT_SUPPORTED;
	}
}

/**
 * kvm_arm_hypercall_fast() - answer a hypercall that needs no host service
 * @vcpu: the vCPU, which has trapped with HVC
 *
 * SMCCC reserves immediates other than 0: such a call is not supported,
 * whatever it asks for. The guest goes on after the HVC, as the PC stands there.
 *
 * Context: the first look at each HVC; IRQs off.
 * Return: false if the call is for kvm_arm_hypercall().
 */
bool kvm_arm_hypercall_fast(struct kvm_vcpu *vcpu)
{
	struct pt_regs *regs = &vcpu_regs(vcpu)->usr_regs;
	u32 imm = vcpu_hsr(vcpu) & HSR_HVC_IMM_MASK;
	long ret;

	/* HVC has 32 bits in either instruction set */
	trace_kvm_hvc(regs->ARM_pc - 4, regs->ARM_r0, imm);
	vcpu->stat.hvc_exit_stat++;

	if (imm) {
		ret = SMCCC_RET_NOT_SUPPORTED;
		goto out;
	}

	switch (regs->ARM_r0) {
	case ARM_SMCCC_VERSION_FUNC_ID:
		ret = ARM_SMCCC_VERSION_1_1;
		break;
	case ARM_SMCCC_ARCH_FEATURES_FUNC_ID:
		ret = arch_features(vcpu, regs->ARM_r1);
		break;
	case ARM_SMCCC_ARCH_WORKAROUND_1:
		/* Getting here was the work */
		ret = arch_features(vcpu, ARM_SMCCC_ARCH_WORKAROUND_1) < 0 ?
		      SMCCC_RET_NOT_SUPPORTED : SMCCC_RET_SUCCESS;
		break;
	default:
		return kvm_arm_psci_query(vcpu);
	}
out:
	regs->ARM_r0 = ret;

	return true;
}

static void set_results(struct pt_regs *regs, u32 r0, u32 r1, u32 r2, u32 r3)
{
	regs->ARM_r0 = r0;
	regs->ARM_r1 = r1;
	regs->ARM_r2 = r2;
	regs->ARM_r3 = r3;
}

/*
 * The host's wall clock in nanoseconds and the guest's counter of the same
 * moment, high word first (Documentation/virt/kvm/arm/ptp_kvm.rst). The host's
 * clocksource is the physical counter, unless its user chose another.
 */
static void ptp_time(struct kvm_vcpu *vcpu, struct pt_regs *regs)
{
	u32 counter = regs->ARM_r1;
	struct system_time_snapshot now;

	ktime_get_snapshot(&now);
	if (now.cs_id != CSID_ARM_ARCH_COUNTER || counter > KVM_PTP_PHYS_COUNTER) {
		regs->ARM_r0 = SMCCC_RET_NOT_SUPPORTED;
		return;
	}

	if (counter == KVM_PTP_VIRT_COUNTER)
		now.cycles -= atomic64_read(&vcpu->kvm->arch.timer.offset);
	set_results(regs, upper_32_bits(now.real), lower_32_bits(now.real),
		    upper_32_bits(now.cycles), lower_32_bits(now.cycles));
}

/**
 * kvm_arm_hypercall() - a hypercall that needs host services, or is a rare one
 * @vcpu: the vCPU, for which kvm_arm_hypercall_fast() returned false
 *
 * KVM's own calls are those of Documentation/virt/kvm/arm/hypercalls.rst.
 *
 * Context: exit handler, see kvm_arm_exit().
 * Return: as an exit handler.
 */
int kvm_arm_hypercall(struct kvm_vcpu *vcpu)
{
	struct pt_regs *regs = &vcpu_regs(vcpu)->usr_regs;

	switch (regs->ARM_r0) {
	case ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID:
		set_results(regs, ARM_SMCCC_VENDOR_HYP_UID_KVM_REG_0,
			    ARM_SMCCC_VENDOR_HYP_UID_KVM_REG_1,
			    ARM_SMCCC_VENDOR_HYP_UID_KVM_REG_2,
			    ARM_SMCCC_VENDOR_HYP_UID_KVM_REG_3);
		return 1;
	case ARM_SMCCC_VENDOR_HYP_KVM_FEATURES_FUNC_ID:
		set_results(regs, BIT(ARM_SMCCC_KVM_FUNC_FEATURES) |
			    BIT(ARM_SMCCC_KVM_FUNC_PTP), 0, 0, 0);
		return 1;
	case ARM_SMCCC_VENDOR_HYP_KVM_PTP_FUNC_ID:
		ptp_time(vcpu, regs);
		return 1;
	case ARM_SMCCC_HV_PV_TIME_FEATURES:
		regs->ARM_r0 = kvm_arm_pvtime_has_call(vcpu, regs->ARM_r1) ?
			       SMCCC_RET_SUCCESS : SMCCC_RET_NOT_SUPPORTED;
		return 1;
	case ARM_SMCCC_HV_PV_TIME_ST:
		regs->ARM_r0 = kvm_arm_pvtime_start(vcpu);
		return 1;
	default:
		return kvm_arm_psci_call(vcpu);
	}
}

/**
 * kvm_arm_fw_num_regs() - number of firmware pseudo-registers
 * @vcpu: the vCPU, which has been initialized
 *
 * Return: how many identifiers kvm_arm_fw_reg_ids() stores.
 */
unsigned int kvm_arm_fw_num_regs(struct kvm_vcpu *vcpu)
{
	return ARRAY_SIZE(fw_regs);
}

/**
 * kvm_arm_fw_reg_ids() - identifiers of the firmware pseudo-registers
 * @vcpu: the vCPU, which has been initialized
 * @ids: user memory for kvm_arm_fw_num_regs() identifiers
 *
 * Return: 0 or -EFAULT.
 */
int kvm_arm_fw_reg_ids(struct kvm_vcpu *vcpu, u64 __user *ids)
{
	return copy_to_user(ids, fw_regs, sizeof(fw_regs)) ? -EFAULT : 0;
}

/* The host says nothing about speculative store bypass on 32-bit cores */
static int fw_get(const struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	switch (id) {
	case KVM_REG_ARM_PSCI_VERSION:
		*val = kvm_arm_psci_version(vcpu);
		return 0;
	case KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1:
		*val = workaround_1();
		return 0;
	case KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2:
		*val = KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2_UNKNOWN;
		return 0;
	default:
		return -ENOENT;
	}
}

/**
 * kvm_arm_fw_get_reg() - KVM_GET_ONE_REG of a firmware pseudo-register
 * @vcpu: the vCPU, which has been initialized
 * @reg: identifier, and where to store the value
 *
 * Return: 0, -ENOENT if there is no such register, -EFAULT.
 */
int kvm_arm_fw_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	void __user *uaddr = (void __user *)(unsigned long)reg->addr;
	u64 val;
	int ret;

	ret = fw_get(vcpu, reg->id, &val);
	if (ret)
		return ret;

	return copy_to_user(uaddr, &val, sizeof(val)) ? -EFAULT : 0;
}

/**
 * kvm_arm_fw_set_reg() - KVM_SET_ONE_REG of a firmware pseudo-register
 * @vcpu: the vCPU, which has been initialized
 * @reg: identifier, and where the value is
 *
 * What a guest relies on can be set to what this host offers or to less, so that
 * one that moves here is not promised a protection that is not there.
 *
 * Return: 0, -ENOENT if there is no such register, -EFAULT, -EINVAL if the host
 * does not offer that.
 */
int kvm_arm_fw_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	void __user *uaddr = (void __user *)(unsigned long)reg->addr;
	u64 offered, val;
	int ret;

	ret = fw_get(vcpu, reg->id, &offered);
	if (ret)
		return ret;

	if (copy_from_user(&val, uaddr, sizeof(val)))
		return -EFAULT;

	if (reg->id == KVM_REG_ARM_PSCI_VERSION)
		return kvm_arm_psci_set_version(vcpu, val);

	return val <= offered ? 0 : -EINVAL;
}
