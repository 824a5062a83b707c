/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware of a board with 64-bit cores that runs a 32-bit kernel: starts it in
 * Hyp mode, as the boot loader of such a board does, and answers its PSCI calls.
 * board/run has it in flash, where the cores begin in EL3; with GICV3 for a GICv3.
 */

#define ZIMAGE		0x44000000	/* as in board/run */
#define DTB		0x48000000
#define GICD		0x08000000
#define GICC		0x08010000
#define GICR_SGI	0x080b0000	/* 128 KiB further for each CPU */
#define SECURE_GPIO	0x090b0000	/* a PL061: pin 0 is power off, pin 1 reset */
#define CPUS		0x0e000000	/* 16 bytes for each in secure memory, cleared */

/* Of a CPU: whether it is on; where it shall start; r0 there */
#define CPU_ON		0
#define CPU_ENTRY	4
#define CPU_CONTEXT	8

#define PSCI_NOT_SUPPORTED	-1
#define PSCI_INVALID		-2
#define PSCI_ALREADY_ON		-4

	.globl	_start
_start:
	adr	x0, vectors
	msr	vbar_el3, x0
	/* Non-secure, HVC is there, AArch32 below */
	mov	x0, #0x131
	msr	scr_el3, x0
	msr	cptr_el3, xzr

	/* All interrupts are the kernel's, and it may set the priority mask */
	ldr	x1, =GICD
	ldr	w2, [x1, #4]
	and	w2, w2, #31
	add	w2, w2, #1
	add	x1, x1, #0x80
	mov	w0, #-1
1:	str	w0, [x1], #4
	subs	w2, w2, #1
	b.ne	1b
#ifdef GICV3
	bl	this_cpu
	ldr	x1, =GICR_SGI
	add	x1, x1, x4, lsl #17
	mov	w0, #-1
	str	w0, [x1, #0x80]
	mov	x0, #0xf
	msr	S3_6_C12_C12_5, x0	/* ICC_SRE_EL3: system registers, for others, too */
	isb
#else
	ldr	x1, =GICC
	mov	w0, #0xff
	str	w0, [x1, #4]
#endif

	bl	this_cpu
	tst	x0, #0xff
	b.ne	off
	mov	w0, #1
	str	w0, [x3, #CPU_ON]
	mov	w0, #0
	mov	w1, #-1
	ldr	w2, =DTB
	ldr	w3, =ZIMAGE
	b	enter

/* x0: MPIDR; x3: what is kept of this CPU */
this_cpu:
	mrs	x0, mpidr_el1
	ldr	x3, =CPUS
	and	x4, x0, #0xff
	add	x3, x3, x4, lsl #4
	ret

off:	bl	this_cpu
	str	wzr, [x3, #CPU_ON]
1:	wfe
	ldr	w1, [x3, #CPU_ENTRY]
	cbz	w1, 1b
	str	wzr, [x3, #CPU_ENTRY]
	ldr	w0, [x3, #CPU_CONTEXT]
	mov	w3, w1
	/* As a CPU is that had no power: nothing of before is left */
enter:	ldr	x4, =0x30c50878
	msr	sctlr_el2, x4
	ldr	x4, =0x00c50878
	msr	sctlr_el1, x4
	mov	x4, #0x33ff
	msr	cptr_el2, x4
	mrs	x4, midr_el1
	msr	vpidr_el2, x4
	mrs	x4, mpidr_el1
	msr	vmpidr_el2, x4
	mrs	x4, pmcr_el0
	ubfx	x4, x4, #11, #5		/* HDCR.HPMN: all counters are the kernel's */
	msr	mdcr_el2, x4
	msr	hcr_el2, xzr
	msr	vbar_el2, xzr
	msr	ttbr0_el2, xzr
	msr	tcr_el2, xzr
	msr	mair_el2, xzr
	msr	vttbr_el2, xzr
	msr	vtcr_el2, xzr
	tlbi	alle2
	msr	elr_el3, x3
	mov	x3, #0x1da		/* Hyp mode; aborts and interrupts masked */
	msr	spsr_el3, x3
	eret

	.balign	2048
vectors:
	.rept	12
	b	.
	.balign	128
	.endr
	/* Synchronous, from AArch32: SMC. r4 and above are the caller's */
	msr	tpidr_el3, x4
	mrs	x4, esr_el3
	lsr	w4, w4, #26
	cmp	w4, #0x13
	b.ne	.
	b	psci
	.balign	128
	.rept	3
	b	.
	.balign	128
	.endr

psci:	ldr	w4, =0x84000000
	sub	w4, w0, w4
	cmp	w4, #14
	b.hi	not_supported
	adr	x0, 1f
	add	x4, x0, w4, uxtw #2
	br	x4
1:	b	version
	b	cpu_suspend
	b	off
	b	cpu_on
	b	affinity_info
	b	not_supported		/* MIGRATE */
	b	migrate_info_type
	b	not_supported		/* MIGRATE_INFO_UP_CPU */
	b	system_off
	b	system_reset
	b	features
	b	not_supported		/* CPU_FREEZE */
	b	not_supported		/* CPU_DEFAULT_SUSPEND */
	b	not_supported		/* NODE_HW_STATE */
	b	system_suspend

features:
	ldr	w4, =0x84000000
	sub	w4, w1, w4
	cmp	w4, #14
	b.hi	not_supported
	mov	w0, #0x475f		/* a bit for each of the above */
	lsr	w0, w0, w4
	tbz	w0, #0, not_supported
success:
	mov	w0, #0
return:	mrs	x4, tpidr_el3
	eret

not_supported:
	mov	w0, #PSCI_NOT_SUPPORTED
	b	return
version:
	mov	w0, #0x10000
	b	return
migrate_info_type:
	mov	w0, #2			/* nothing to migrate */
	b	return
cpu_suspend:
	wfi
	b	success

affinity_info:
	cmp	w1, #8
	b.hs	invalid
	ldr	w4, =CPUS
	add	w4, w4, w1, lsl #4
	ldr	w0, [x4, #CPU_ON]
	eor	w0, w0, #1
	b	return

cpu_on:	cmp	w1, #8
	b.hs	invalid
	ldr	w4, =CPUS
	add	w4, w4, w1, lsl #4
	ldr	w0, [x4, #CPU_ON]
	cbnz	w0, already_on
	mov	w0, #1
	str	w0, [x4, #CPU_ON]
	str	w3, [x4, #CPU_CONTEXT]
	dmb	sy
	str	w2, [x4, #CPU_ENTRY]
	dsb	sy
	sev
	b	success
invalid:
	mov	w0, #PSCI_INVALID
	b	return
already_on:
	mov	w0, #PSCI_ALREADY_ON
	b	return

	/* An interrupt wakes the board, with everything lost but its memory */
system_suspend:
	dsb	sy
	wfi
	mov	w3, w1
	mov	w0, w2
	b	enter

system_off:
	mov	w1, #1
	b	1f
system_reset:
	mov	w1, #2
1:	ldr	x0, =SECURE_GPIO
	str	w1, [x0, #0x400]	/* an output */
	str	w1, [x0, #0x3fc]
	wfi
	b	.
