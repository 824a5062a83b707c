// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code and data with addresses that debug_test.c knows, and BKPT and breakpoints of
 * the guest's own.
 */
#include "hw_breakpoint.h"

static u32 words[4] __aligned(8);

static void user_code(void)
{
	arm_code();
}

GUEST_TEST(own_bkpt, 1)
{
	CHECK_EQ(EXCEPTIONS(EXC_PABT, asm volatile("bkpt #0x1234")), 1);
	CHECK_EQ(me()->fsr & FSR_STATUS, FSR_DEBUG);
	sync(1);
	/* Once more, as user space says */
	CHECK_EQ(EXCEPTIONS(EXC_PABT, asm volatile("bkpt #0x1234")), 1);
	CHECK_EQ(me()->fsr & FSR_STATUS, FSR_DEBUG);
}

GUEST_TEST(code, 1)
{
	set_arg(0, (u32)arm_code);
	set_arg(1, (u32)thumb_code & ~1);
	sync(1);
	arm_code();
	thumb_code();
	sync(2);
	run_in_mode(MODE_USR, user_code);
	sync(3);
}

GUEST_TEST(data, 1)
{
	u32 val;

	set_arg(0, (u32)words);
	sync(1);
	asm volatile("str %1, [%0]" : : "r" (words), "r" (1) : "memory");
	asm volatile("ldr %1, [%0]" : : "r" (words), "r" (1) : "memory");
	asm volatile("strb %1, [%0, #6]" : : "r" (words), "r" (1) : "memory");
	asm volatile("ldrb %0, [%1, #7]" : "=r" (val) : "r" (words) : "memory");
	asm volatile("ldrh %0, [%1, #10]" : "=r" (val) : "r" (words) : "memory");
	sync(2);
}

/* Tells in argument 1 which of its own have matched, as often as it is run */
GUEST_TEST(own, 1)
{
	u32 i;

	set_arg(0, (u32)arm_code);
	set_own(words + 1);
	sync(1);
	for (i = 2; i < 100; i++) {
		set_arg(1, own_hits(words + 1));
		sync(i);
	}
}

static void user_store(void)
{
	store(words, 1);
}

/* The first word is one that a debugger of the host watches in User mode */
GUEST_TEST(watched_by_host, 1)
{
	set_arg(0, (u32)words);
	sync(1);
	run_in_mode(MODE_USR, user_store);
	CHECK_EQ(words[0], 1);
	set_own(words + 1);
	CHECK_EQ(own_hits(words + 1), 3);
	run_in_mode(MODE_USR, user_store);
}
