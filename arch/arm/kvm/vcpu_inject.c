// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions that the hypervisor raises in its guest, as hardware would take
 * them to PL1 (DDI 0406C, B1.9).
 */
#include <linux/kvm_host.h>
#include <linux/string.h>
#include <asm/cp15.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include <asm/ptrace.h>

/* Fault status registers, B4.1.52, B4.1.96 */
#define FSR_LPAE	BIT(9)		/* the status has the Long format */
#define FSR_WNR		BIT(11)
#define FSR_CM		BIT(13)
#define FSR_EXTERNAL	0x08		/* synchronous, Short-descriptor format */
#define FSR_ALIGNMENT	0x01		/* the same */
#define FSR_DEBUG	0x02		/* the same */

/* Vector offsets, B1.8.1 */
#define VECTOR_UNDEF	0x04
#define VECTOR_PABT	0x0c
#define VECTOR_DABT	0x10

#define VBAR_MASK	0xffffffe0
#define HIGH_VECTORS	0xffff0000

/*
 * Go to the vector of a mode. @lr is the return address that the exception's
 * handler expects, @mask what it masks besides IRQs.
 */
static void take_exception(struct kvm_vcpu *vcpu, u32 mode, u32 vector,
			   unsigned long lr, u32 mask, unsigned long *banked)
{
	u32 sctlr = vcpu->arch.ctx->cp15.sctlr;
	u32 cpsr = *vcpu_cpsr(vcpu);

	/* SP, LR, SPSR */
	banked[1] = lr;
	banked[2] = cpsr;

	cpsr &= ~(MODE_MASK | PSR_IT_MASK | PSR_J_BIT | PSR_E_BIT | PSR_T_BIT);
	cpsr |= mode | PSR_I_BIT | mask;
	if (sctlr & CR_TE)
		cpsr |= PSR_T_BIT;
	if (sctlr & CR_EE)
		cpsr |= PSR_E_BIT;
	*vcpu_cpsr(vcpu) = cpsr;

	if (sctlr & CR_V)
		*vcpu_pc(vcpu) = HIGH_VECTORS + vector;
	else
		*vcpu_pc(vcpu) = (vcpu->arch.ctx->cp15.vbar & VBAR_MASK) + vector;
}

/* In the format that the guest uses: Long or Short */
static u32 fault_status(const struct kvm_vcpu *vcpu, u32 lpae, u32 fsr)
{
	return vcpu->arch.ctx->cp15.ttbcr & TTBCR_EAE ? FSR_LPAE | lpae : fsr;
}

static void take_dabt(struct kvm_vcpu *vcpu, unsigned long addr, u32 status)
{
	struct kvm_guest_cp15 *cp15 = &vcpu->arch.ctx->cp15;
	u32 hsr = vcpu_hsr(vcpu);

	cp15->dfar = addr;
	cp15->dfsr = status;
	if (HSR_EC(hsr) == HSR_EC_DABT && hsr & HSR_ABT_WNR)
		cp15->dfsr |= FSR_WNR;
	if (HSR_EC(hsr) == HSR_EC_DABT && hsr & HSR_ABT_CM)
		cp15->dfsr |= FSR_CM;
	take_exception(vcpu, ABT_MODE, VECTOR_DABT, *vcpu_pc(vcpu) + 8,
		       PSR_A_BIT, vcpu_regs(vcpu)->abt_regs);
}

/**
 * kvm_arm_inject_undef - raise an Undefined Instruction exception
 * @vcpu: stopped at the instruction; group 1 and 2 of its CP15 state in memory
 *
 * DDI 0406C, B1.9.4.
 */
void kvm_arm_inject_undef(struct kvm_vcpu *vcpu)
{
	unsigned long lr = *vcpu_pc(vcpu) +
			   (*vcpu_cpsr(vcpu) & PSR_T_BIT ? 2 : 4);

	take_exception(vcpu, UND_MODE, VECTOR_UNDEF, lr, 0,
		       vcpu_regs(vcpu)->und_regs);
}

/**
 * kvm_arm_inject_dabt - raise a synchronous external Data Abort
 * @vcpu: stopped at the instruction; group 1 and 2 of its CP15 state in memory
 * @addr: virtual address of the access
 *
 * If the vCPU stopped for a data abort, whether it was a write is told from
 * that. DDI 0406C, B1.9.8.
 */
void kvm_arm_inject_dabt(struct kvm_vcpu *vcpu, unsigned long addr)
{
	take_dabt(vcpu, addr, fault_status(vcpu, FSC_EXTERNAL, FSR_EXTERNAL));
}

