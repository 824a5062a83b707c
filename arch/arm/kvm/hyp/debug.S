/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way into a guest that has breakpoints, user space's or its own, and back:
 * ctx->switch_to is this, not kvm_hyp_switch_to_guest: no other guest pays for it.
 *
 * Breakpoints and watchpoints match virtual addresses, whosever they are. Those
 * that are set match in PL1 and PL0 alone (DDI 0406C, C3.3, C3.4), so the guest's
 * and the host's are exchanged here in Hyp mode, where neither can do harm.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/kvm/trap_bits.h>

	.arch_extension virt

	/* The first r1 pairs at r0; r0-r5 change */
	.macro	exchange, value, control
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	subs	r1, r1, #1
	bmi	1f
	ldm	r0, {r2, r3}
	mrc	p14, 0, r4, c0, c\n, \value
	mrc	p14, 0, r5, c0, c\n, \control
	mcr	p14, 0, r2, c0, c\n, \value
	mcr	p14, 0, r3, c0, c\n, \control
	stm	r0!, {r4, r5}
	.endr
1:
	.endm

	.section .kvm.hyp.text, "ax"

/*
 * r7: the vCPU's struct kvm_guest_ctx. Where the host could not switch monitor
 * debug-mode on, the registers may be UNDEFINED, and neither has breakpoints.
 */
exchange_all:
	mrc	p14, 0, r6, c0, c1, 0	@ DBGDSCRint
	tst	r6, #DBGDSCR_MDBGEN
	bxeq	lr
	mrc	p14, 0, r6, c0, c0, 0	@ DBGDIDR: their numbers, less 1
	add	r0, r7, #CTX_BREAKPOINTS
	ubfx	r1, r6, #24, #4
	add	r1, r1, #1
	exchange 4, 5			@ DBGBVR, DBGBCR
	add	r0, r7, #CTX_WATCHPOINTS
	lsr	r1, r6, #28
	add	r1, r1, #1
	exchange 6, 7			@ DBGWVR, DBGWCR
	bx	lr

/*
 * r1: the vCPU's struct kvm_guest_ctx. What kvm_hyp_switch_to_host will take for
 * the host is the second half of this, still in Hyp mode.
 */
ENTRY(kvm_hyp_switch_to_debugged)
	mov	r7, r1
	mrs	r2, ELR_hyp
	mrs	r3, SPSR
	add	r0, sp, #HOST_DEBUG
	stm	r0, {r1-r3}
	bl	exchange_all
	adr	r0, debugged_to_host
	msr	ELR_hyp, r0
	mrs	r0, CPSR
	msr	SPSR_cxsf, r0
	mov	r1, r7
	b	kvm_hyp_switch_to_guest
ENDPROC(kvm_hyp_switch_to_debugged)

debugged_to_host:
	ldr	r7, [sp, #HOST_DEBUG]
	bl	exchange_all
	ldr	r0, [sp, #HOST_DEBUG + 4]
	ldr	r1, [sp, #HOST_DEBUG + 8]
	msr	ELR_hyp, r0
	msr	SPSR_cxsf, r1
	eret
