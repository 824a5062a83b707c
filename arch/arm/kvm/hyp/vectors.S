/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hyp-mode vectors (DDI 0406C, B1.8.1). HVBAR holds one set while the host runs
 * and another while the guest does, so that no vector needs to find out who was
 * interrupted.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>
#include <asm/ptrace.h>
#include <asm/virt.h>
#include "hyp.h"

	.arch_extension virt

/* HSR of MRC<AL> with Rt = r0, rotated so that Rt comes first */
#define HSR_READ(ec, opc1, crn, crm, opc2)				\
	(((ec) << HSR_EC_SHIFT | HSR_IL | HSR_CV | 0xe << HSR_COND_SHIFT | \
	  (opc2) << HSR_CP_OPC2_SHIFT | (opc1) << HSR_CP_OPC1_SHIFT |	\
	  (crn) << HSR_CP_CRN_SHIFT) >> HSR_CP_RT_SHIFT |		\
	 ((crm) << HSR_CP_CRM_SHIFT | HSR_CP_READ) << (32 - HSR_CP_RT_SHIFT))

#define READ_ID_MMFR3	HSR_READ(HSR_EC_CP15_32, 0, 0, 1, 7)
#define READ_MVFR0	HSR_READ(HSR_EC_CP10_ID, 7, 7, 0, 0)

	.section .kvm.hyp.text, "ax"

	.align	5
ENTRY(kvm_hyp_host_vectors)
	b	kvm_hyp_panic		@ Reset: not used
	b	kvm_hyp_panic		@ Undefined Instruction, in Hyp mode
	b	kvm_hyp_panic		@ HVC from Hyp mode
	b	kvm_hyp_panic		@ Prefetch Abort, in Hyp mode
	b	kvm_hyp_panic		@ Data Abort, in Hyp mode
	b	host_call		@ HVC
	b	kvm_hyp_panic		@ IRQ: HCR.IMO is clear
	b	kvm_hyp_panic		@ FIQ: HCR.FMO is clear
ENDPROC(kvm_hyp_host_vectors)

	.align	5
ENTRY(kvm_hyp_guest_vectors)
	b	kvm_hyp_panic		@ Reset
	b	kvm_hyp_panic		@ Undefined Instruction, in Hyp mode
	b	kvm_hyp_panic		@ HVC from Hyp mode
	b	kvm_hyp_panic		@ Prefetch Abort, in Hyp mode
	b	guest_abort		@ Data Abort, in Hyp mode or asynchronous
	b	guest_trap		@ Hyp Trap
	b	guest_irq		@ IRQ
	b	guest_irq		@ FIQ
ENDPROC(kvm_hyp_guest_vectors)

/*
 * For cores whose branch predictor a guest can train against the host: no
 * branch before it is invalidated, so count the vectors passed in SP[2:0].
 */
	.macro	hardened_vectors, name, opc2
	.align	5
ENTRY(\name)
	.rept	7
	add	sp, sp, #1
	.endr
	nop
	mcr	p15, 0, r0, c7, c5, \opc2
	isb
	b	count_to_vector
ENDPROC(\name)
	.endm

	hardened_vectors kvm_hyp_guest_vectors_iciallu, 0
	hardened_vectors kvm_hyp_guest_vectors_bpiall, 6

count_to_vector:
	mcr	p15, 4, r0, c13, c0, 2	@ HTPIDR: not used otherwise
	and	r0, sp, #7
	bic	sp, sp, #7
	add	pc, pc, r0, lsl #3
	nop
	.irp	target, guest_irq, guest_irq, guest_trap, guest_abort
	mrc	p15, 4, r0, c13, c0, 2
	b	\target
	.endr
	b	kvm_hyp_panic		@ Prefetch Abort and up: all of them fatal
	.rept	7
	b	kvm_hyp_panic
	.endr

/*
 * The host asks for the code at r0. The small numbers of the stub's interface
 * are for when the stub is there: KVM gives Hyp mode back first.
 */
host_call:
	cmp	r0, #HVC_SOFT_RESTART
	bxhi	r0
	ldr	r0, =HVC_STUB_ERR
	eret

