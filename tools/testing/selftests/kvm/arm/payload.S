/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's image, as a part of the test program */
	.section .rodata
	.align	3
	.global	payload_start
payload_start:
	.incbin	PAYLOAD
	.global	payload_end
payload_end:

	.section .note.GNU-stack, "", %progbits
