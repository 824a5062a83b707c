// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vCPU's registers as its current mode sees them, and the program counter.
 */
#include <linux/kvm_host.h>
#include <asm/opcodes.h>
#include <asm/ptrace.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>

/* SP, LR and SPSR of the current mode; NULL if User or System mode, or FIQ's */
static unsigned long *banked_regs(struct kvm_vcpu *vcpu)
{
	struct kvm_regs *regs = vcpu_regs(vcpu);

	switch (*vcpu_cpsr(vcpu) & MODE_MASK) {
	case SVC_MODE:
		return regs->svc_regs;
	case ABT_MODE:
		return regs->abt_regs;
	case UND_MODE:
		return regs->und_regs;
	case IRQ_MODE:
		return regs->irq_regs;
	case FIQ_MODE:
		return &regs->fiq_regs[5];
	default:
		return NULL;
	}
}

/**
 * kvm_arm_vcpu_reg - a general-purpose register of the guest's current mode
 * @vcpu: the vCPU, from its thread, not in the guest
 * @n: 0-15
 *
 * Return: where it is (DDI 0406C, B1.3.2).
 */
unsigned long *kvm_arm_vcpu_reg(struct kvm_vcpu *vcpu, unsigned int n)
{
	struct kvm_regs *regs = vcpu_regs(vcpu);
	unsigned long *banked;

	if (n >= 8 && n <= 12 && (*vcpu_cpsr(vcpu) & MODE_MASK) == FIQ_MODE)
		return &regs->fiq_regs[n - 8];
	if (n == 13 || n == 14) {
		banked = banked_regs(vcpu);
		if (banked)
			return &banked[n - 13];
	}
	return (unsigned long *)&regs->usr_regs.uregs[n];
}

/**
 * kvm_arm_vcpu_spsr - the SPSR of the guest's current mode
 * @vcpu: the vCPU, from its thread, not in the guest; not in User or System mode
 */
unsigned long *kvm_arm_vcpu_spsr(struct kvm_vcpu *vcpu)
{
	return &banked_regs(vcpu)[2];
}

/**
 * kvm_arm_vcpu_set_rt - complete a trapped MRC
 * @vcpu: the vCPU, from its thread, not in the guest
 * @rt: the instruction's destination; 15 stands for the flags (DDI 0406C, A8.8.108)
 * @val: what is read
 */
void kvm_arm_vcpu_set_rt(struct kvm_vcpu *vcpu, unsigned int rt, u32 val)
{
	const u32 flags = PSR_N_BIT | PSR_Z_BIT | PSR_C_BIT | PSR_V_BIT;

	if (rt == 15)
		*vcpu_cpsr(vcpu) = (*vcpu_cpsr(vcpu) & ~flags) | (val & flags);
	else
		*kvm_arm_vcpu_reg(vcpu, rt) = val;
}

/* CPSR.IT[7:0], which stands in two parts (DDI 0406C, A2.5.2) */
static u32 it_state(u32 cpsr)
{
	return (cpsr >> PSR_IT_1_0_SHIFT & 0x3) |
	       (cpsr >> PSR_IT_7_2_SHIFT & 0x3f) << 2;
}

/**
 * kvm_arm_vcpu_it_cond - the condition of the current Thumb instruction
 * @vcpu: the vCPU
 *
 * Return: the IT block's, or always.
 */
u32 kvm_arm_vcpu_it_cond(const struct kvm_vcpu *vcpu)
{
	u32 it = it_state(*vcpu_cpsr(vcpu));

	return it ? it >> 4 : 0xe;
}

/**
 * kvm_arm_vcpu_cond_passed - does the trapped instruction's condition hold?
 * @vcpu: the vCPU, after a trap
 *
 * A core may trap an instruction whose condition fails; it is then to be
 * skipped (DDI 0406C, B3.13.6).
 */
bool kvm_arm_vcpu_cond_passed(const struct kvm_vcpu *vcpu)
{
	u32 cpsr = *vcpu_cpsr(vcpu);
	u32 hsr = vcpu_hsr(vcpu);
	u32 cond;

	/* Classes of 0x10 and up, and 0, are unconditional */
	if (!HSR_EC(hsr) || HSR_EC(hsr) >= 0x10)
		return true;

	if (hsr & HSR_CV)
		cond = (hsr & HSR_COND_MASK) >> HSR_COND_SHIFT;
	else
		cond = kvm_arm_vcpu_it_cond(vcpu);
	return arm_check_condition(cond << 28, cpsr) != ARM_OPCODE_CONDTEST_FAIL;
}

/**
 * kvm_arm_vcpu_skip_instr - go past the trapped instruction, it is done
 * @vcpu: the vCPU, after a trap whose HSR.IL is valid
 */
void kvm_arm_vcpu_skip_instr(struct kvm_vcpu *vcpu)
{
	unsigned long *cpsr = vcpu_cpsr(vcpu);

	if (*cpsr & PSR_T_BIT)
		*cpsr = it_advance(*cpsr);
	*vcpu_pc(vcpu) += vcpu_hsr(vcpu) & HSR_IL ? 4 : 2;
}