/**
 * kvm_arm_inject_alignment - raise a Data Abort for an Alignment fault
 * @vcpu: stopped for a data abort of the instruction, as kvm_arm_inject_dabt()
 * @addr: virtual address of the access
 */
void kvm_arm_inject_alignment(struct kvm_vcpu *vcpu, unsigned long addr)
{
	take_dabt(vcpu, addr, fault_status(vcpu, FSC_ALIGNMENT, FSR_ALIGNMENT));
}

/**
 * kvm_arm_inject_pabt - raise a synchronous external Prefetch Abort
 * @vcpu: stopped at the instruction; group 1 and 2 of its CP15 state in memory
 * @addr: virtual address of the instruction
 *
 * DDI 0406C, B1.9.7.
 */
void kvm_arm_inject_pabt(struct kvm_vcpu *vcpu, unsigned long addr)
{
	vcpu->arch.ctx->cp15.ifar = addr;
	vcpu->arch.ctx->cp15.ifsr = fault_status(vcpu, FSC_EXTERNAL, FSR_EXTERNAL);
	take_exception(vcpu, ABT_MODE, VECTOR_PABT, *vcpu_pc(vcpu) + 4,
		       PSR_A_BIT, vcpu_regs(vcpu)->abt_regs);
}

/**
 * kvm_arm_inject_debug - raise the debug exception that the vCPU stopped for
 * @vcpu: stopped at the instruction, which was not executed; group 1 and 2 of its
 *	CP15 state in memory
 *
 * A watchpoint is a Data Abort, all else a Prefetch Abort, for which IFAR is
 * UNKNOWN: it stays. DDI 0406C, C4.1, C4.2.
 */
void kvm_arm_inject_debug(struct kvm_vcpu *vcpu)
{
	u32 status = fault_status(vcpu, FSC_DEBUG, FSR_DEBUG);

	if (HSR_EC(vcpu_hsr(vcpu)) == HSR_EC_DABT) {
		take_dabt(vcpu, vcpu->arch.ctx->hxfar, status);
		return;
	}
	vcpu->arch.ctx->cp15.ifsr = status;
	take_exception(vcpu, ABT_MODE, VECTOR_PABT, *vcpu_pc(vcpu) + 4,
		       PSR_A_BIT, vcpu_regs(vcpu)->abt_regs);
}

/**
 * kvm_arm_inject_vabt - make a virtual asynchronous abort pending
 * @vcpu: not in the guest
 *
 * The hardware raises it when the guest has CPSR.A clear, and clears HCR.VA
 * then (DDI 0406C, B1.8.11).
 */
void kvm_arm_inject_vabt(struct kvm_vcpu *vcpu)
{
	vcpu->arch.ctx->traps.hcr |= HCR_VA;
}

/**
 * kvm_arm_vcpu_get_events - the exceptions that are pending in a vCPU
 * @vcpu: not loaded
 * @events: filled in
 *
 * A Data Abort is never pending: it is raised as it is injected.
 *
 * Return: 0.
 */
int kvm_arm_vcpu_get_events(struct kvm_vcpu *vcpu,
			    struct kvm_vcpu_events *events)
{
	memset(events, 0, sizeof(*events));
	events->exception.serror_pending =
		!!(vcpu->arch.ctx->traps.hcr & HCR_VA);
	return 0;
}

/**
 * kvm_arm_vcpu_set_events - make exceptions pending in a vCPU
 * @vcpu: not loaded
 * @events: from user space
 *
 * What is pending already stays so. A Data Abort takes the place of the access
 * for which the vCPU stopped.
 *
 * Return: 0, or -EINVAL for a syndrome, which ARMv7 has not, for a flag that is
 * neither 0 nor 1, or for reserved fields that are not 0.
 */
int kvm_arm_vcpu_set_events(struct kvm_vcpu *vcpu,
			    const struct kvm_vcpu_events *events)
{
	if (events->exception.serror_pending > 1 ||
	    events->exception.ext_dabt_pending > 1 ||
	    events->exception.serror_has_esr ||
	    memchr_inv(events->exception.pad, 0, sizeof(events->exception.pad)) ||
	    memchr_inv(events->reserved, 0, sizeof(events->reserved)))
		return -EINVAL;

	if (events->exception.serror_pending)
		kvm_arm_inject_vabt(vcpu);
	if (events->exception.ext_dabt_pending) {
		vcpu->arch.mmio_pending = KVM_ARM_MMIO_NONE;
		kvm_arm_inject_dabt(vcpu, vcpu->arch.ctx->hxfar);
	}
	return 0;
}