guest_trap:
	push	{r0-r2}
	mrc	p15, 4, r1, c5, c2, 0	@ HSR
	ldr	r0, [sp, #12 + FRAME_CTX]
	cmp	r1, #HSR_EC_HVC << HSR_EC_SHIFT
	blo	guest_coprocessor
1:	str	r1, [r0, #CTX_HSR]
	cmp	r1, #HSR_EC_PABT << HSR_EC_SHIFT
	bhs	guest_fault
	mov	r1, #KVM_ARM_EXIT_TRAP
	b	kvm_hyp_switch_to_host

guest_irq:
	push	{r0-r2}
	ldr	r0, [sp, #12 + FRAME_CTX]
	mov	r1, #KVM_ARM_EXIT_IRQ
	b	kvm_hyp_switch_to_host

guest_abort:
	push	{r0-r2}
	mrs	r0, SPSR
	and	r0, r0, #MODE_MASK
	cmp	r0, #HYP_MODE
	beq	kvm_hyp_panic
	ldr	r0, [sp, #12 + FRAME_CTX]
	mov	r1, #KVM_ARM_EXIT_ABORT
	b	kvm_hyp_switch_to_host

	.macro	answer_read, read, offset
	ldr	r2, =\read
	eor	r2, r2, r1, ror #HSR_CP_RT_SHIFT
	cmp	r2, #8			@ below: it differs in no more than Rt, r0-r7
	ldrlo	r1, [r0, #\offset]
	blo	read_id
	.endm

/*
 * WFI and accesses to coprocessors. Linux reads ID_MMFR3 with each TLB maintenance,
 * MVFR0 with each exchange of the VFP registers: to r0-r7, as r8-r12 are others in
 * FIQ mode. r0: context, r1: HSR
 */
guest_coprocessor:
	answer_read READ_ID_MMFR3, CTX_ID_MMFR3
	answer_read READ_MVFR0, CTX_MVFR0
2:	lsr	r2, r1, #HSR_EC_SHIFT
	cmp	r2, #HSR_EC_CP_0_13
	bne	1b
	b	kvm_hyp_vfp_first_use

/* r1: the answer, r2: number of Rt */
read_id:
	mrs	r0, SPSR
	tst	r0, #PSR_T_BIT		@ an IT block may have to advance
	ldrne	r0, [sp, #12 + FRAME_CTX]
	mrcne	p15, 4, r1, c5, c2, 0	@ HSR
	bne	2b
	mrs	r0, ELR_hyp
	add	r0, r0, #4
	msr	ELR_hyp, r0
	add	pc, pc, r2, lsl #4	@ to one of 8 times four instructions
	nop
	.irp	rt, 0, 1, 2
	str	r1, [sp, #\rt * 4]
	pop	{r0-r2}
	eret
	nop
	.endr
	.irp	rt, 3, 4, 5, 6, 7
	mov	r\rt, r1
	pop	{r0-r2}
	eret
	nop
	.endr

/* r0: context, r1: HSR */
guest_fault:
	cmp	r1, #HSR_EC_DABT << HSR_EC_SHIFT
	mrclo	p15, 4, r2, c6, c0, 2	@ HIFAR
	mrchs	p15, 4, r2, c6, c0, 0	@ HDFAR
	str	r2, [r0, #CTX_HXFAR]
	mrc	p15, 4, r2, c6, c0, 4	@ HPFAR
	str	r2, [r0, #CTX_HPFAR]
	and	r2, r1, #FSC_TYPE_MASK
	cmp	r2, #FSC_PERMISSION
	tsteq	r1, #HSR_ABT_S1PTW
	mov	r1, #KVM_ARM_EXIT_TRAP
	bne	kvm_hyp_switch_to_host
	/*
	 * A permission fault leaves HPFAR UNKNOWN, but for a table walk
	 * (DDI 0406C, B3.13.5): translate the address again.
	 */
	push	{r3, r12, lr}
	bl	kvm_hyp_walk_stage1
	mov	r1, r0
	pop	{r3, r12, lr}
	ldr	r0, [sp, #12 + FRAME_CTX]
	b	kvm_hyp_switch_to_host

	.ltorg
