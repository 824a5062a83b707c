/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work of share_bench, the same for a task of the host and for a guest. Include
 * vmm.h or gic.h before.
 */
#ifndef COUNT_LOOP_H
#define COUNT_LOOP_H

/* Without end; an emulator is quick with instructions that do nothing, so there are many */
#define COUNT_INSNS	100

static inline void count_loop(shared u32 *counter)
{
	asm volatile("mov	r0, #0\n"
		     "1:	.rept	97\n"
		     "	nop\n"
		     "	.endr\n"
		     "	add	r0, r0, #1\n"
		     "	str	r0, [%0]\n"
		     "	b	1b\n"
		     : : "r" (counter) : "r0", "memory");
}

#endif
