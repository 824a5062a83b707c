/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFP and Advanced SIMD, lazily: the guest's registers come in when it first
 * uses them after an entry, without a switch to the host, whose own are in
 * memory while a vCPU is loaded. They go out before the host enables IRQs.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>
#include <asm/vfp.h>
#include "hyp.h"

	.arch_extension virt
	.fpu	neon

#define HCPTR_VFP	(HCPTR_TCP10 | HCPTR_TCP11)

	/* Z is set if there are d16-d31 */
	.macro	test_d32, tmp
	vmrs	\tmp, mvfr0
	and	\tmp, \tmp, #MVFR0_A_SIMD_MASK
	cmp	\tmp, #2
	.endm

	.section .kvm.hyp.text, "ax"

/* From guest_trap; r0: context, r1: HSR, r0-r2 of the guest on the stack */
ENTRY(kvm_hyp_vfp_first_use)
	ldr	r2, [r0, #CTX_VFP_LOADED]
	cmp	r2, #0
	movne	r2, r1			@ another coprocessor: to the highvisor
	strne	r2, [r0, #CTX_HSR]
	movne	r1, #KVM_ARM_EXIT_TRAP
	bne	kvm_hyp_switch_to_host

	ldr	r1, [r0, #CTX_HCPTR]
	bic	r1, r1, #HCPTR_VFP
	str	r1, [r0, #CTX_HCPTR]
	mcr	p15, 4, r1, c1, c1, 2	@ HCPTR
	isb
	mov	r1, #1
	str	r1, [r0, #CTX_VFP_LOADED]

	mov	r1, #FPEXC_EN
	vmsr	fpexc, r1
	add	r2, r0, #CTX_VFP
	vldm	r2!, {d0-d15}
	test_d32 r1
	vldmeq	r2!, {d16-d31}
	addne	r2, r2, #16 * 8
	ldr	r1, [r2, #4]
	vmsr	fpscr, r1
	ldr	r1, [r2]
	tst	r1, #FPEXC_EX
	beq	1f
	ldr	r0, [r2, #8]
	vmsr	fpinst, r0
	ldr	r0, [r2, #12]
	vmsr	fpinst2, r0
1:	vmsr	fpexc, r1
	pop	{r0-r2}
	eret
ENDPROC(kvm_hyp_vfp_first_use)

	.text

/* void kvm_vfp_put(struct kvm_guest_ctx *ctx), in SVC mode with IRQs off */
ENTRY(kvm_vfp_put)
	vmrs	r1, fpexc
	orr	r2, r1, #FPEXC_EN
	vmsr	fpexc, r2
	add	r2, r0, #CTX_VFP
	vstm	r2!, {d0-d15}
	test_d32 r3
	vstmeq	r2!, {d16-d31}
	addne	r2, r2, #16 * 8
	str	r1, [r2]
	vmrs	r3, fpscr
	str	r3, [r2, #4]
	tst	r1, #FPEXC_EX
	beq	1f
	vmrs	r3, fpinst
	str	r3, [r2, #8]
	vmrs	r3, fpinst2
	str	r3, [r2, #12]
1:	mov	r1, #0			@ as the host left it: its next use traps
	vmsr	fpexc, r1
	str	r1, [r0, #CTX_VFP_LOADED]
	ldr	r1, [r0, #CTX_HCPTR]
	orr	r1, r1, #HCPTR_VFP
	str	r1, [r0, #CTX_HCPTR]
	bx	lr
ENDPROC(kvm_vfp_put)
