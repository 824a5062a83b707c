/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's VFP and Advanced SIMD registers go out; hyp/vfp.S has how they come in. */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/trap_bits.h>
#include <asm/vfp.h>

	.fpu	neon

	.text

/* void kvm_vfp_put(struct kvm_guest_ctx *ctx), IRQs off */
ENTRY(kvm_vfp_put)
	vmrs	r1, fpexc
	orr	r2, r1, #FPEXC_EN
	vmsr	fpexc, r2
	add	r2, r0, #CTX_VFP
	vstm	r2!, {d0-d15}
	vmrs	r3, mvfr0
	and	r3, r3, #MVFR0_A_SIMD_MASK
	cmp	r3, #2			@ there are d16-d31
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
