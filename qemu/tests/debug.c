// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest of tests/qemu-gdb: bare-metal code to be debugged, in Arm and in Thumb
 * state, that executes a BKPT of its own each time around.
 */
volatile unsigned int rounds, sum, aborts;
volatile unsigned char bytes[16] __attribute((aligned(8)));

asm("	.section .text.start, \"ax\"\n"
"	.arm\n"
"	.globl	_start\n"
"_start:	cps	#0x17\n"
"	ldr	sp, =abort_stack + 256\n"
"	cps	#0x13\n"
"	ldr	sp, =stack + 1024\n"
"	ldr	r0, =vectors\n"
"	mcr	p15, 0, r0, c12, c0, 0\n"
"	b	main\n"
"	.align	5\n"
"vectors:\n"
"	b	.\n"
"	b	.\n"
"	b	.\n"
"	b	prefetch_abort\n"
"	b	.\n"
"prefetch_abort:\n"
"	push	{r0, r1}\n"
"	mrc	p15, 0, r0, c5, c0, 1\n"	/* IFSR: a debug event */
"	cmp	r0, #2\n"
"	bne	.\n"
"	ldr	r1, =aborts\n"
"	ldr	r0, [r1]\n"
"	add	r0, r0, #1\n"
"	str	r0, [r1]\n"
"	pop	{r0, r1}\n"
"	movs	pc, lr\n"			/* behind the BKPT */
"	.ltorg\n"
"	.bss\n"
"	.align	3\n"
"stack:	.space	1024\n"
"abort_stack:	.space	256\n"
"	.text\n");

__attribute((target("thumb"), noinline)) unsigned int in_thumb(unsigned int a)
{
	unsigned int b = a + 3;

	if (b & 1)
		b += 2;
	return b;
}

__attribute((target("arm"), noinline)) unsigned int in_arm(unsigned int a)
{
	unsigned int b = in_thumb(a) + 4;

	asm volatile("bkpt #0x1234" : : : "memory");
	return b;
}

int main(void)
{
	for (;;) {
		rounds++;
		sum += in_arm(rounds);
		bytes[6] = rounds;
		bytes[11] = bytes[6];
	}
}
