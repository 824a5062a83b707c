// SPDX-License-Identifier: GPL-2.0-only
/*
 * Identity maps in both formats, by sections and blocks: the first gigabyte
 * device memory, RAM write-back cacheable.
 */
#include "guest.h"

#define SCTLR_M		BIT(0)
#define SCTLR_C		BIT(2)
#define SCTLR_I		BIT(12)
#define SCTLR_AFE	BIT(29)

static u32 short_table[4096] __section(".noinit") __aligned(16384);
static u64 lpae_table[4] __section(".noinit") __aligned(32);

static void mmu_on(void)
{
	WRITE_CP(0, p15, 0, c8, c7, 0);		/* TLBIALL */
	WRITE_CP(0, p15, 0, c7, c5, 0);		/* ICIALLU */
	dsb();
	isb();
	WRITE_CP((READ_CP(p15, 0, c1, c0, 0) & ~SCTLR_AFE) | SCTLR_M | SCTLR_C | SCTLR_I,
		 p15, 0, c1, c0, 0);
	isb();
}

void mmu_on_short(void)
{
	u32 i;

	/* Sections, AP 0b11; shareable device, then shareable write-back */
	for (i = 0; i < 4096; i++)
		short_table[i] = i << 20 | (i < RAM_BASE >> 20 ?
			0x00000c02 | 1 << 2 : 0x00011c02 | 3 << 2);
	dsb();
	WRITE_CP(0, p15, 0, c2, c0, 2);			/* TTBCR */
	WRITE_CP((u32)short_table, p15, 0, c2, c0, 0);	/* TTBR0 */
	WRITE_CP(1, p15, 0, c3, c0, 0);			/* DACR */
	isb();
	mmu_on();
}

void mmu_on_lpae(void)
{
	u64 i;

	/* Blocks of 1 GiB: AF, inner shareable, PL0 too, attribute 1 is device */
	for (i = 0; i < 4; i++)
		lpae_table[i] = i << 30 | 0x741 | (i ? 0 : 1 << 2);
	dsb();
	WRITE_CP(0x000004ff, p15, 0, c10, c2, 0);	/* MAIR0 */
	WRITE_CP(0, p15, 0, c10, c2, 1);		/* MAIR1 */
	WRITE_CP(1U << 31, p15, 0, c2, c0, 2);		/* TTBCR.EAE */
	WRITE_CP64((u32)lpae_table, p15, 0, c2);	/* TTBR0 */
	isb();
	mmu_on();
}

void mmu_off(void)
{
	WRITE_CP(READ_CP(p15, 0, c1, c0, 0) & ~(SCTLR_M | SCTLR_C | SCTLR_I),
		 p15, 0, c1, c0, 0);
	isb();
	WRITE_CP(0, p15, 0, c2, c0, 2);
	WRITE_CP(0, p15, 0, c8, c7, 0);
	dsb();
	isb();
}
