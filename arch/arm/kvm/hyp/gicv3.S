/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way into a guest of a GICv2 on a host with a GICv3, and back: there ctx->enter
 * leads here. And that GIC's virtual interface for the highvisor, as only Hyp mode
 * has it (IHI 0069).
 *
 * ICC_SRE is one register for host and guest. With its SRE bit clear the guest has the
 * virtual CPU interface in memory, GICV, and no system registers; the host needs them.
 * It may be clear only while HCR has all interrupts go to Hyp mode.
 */
#include <linux/linkage.h>
#include <linux/irqchip/arm-gic-v3.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/trap_bits.h>

	.arch_extension virt

	/* rt changes */
	.macro	clear_icc_sre, rt
	mov	\rt, #HCR_AMO | HCR_IMO | HCR_FMO
	mcr	p15, 4, \rt, c1, c1, 0	@ HCR
	isb
	mov	\rt, #0
	mcr	p15, 0, \rt, c12, c12, 5	@ ICC_SRE
	.endm

	/* rt: as it was; zero changes */
	.macro	restore_icc_sre, rt, zero
	mcr	p15, 0, \rt, c12, c12, 5	@ ICC_SRE
	isb
	mov	\zero, #0
	mcr	p15, 4, \zero, c1, c1, 0	@ HCR
	.endm

	.section .kvm.hyp.text, "ax"

/*
 * r1: the vCPU's struct kvm_guest_ctx. ICH_VMCR is written each time, as the core may
 * have forced VFIQEn to 1 and VAckCtl to 0 while ICC_SRE.SRE was 1.
 */
ENTRY(kvm_hyp_switch_to_gicv2)
	mrs	r2, ELR_hyp
	mrs	r3, SPSR
	add	r0, sp, #HOST_GICV2
	stm	r0, {r1-r3}
	clear_icc_sre r2
	ldr	r2, [sp, #HOST_ICC_HSRE]
	bic	r2, r2, #ICC_SRE_EL2_ENABLE
	mcr	p15, 4, r2, c12, c9, 5	@ ICC_HSRE: the guest's ICC_SRE traps
	isb
	ldr	r2, [r1, #CTX_VMCR]
	mcr	p15, 4, r2, c12, c11, 7	@ ICH_VMCR
	isb
	dsb				@ GICV shows what ICH_* has
	adr	r2, gicv2_to_host
	msr	ELR_hyp, r2
	mrs	r2, CPSR
	msr	SPSR_cxsf, r2
	ldr	pc, [r1, #CTX_SWITCH_TO]
ENDPROC(kvm_hyp_switch_to_gicv2)

/* HCR is the host's hcr: as in clear_icc_sre */
gicv2_to_host:
	dsb				@ ICH_* shows what GICV has
	isb
	add	r0, sp, #HOST_GICV2
	ldm	r0, {r1-r3}
	mrc	p15, 4, r0, c12, c11, 7	@ ICH_VMCR
	str	r0, [r1, #CTX_VMCR]
	msr	ELR_hyp, r2
	msr	SPSR_cxsf, r3
	bl	kvm_hyp_restore_icc
	eret

/* With SP at struct kvm_host_ctx. On a host with a GICv2 there is nothing to restore. */
ENTRY(kvm_hyp_restore_icc)
	ldr	r0, [sp, #HOST_ICC_SRE]
	ldr	r1, [sp, #HOST_ICC_HSRE]
	cmp	r1, #0
	bxeq	lr
	mcr	p15, 4, r1, c12, c9, 5	@ ICC_HSRE
	restore_icc_sre r0, r1
	bx	lr
ENDPROC(kvm_hyp_restore_icc)

/* Return: what ICC_SRE is when it has been cleared */
ENTRY(kvm_hyp_try_gicv2)
	mrc	p15, 0, r1, c12, c12, 5	@ ICC_SRE
	clear_icc_sre r0
	isb
	mrc	p15, 0, r0, c12, c12, 5	@ ICC_SRE
	restore_icc_sre r1, r2
	bx	lr
ENDPROC(kvm_hyp_try_gicv2)

	/* r0: KVM_HYP_ICH_*, in this order */
	.macro	access_ich, insn, rt
	add	pc, pc, r0, lsl #3	@ to one of these pairs
	nop
	.irp	crm, 12, 13, 14, 15	@ ICH_LR0-15, ICH_LRC0-15
	.irp	opc2, 0, 1, 2, 3, 4, 5, 6, 7
	\insn	p15, 4, \rt, c12, c\crm, \opc2
	bx	lr
	.endr
	.endr
	\insn	p15, 4, \rt, c12, c11, 0	@ ICH_HCR
	bx	lr
	\insn	p15, 4, \rt, c12, c11, 1	@ ICH_VTR
	bx	lr
	\insn	p15, 4, \rt, c12, c9, 0	@ ICH_AP1R0
	bx	lr
	\insn	p15, 4, \rt, c12, c9, 5	@ ICC_HSRE
	bx	lr
	.endm

ENTRY(kvm_hyp_read_ich)
	access_ich mrc, r0
ENDPROC(kvm_hyp_read_ich)

ENTRY(kvm_hyp_write_ich)
	access_ich mcr, r1
ENDPROC(kvm_hyp_write_ich)
