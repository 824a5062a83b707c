/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Xen wants at the start of a guest's kernel: the header of a zImage, whose
 * start field says where to load it. start.S comes right behind it.
 */
	.arch	armv7ve
	.arm

	.section .text.start, "ax"
	.rept	8
	nop
	.endr
	b	1f
	.word	0x016f2818
	.word	GUEST_BASE
	.word	__bss_start
1:
