/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFP and Advanced SIMD, lazily: the guest's registers come in when it first
 * uses them after an entry, without a switch to the host, whose own are in
 * memory while a vCPU is loaded. They go out before the host enables IRQs:
 * vcpu_vfp.S.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>
#include <asm/vfp.h>

	.arch_extension virt
	.fpu	neon

	.section .kvm.hyp.text, "ax"

/* From guest_trap; r0: context, r1: HSR, r0-r2 of the guest on the stack */
ENTRY(kvm_hyp_vfp_first_use)
	ldr	r2, [r0, #CTX_VFP_LOADED]
	cmp	r2, #0
	strne	r1, [r0, #CTX_HSR]	@ another coprocessor: to the highvisor
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
	vmrs	r1, mvfr0
	and	r1, r1, #MVFR0_A_SIMD_MASK
	cmp	r1, #2			@ there are d16-d31
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
