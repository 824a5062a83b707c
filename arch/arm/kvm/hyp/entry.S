/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world switch: into the guest and back (paper, section 3.2; DDI 0406C,
 * B1.3, B9.3). In Hyp mode SP points at this CPU's struct kvm_host_ctx, the
 * stack grows down from there, and LR is LR_usr.
 *
 * The host needs neither SP_usr, LR_usr nor the LR and SPSR of its exception
 * modes while it is in the kernel, so they are not switched for it.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/hyp.h>
#include <asm/page.h>
#include <asm/ptrace.h>
#include "hyp.h"

	.arch_extension virt

	/* r2-r12 to and from struct kvm_guest_cp15, first group */
	.macro	write_cp15
	mcr	p15, 0, r2, c1, c0, 0	@ SCTLR
	mcr	p15, 0, r3, c2, c0, 2	@ TTBCR
	mcrr	p15, 0, r4, r5, c2	@ TTBR0
	mcrr	p15, 1, r6, r7, c2	@ TTBR1
	mcr	p15, 0, r8, c10, c2, 0	@ PRRR, MAIR0
	mcr	p15, 0, r9, c10, c2, 1	@ NMRR, MAIR1
	mcr	p15, 0, r10, c12, c0, 0	@ VBAR
	mcr	p15, 0, r11, c13, c0, 3	@ TPIDRURO
	mcr	p15, 0, r12, c13, c0, 4	@ TPIDRPRW
	.endm

	.macro	read_cp15
	mrc	p15, 0, r2, c1, c0, 0	@ SCTLR
	mrc	p15, 0, r3, c2, c0, 2	@ TTBCR
	mrrc	p15, 0, r4, r5, c2	@ TTBR0
	mrrc	p15, 1, r6, r7, c2	@ TTBR1
	mrc	p15, 0, r8, c10, c2, 0	@ PRRR, MAIR0
	mrc	p15, 0, r9, c10, c2, 1	@ NMRR, MAIR1
	mrc	p15, 0, r10, c12, c0, 0	@ VBAR
	mrc	p15, 0, r11, c13, c0, 3	@ TPIDRURO
	mrc	p15, 0, r12, c13, c0, 4	@ TPIDRPRW
	.endm

	/* SP at the frame: all that the host needs back; SP at struct kvm_host_ctx */
	.macro	restore_host
	pop	{r1-r4}
	msr	ELR_hyp, r2
	msr	SPSR_cxsf, r3
	msr	SP_svc, r4
	ldm	sp, {r2-r12}
	write_cp15
	add	r0, sp, #HOST_HDCR
	ldm	r0!, {r1-r11}
	mcr	p15, 4, r1, c1, c1, 1	@ HDCR
	mcr	p15, 4, r2, c0, c0, 0	@ VPIDR
	mcr	p15, 4, r3, c0, c0, 5	@ VMPIDR
	mcr	p15, 4, r4, c14, c1, 0	@ CNTHCTL
	mcr	p15, 4, r5, c12, c0, 0	@ HVBAR
	msr	SP_abt, r7
	msr	SP_und, r8
	msr	SP_irq, r9
	msr	SP_fiq, r10
	mcr	p15, 4, r11, c1, c1, 0	@ HCR
#ifdef CONFIG_FIQ
	add	r0, sp, #HOST_FIQ
	ldm	r0, {r2-r7}
	msr	R8_fiq, r2
	msr	R9_fiq, r3
	msr	R10_fiq, r4
	msr	R11_fiq, r5
	msr	R12_fiq, r6
	msr	LR_fiq, r7
#endif
	mov	r0, #0
	mcr	p15, 4, r0, c1, c1, 2	@ HCPTR
	mcr	p15, 4, r0, c1, c1, 3	@ HSTR
	mcrr	p15, 6, r0, r0, c2	@ VTTBR: VMID 0 is of the host
	.endm

	.section .kvm.hyp.text, "ax"

ENTRY(kvm_hyp_run_function)
	mov	r0, r1
	mov	r1, r2
	blx	r3
	eret
ENDPROC(kvm_hyp_run_function)

/* r1: the vCPU's struct kvm_guest_ctx */
ENTRY(kvm_hyp_switch_to_guest)
	mrs	r2, ELR_hyp
	mrs	r3, SPSR
	mrs	r4, SP_svc
	push	{r1-r4}			@ struct hyp_frame
#ifdef CONFIG_FIQ
	/* A driver's FIQ handler keeps its state in these */
	add	r0, sp, #FRAME_SIZE + HOST_FIQ
	mrs	r2, R8_fiq
	mrs	r3, R9_fiq
	mrs	r4, R10_fiq
	mrs	r5, R11_fiq
	mrs	r6, R12_fiq
	mrs	r7, LR_fiq
	stm	r0, {r2-r7}
