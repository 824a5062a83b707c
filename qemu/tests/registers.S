/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest of -M virt that gives every register it can, and some of the GIC's, a
 * value of its own, says "ready" on the UART, waits for a character, and then says
 * "kept" or which register is another, for ever. Runs with the MMU off, needs no
 * memory.
 */
	.arch armv7ve
	.fpu neon-vfpv4
	.arm

#define UART		0x09000000
#define GICD		0x08000000
#define GICC		0x08010000
#define UART_DR		0x00
#define UART_FR		0x18
#define FR_RXFE		(1 << 4)
#define FR_TXFF		(1 << 5)

#define MODE_FIQ	0x11
#define MODE_IRQ	0x12
#define MODE_SVC	0x13
#define MODE_ABT	0x17
#define MODE_UND	0x1b
#define MODE_SYS	0x1f

#define GENERAL(n)	(0x11110000 + (n))
#define BANKED(mode, n)	(0x22000000 + ((mode) << 16) + (n))
#define SAVED(mode)	(0xa00001c0 + (mode))
#define VFP_LOW(n)	(0x33330000 + (n))
#define VFP_HIGH(n)	(0x44440000 + (n))
/* Flags, saturation, flush to zero, rounding towards zero */
#define FPSCR_VALUE	0xa9c00000

/* To @label on a host that has no debug registers for guests: ID_DFR0.CopDbg */
	.macro unless_debug label
	mrc	p15, 0, r0, c0, c1, 2
	tst	r0, #0xf
	beq	\label
	.endm

/* name, coprocessor, op1, CRn, CRm, op2, value */
	.macro for_each_cp do
	\do	'C', p15, 2, c0, c0, 0, 0x00000002	@ CSSELR
	\do	'D', p15, 0, c3, c0, 0, 0x55550001	@ DACR
	\do	'T', p15, 0, c2, c0, 0, 0x55540000	@ TTBR0
	\do	't', p15, 0, c2, c0, 1, 0x55534000	@ TTBR1
	\do	'S', p15, 0, c5, c0, 0, 0x00000805	@ DFSR
	\do	's', p15, 0, c5, c0, 1, 0x00000005	@ IFSR
	\do	'A', p15, 0, c6, c0, 0, 0x55550002	@ DFAR
	\do	'a', p15, 0, c6, c0, 2, 0x55550003	@ IFAR
	\do	'M', p15, 0, c10, c2, 0, 0x44040444	@ MAIR0, PRRR
	\do	'm', p15, 0, c10, c2, 1, 0x44044404	@ MAIR1, NMRR
	\do	'V', p15, 0, c12, c0, 0, 0x55551000	@ VBAR
	\do	'I', p15, 0, c13, c0, 1, 0x55550004	@ CONTEXTIDR
	\do	'W', p15, 0, c13, c0, 2, 0x55550005	@ TPIDRURW
	\do	'O', p15, 0, c13, c0, 3, 0x55550006	@ TPIDRURO
	\do	'P', p15, 0, c13, c0, 4, 0x55550007	@ TPIDRPRW
	\do	'K', p15, 0, c14, c1, 0, 0x00000003	@ CNTKCTL
	.endm

/* The same; nothing is enabled */
	.macro for_each_debug do
	\do	'0', p14, 0, c0, c2, 2, 0x00008004	@ DBGDSCR
	\do	'1', p14, 0, c0, c0, 4, 0x55556000	@ DBGBVR0
	\do	'2', p14, 0, c0, c1, 4, 0x55556004	@ DBGBVR1
	\do	'3', p14, 0, c0, c1, 5, 0x00f301e6	@ DBGBCR1
	\do	'4', p14, 0, c0, c1, 6, 0x55557000	@ DBGWVR1
	\do	'5', p14, 0, c0, c1, 7, 0x00151ffe	@ DBGWCR1
	.endm

	.macro cp_set name, cp, op1, crn, crm, op2, value
	ldr	r0, =\value
	mcr	\cp, \op1, r0, \crn, \crm, \op2
	.endm

	.macro cp_check name, cp, op1, crn, crm, op2, value
	mrc	\cp, \op1, r0, \crn, \crm, \op2
	ldr	r1, =\value
	cmp	r0, r1
	movne	r0, #\name
	bne	changed
	.endm

