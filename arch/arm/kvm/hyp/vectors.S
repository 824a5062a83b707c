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

/* HSR of MRC<AL> p15, 0, r0, c0, c1, 7, rotated so that Rt comes first */
#define READ_ID_MMFR3							\
	((HSR_EC_CP15_32 << HSR_EC_SHIFT | HSR_IL | HSR_CV |		\
	  0xe << HSR_COND_SHIFT | 7 << HSR_CP_OPC2_SHIFT) >> HSR_CP_RT_SHIFT | \
	 (1 << HSR_CP_CRM_SHIFT | HSR_CP_READ) << (32 - HSR_CP_RT_SHIFT))

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
	lsr	r2, r1, #HSR_EC_SHIFT
	cmp	r2, #HSR_EC_HVC
	blo	guest_coprocessor
	str	r1, [r0, #CTX_HSR]
	cmp	r2, #HSR_EC_PABT
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

/*
 * WFI, and accesses to coprocessors: two of them are answered here.
 * r0: context, r1: HSR, r2: its EC
 */
guest_coprocessor:
	ldr	r2, =READ_ID_MMFR3
	eor	r2, r2, r1, ror #HSR_CP_RT_SHIFT
	cmp	r2, #13			@ below: it differs in no more than Rt, r0-r12
	blo	read_id_mmfr3
	lsr	r2, r1, #HSR_EC_SHIFT
	cmp	r2, #HSR_EC_CP_0_13
	beq	kvm_hyp_vfp_first_use
1:	str	r1, [r0, #CTX_HSR]
	mov	r1, #KVM_ARM_EXIT_TRAP
	b	kvm_hyp_switch_to_host

/*
 * Linux asks before each TLB maintenance operation whether it is broadcast.
 * r0: context, r2: number of Rt
 */
read_id_mmfr3:
	mrs	r1, SPSR
	tst	r1, #PSR_IT_MASK & 0xff000000
	tsteq	r1, #PSR_IT_MASK & 0x0000ff00
	mrcne	p15, 4, r1, c5, c2, 0	@ HSR: in an IT block there is more to do
	bne	1b
	mrs	r1, ELR_hyp
	add	r1, r1, #4
	msr	ELR_hyp, r1
	ldr	r1, [r0, #CTX_ID_MMFR3]
	add	pc, pc, r2, lsl #4
	nop
	.irp	rt, 0, 1, 2
	str	r1, [sp, #\rt * 4]
	pop	{r0-r2}
	eret
	nop
	.endr
	.irp	rt, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
	mov	r\rt, r1
	pop	{r0-r2}
	eret
	nop
	.endr

/* r0: context, r1: HSR, r2: its EC */
guest_fault:
	cmp	r2, #HSR_EC_DABT
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