#endif

	add	r0, r1, #CTX_CP15
	ldm	r0, {r2-r12}
	write_cp15

	ldm	r1, {r2-r10}		@ struct kvm_guest_traps
	mcrr	p15, 6, r2, r3, c2	@ VTTBR
	mcr	p15, 4, r4, c1, c1, 0	@ HCR
	mcr	p15, 4, r5, c1, c1, 2	@ HCPTR
	mcr	p15, 4, r6, c1, c1, 3	@ HSTR
	mcr	p15, 4, r7, c1, c1, 1	@ HDCR
	mcr	p15, 4, r8, c0, c0, 0	@ VPIDR
	mcr	p15, 4, r9, c0, c0, 5	@ VMPIDR
	mcr	p15, 4, r10, c14, c1, 0	@ CNTHCTL

	add	r0, r1, #CTX_SVC
	ldm	r0!, {r2-r12, lr}
	msr	SP_svc, r2
	msr	LR_svc, r3
	msr	SPSR_svc, r4
	msr	SP_abt, r5
	msr	LR_abt, r6
	msr	SPSR_abt, r7
	msr	SP_und, r8
	msr	LR_und, r9
	msr	SPSR_und, r10
	msr	SP_irq, r11
	msr	LR_irq, r12
	msr	SPSR_irq, lr
	ldm	r0, {r2-r9}
	msr	R8_fiq, r2
	msr	R9_fiq, r3
	msr	R10_fiq, r4
	msr	R11_fiq, r5
	msr	R12_fiq, r6
	msr	SP_fiq, r7
	msr	LR_fiq, r8
	msr	SPSR_fiq, r9

	ldr	r2, [sp, #FRAME_SIZE + HOST_GUEST_VECTORS]
	mcr	p15, 4, r2, c12, c0, 0	@ HVBAR

	add	r0, r1, #CTX_SP
	ldm	r0, {r2, r3, r4, r5}
	msr	SP_usr, r2
	mov	lr, r3
	msr	ELR_hyp, r4
	msr	SPSR_cxsf, r5
	add	r0, r1, #CTX_R0
	clrex				@ the host may have left one open
	ldm	r0, {r0-r12}
	eret
ENDPROC(kvm_hyp_switch_to_guest)

/*
 * From the vectors, in the guest's state but for r0-r2, which are on the stack.
 * r0: the vCPU's struct kvm_guest_ctx, r1: KVM_ARM_EXIT_*
 */
ENTRY(kvm_hyp_switch_to_host)
	str	r1, [r0, #CTX_EXIT]
	add	r2, r0, #CTX_R3
	stm	r2, {r3-r12}
	pop	{r3-r5}
	stmdb	r2, {r3-r5}

	mrs	r3, SP_usr
	mov	r4, lr
	mrs	r5, ELR_hyp
	mrs	r6, SPSR
	mrc	p15, 4, r7, c1, c1, 0	@ HCR: VA clears when it is taken
	add	r2, r0, #CTX_SP
	stm	r2, {r3-r6}
	str	r7, [r0, #CTX_HCR]

	mrs	r2, SP_svc
	mrs	r3, LR_svc
	mrs	r4, SPSR_svc
	mrs	r5, SP_abt
	mrs	r6, LR_abt
	mrs	r7, SPSR_abt
	mrs	r8, SP_und
	mrs	r9, LR_und
	mrs	r10, SPSR_und
	mrs	r11, SP_irq
	mrs	r12, LR_irq
	mrs	lr, SPSR_irq
	add	r1, r0, #CTX_SVC
	stm	r1!, {r2-r12, lr}
	mrs	r2, R8_fiq
	mrs	r3, R9_fiq
	mrs	r4, R10_fiq
	mrs	r5, R11_fiq
	mrs	r6, R12_fiq
	mrs	r7, SP_fiq
	mrs	r8, LR_fiq
	mrs	r9, SPSR_fiq
	stm	r1, {r2-r9}

	read_cp15
	add	r0, r0, #CTX_CP15
	stm	r0, {r2-r12}

	restore_host
	eret
ENDPROC(kvm_hyp_switch_to_host)

/*
 * A fault in Hyp mode is a bug in the lowvisor: let the host say so. With a
 * guest's VTTBR in place, its CP15 state may be, too.
 */
ENTRY(kvm_hyp_panic)
	lsr	r0, sp, #PAGE_SHIFT	@ the stack is one page
	lsl	r0, r0, #PAGE_SHIFT
	add	sp, r0, #PAGE_SIZE
	sub	sp, sp, #HOST_SIZE
	mrs	r0, ELR_hyp
	mrc	p15, 4, r1, c5, c2, 0	@ HSR
	mrc	p15, 4, r2, c6, c0, 0	@ HDFAR
	str	r0, [sp, #HOST_PANIC]
	str	r1, [sp, #HOST_PANIC + 4]
	str	r2, [sp, #HOST_PANIC + 8]
	mrrc	p15, 6, r0, r1, c2	@ VTTBR
	orrs	r0, r0, r1
	beq	1f
	sub	sp, sp, #FRAME_SIZE
	restore_host
1:	bl	kvm_hyp_restore_icc
	ldr	r0, =kvm_arm_hyp_panic
	msr	ELR_hyp, r0
	mov	r0, #PSR_A_BIT | PSR_I_BIT | PSR_F_BIT | SVC_MODE
	msr	SPSR_cxsf, r0
	add	r0, sp, #HOST_PANIC
	ldm	r0, {r0-r2}
	eret
ENDPROC(kvm_hyp_panic)

	.ltorg