/* name, address, value: nothing is enabled, so that no interrupt comes */
	.macro for_each_gic do
	\do	'G', GICD + 0x080, 0x00f00000		@ GICD_IGROUPR0, of a CPU
	\do	'g', GICD + 0x084, 0x77770002		@ GICD_IGROUPR1
	\do	'p', GICD + 0x204, 0x77770004		@ GICD_ISPENDR1
	\do	'q', GICD + 0x424, 0x10203040		@ GICD_IPRIORITYR9
	\do	'j', GICD + 0x824, 0x03020103		@ GICD_ITARGETSR9
	\do	'e', GICD + 0xc08, 0x80008008		@ GICD_ICFGR2
	\do	'k', GICC + 0x004, 0x000000a8		@ GICC_PMR
	\do	'l', GICC + 0x008, 0x00000005		@ GICC_BPR
	\do	'n', GICC + 0x01c, 0x00000006		@ GICC_ABPR
	.endm

	.macro gic_set name, address, value
	ldr	r1, =\address
	ldr	r0, =\value
	str	r0, [r1]
	.endm

	.macro gic_check name, address, value
	ldr	r1, =\address
	ldr	r0, [r1]
	check	r0, \value, \name
	.endm

	.macro set reg, value
	ldr	\reg, =\value
	.endm

	/* Two registers are at hand, of which @reg may be neither */
	.macro check reg, value, name, tmp = r1
	ldr	\tmp, =\value
	cmp	\reg, \tmp
	movne	r0, #\name
	bne	changed
	.endm

	.macro for_each_mode do
	\do	MODE_IRQ, 'i'
	\do	MODE_ABT, 'b'
	\do	MODE_UND, 'u'
	\do	MODE_FIQ, 'f'
	\do	MODE_SVC, 'v'
	.endm

	.macro mode_set mode, name
	cps	#\mode
	set	sp, BANKED(\mode, 13)
	set	lr, BANKED(\mode, 14)
	ldr	r0, =SAVED(\mode)
	msr	spsr_cxsf, r0
	.endm

	.macro mode_check mode, name
	cps	#\mode
	check	sp, BANKED(\mode, 13), \name
	check	lr, BANKED(\mode, 14), \name
	mrs	r0, spsr
	check	r0, SAVED(\mode), \name
	.endm

	.text
	.globl	_start
_start:
	cpsid	aif, #MODE_SVC
	mrc	p15, 0, r0, c1, c0, 2
	orr	r0, r0, #(0xf << 20)		@ CPACR: VFP and NEON for all
	mcr	p15, 0, r0, c1, c0, 2
	isb
	mov	r0, #(1 << 30)			@ FPEXC.EN
	vmsr	fpexc, r0

	gic_check 'R', GICD + 0x080, 0		@ a reset puts all into group 0
	gic_check 'R', GICD + 0x084, 0
	for_each_gic gic_set
	for_each_cp cp_set
	unless_debug no_debug_set
	for_each_debug cp_set
no_debug_set:
	set	r0, 0x66660001			@ CNTV_CVAL
	set	r1, 0x66660002
	mcrr	p15, 3, r0, r1, c14

	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	set	r0, VFP_LOW(\n)
	set	r1, VFP_HIGH(\n)
	vmov	d\n, r0, r1
	.endr
	set	r0, FPSCR_VALUE
	vmsr	fpscr, r0

	for_each_mode mode_set
	cps	#MODE_SYS
	set	sp, BANKED(MODE_SYS, 13)
	set	lr, BANKED(MODE_SYS, 14)
	.irp	n, 2,3,4,5,6,7,8,9,10,11,12
	set	r\n, GENERAL(\n)
	.endr
	cps	#MODE_FIQ
	.irp	n, 8,9,10,11,12
	set	r\n, BANKED(MODE_FIQ, \n)
	.endr
	cps	#MODE_SVC
	b	say_ready

wait:
	ldr	r0, =UART
1:	ldr	r1, [r0, #UART_FR]
	tst	r1, #FR_RXFE
	bne	1b
	ldr	r1, [r0, #UART_DR]

	.irp	n, 2,3,4,5,6,7,8,9,10,11,12
	check	r\n, GENERAL(\n), 'r'
	.endr
	for_each_mode mode_check
	cps	#MODE_SYS
	check	sp, BANKED(MODE_SYS, 13), 'y'
	check	lr, BANKED(MODE_SYS, 14), 'y'
	cps	#MODE_FIQ
	.irp	n, 8,9,10,11,12
	check	r\n, BANKED(MODE_FIQ, \n), 'F'
	.endr
	cps	#MODE_SVC

	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	vmov	r0, r1, d\n
	/* SVC mode's sp serves here, and gets its value back */
	check	r0, VFP_LOW(\n), 'd', sp
	check	r1, VFP_HIGH(\n), 'd', sp
	.endr
	set	sp, BANKED(MODE_SVC, 13)
	vmrs	r0, fpscr
	check	r0, FPSCR_VALUE, 'x'
	for_each_cp cp_check
	unless_debug no_debug_check
	for_each_debug cp_check
no_debug_check:
	for_each_gic gic_check
	mrrc	p15, 3, r0, r1, c14
	check	r0, 0x66660001, 'c', sp
	check	r1, 0x66660002, 'c', sp
	set	sp, BANKED(MODE_SVC, 13)

	.macro say c
	ldr	r0, =UART
1:	ldr	r1, [r0, #UART_FR]
	tst	r1, #FR_TXFF
	bne	1b
	mov	r1, #\c
	str	r1, [r0, #UART_DR]
	.endm

	say	'k'
	say	'e'
	say	'p'
	say	't'
	say	'\n'
	b	wait

say_ready:
	say	'r'
	say	'e'
	say	'a'
	say	'd'
	say	'y'
	say	'\n'
	b	wait

	/* r0: the register's letter */
changed:
	mov	r2, r0
	say	'l'
	say	'o'
	say	's'
	say	't'
	say	' '
	ldr	r0, =UART
	str	r2, [r0, #UART_DR]
	say	'\n'
	b	.
	.ltorg
