// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM from 1 GiB to 4 GiB, and above. All but the payload's own is the same memory
 * many times over: what is written at one place is read at all others.
 */
#include "guest.h"

#define ALIAS		0x10000000	/* 256 MiB, as in the VMM's part */
#define FIRST		0x50000000
#define WINDOW		0xc0000000	/* the last gigabyte of virtual addresses */
#define STEP		0x00777000

/* As in mmu_on_lpae(); the last block is where it is said to be */
static void window_to(u64 ipa)
{
	static u64 table[4] __section(".noinit") __aligned(32);
	u64 i;

	for (i = 0; i < 4; i++)
		table[i] = (i < 3 ? i << 30 : ipa) | 0x741 | (i ? 0 : 1 << 2);
	dsb();
	WRITE_CP64((u32)table, p15, 0, c2);
	WRITE_CP(0, p15, 0, c8, c7, 0);
	dsb();
	isb();
}

static void write_all(u32 base, u32 val)
{
	u32 i;

	for (i = 0; i < ALIAS; i += STEP)
		io_write32(base + i, val + i);
}

static void check_all(u32 base, u32 val)
{
	u32 i;

	for (i = 0; i < ALIAS; i += STEP) {
		if (io_read32(base + i) == val + i)
			continue;
		print("0x%08x has 0x%08x\n", base + i, io_read32(base + i));
		done(RESULT_FAIL);
	}
}

GUEST_TEST(three_gigabytes, 1)
{
	u32 base, other;

	if (!have_vmm())
		skip("The VMM gives the memory.");
	mmu_on_lpae();
	for (base = FIRST; base; base += ALIAS) {
		write_all(base, base);
		for (other = FIRST; other; other += ALIAS)
			check_all(other, base);
	}
}

/* Argument 0 is the gigabyte of the IPA, argument 1 where in it the memory is */
GUEST_TEST(above_four, 1)
{
	u32 window = WINDOW + arg(1);

	mmu_on_lpae();
	write_all(FIRST, 0x11);
	window_to((u64)arg(0) << 30);
	check_all(window, 0x11);
	write_all(window, 0x22);
	check_all(FIRST, 0x22);
}
