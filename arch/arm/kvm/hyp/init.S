/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking Hyp mode from the boot stub and giving it back (arch/arm/kernel/
 * hyp-stub.S). Both turn Hyp mode's MMU on or off, so this text is mapped at its
 * physical address, too.
 */
#include <linux/linkage.h>
#include <asm/cp15.h>
#include <asm/kvm/stage2.h>
#include <asm/page.h>
#include <asm/virt.h>

	.arch_extension virt

/* HTCR: T0SZ 0; walks inner shareable, write-back write-allocate; bits 31, 23 are one */
#define HTCR_VALUE	0x80803500
#define HSCTLR_WXN	(1 << 19)

	.section .idmap.text, "ax"

/* Hyp mode, MMU off. r12: pgd's page frame, r2: vectors, r3: stack */
ENTRY(kvm_hyp_init)
	lsl	r0, r12, #PAGE_SHIFT
	lsr	r12, r12, #32 - PAGE_SHIFT
	mcrr	p15, 4, r0, r12, c2	@ HTTBR
	ldr	r0, =HTCR_VALUE
	mcr	p15, 4, r0, c2, c0, 2	@ HTCR
	ldr	r0, =KVM_ARM_VTCR
	mcr	p15, 4, r0, c2, c1, 2	@ VTCR
	mrc	p15, 0, r0, c10, c2, 0	@ MAIR0: attributes as the kernel's
	mcr	p15, 4, r0, c10, c2, 0	@ HMAIR0
	mrc	p15, 0, r0, c10, c2, 1	@ MAIR1
	mcr	p15, 4, r0, c10, c2, 1	@ HMAIR1
	mcr	p15, 4, r0, c8, c7, 0	@ TLBIALLH
	mcr	p15, 4, r0, c8, c7, 4	@ TLBIALLNSNH
	mcr	p15, 0, r0, c7, c5, 0	@ ICIALLU
	dsb
	isb
	mcr	p15, 4, r2, c12, c0, 0	@ HVBAR
	mov	sp, r3
	mrc	p15, 4, r0, c1, c0, 0	@ HSCTLR
	ldr	r1, =CR_M | CR_C | CR_I | HSCTLR_WXN
	orr	r0, r0, r1
	mcr	p15, 4, r0, c1, c0, 0
	isb
	eret
	.ltorg
ENDPROC(kvm_hyp_init)

/* Hyp mode, at the physical address. r1: the stub's vectors */
ENTRY(kvm_hyp_reset)
	mrc	p15, 4, r0, c1, c0, 0	@ HSCTLR
	ldr	r2, =CR_M | CR_C | CR_I | HSCTLR_WXN
	bic	r0, r0, r2
	mcr	p15, 4, r0, c1, c0, 0
	isb
	mcr	p15, 4, r1, c12, c0, 0	@ HVBAR
	mcr	p15, 4, r0, c8, c7, 0	@ TLBIALLH
	dsb
	isb
	eret
	.ltorg
ENDPROC(kvm_hyp_reset)
