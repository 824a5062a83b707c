/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Start of a payload: stacks, vectors, then C. Runs with the MMU off.
 */
#include "platform.h"

	.arch	armv7ve
	.arm

	.section .text.start, "ax"
	.global	_start
_start:
	b	boot
	.word	IMAGE_MAGIC
	.word	__tests_start
	.word	__tests_end

boot:
	ldr	r1, =__bss_start
	ldr	r2, =__bss_end
	mov	r3, #0
1:	cmp	r1, r2
	strlo	r3, [r1], #4
	blo	1b
	mov	r0, #0
	bl	setup
	b	guest_main

	/* PSCI CPU_ON starts the others here, with their number in r0 */
	.global	secondary_start
secondary_start:
	bl	setup
	b	guest_secondary

	/* 16 KiB of stacks for each CPU: SVC 4, SYS 4, ABT, UND, IRQ, FIQ 2 each */
setup:
	ldr	r1, =stacks
	add	r1, r1, r0, lsl #14
	mov	r3, lr
	cpsid	aif, #0x11
	add	sp, r1, #0x0800
	cps	#0x12
	add	sp, r1, #0x1000
	cps	#0x1b
	add	sp, r1, #0x1800
	cps	#0x17
	add	sp, r1, #0x2000
	cps	#0x1f
	add	sp, r1, #0x3000
	cps	#0x13
	add	sp, r1, #0x4000
	ldr	r1, =vectors
	mcr	p15, 0, r1, c12, c0, 0	@ VBAR
	mcr	p15, 0, r0, c13, c0, 4	@ TPIDRPRW: number of this CPU
	isb
	bx	r3

	.align	5
	.global	vectors
vectors:
	b	.
	b	vec_undef
	b	vec_svc
	b	vec_pabt
	b	vec_dabt
	b	.
	b	vec_irq
	b	vec_fiq

	/* Builds struct frame on the stack of the exception's own mode */
	.macro	vector name, type, mode
\name:
	srsdb	sp!, #\mode
	push	{r0-r3, r12, lr}
	mov	r0, sp
	mov	r1, #\type
	bl	exception
	pop	{r0-r3, r12, lr}
	rfeia	sp!
	.endm

	vector	vec_undef, 1, 0x1b
	vector	vec_svc, 2, 0x13
	vector	vec_pabt, 3, 0x17
	vector	vec_dabt, 4, 0x17
	vector	vec_irq, 6, 0x12
	vector	vec_fiq, 7, 0x11

	/*
	 * void run_in_mode(u32 mode, void (*fn)(void)): from SVC mode, and back
	 * to it. From User mode the way back is SVC, see exception().
	 */
	.global	run_in_mode
run_in_mode:
	push	{r4, r5, r6, lr}
	mrs	r4, cpsr
	mov	r5, r1
	bic	r2, r4, #0x1f
	orr	r2, r2, r0
	mov	r6, r0
	msr	cpsr_c, r2
	blx	r5
	cmp	r6, #0x10
	svceq	#0
	msr	cpsr_c, r4
	pop	{r4, r5, r6, pc}

	/* u64 exec_insn(u32 insn, u32 r0, u32 r1): runs one instruction, gives r0 and r1 */
	.global	exec_insn
exec_insn:
	ldr	r3, =insn_buffer
	str	r0, [r3]
	dsb
	mcr	p15, 0, r3, c7, c11, 1	@ DCCMVAU
	dsb
	mcr	p15, 0, r3, c7, c5, 1	@ ICIMVAU
	mcr	p15, 0, r3, c7, c5, 7	@ BPIMVA
	dsb
	isb
	mov	r0, r1
	mov	r1, r2
	bx	r3

	.align	6
	.global	insn_buffer
insn_buffer:
	nop
	bx	lr
	.align	6

	.section .noinit, "aw", %nobits
	.align	14
stacks:
	.space	MAX_CPUS << 14
