// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's side of onereg_test: what user space wrote is what it reads, and
 * the other way round; exceptions that user space raises.
 */
#include "guest.h"

/* Registers that do not change how the payload itself runs */
static void show(void)
{
	set_arg(0, READ_CP(p15, 0, c5, c0, 0));
	set_arg(1, READ_CP(p15, 0, c5, c0, 1));
	set_arg(2, READ_CP(p15, 0, c6, c0, 0));
	set_arg(3, READ_CP(p15, 0, c6, c0, 2));
	set_arg(4, READ_CP(p15, 0, c3, c0, 0));
	set_arg(5, READ_CP(p15, 0, c13, c0, 2));
	set_arg(6, READ_CP(p15, 0, c13, c0, 3));
	set_arg(7, READ_CP(p15, 0, c13, c0, 1));
	set_arg(8, READ_CP(p15, 0, c10, c2, 0));
	set_arg(9, READ_CP(p15, 0, c10, c2, 1));
}

static void change(void)
{
	WRITE_CP(arg(0), p15, 0, c5, c0, 0);
	WRITE_CP(arg(1), p15, 0, c5, c0, 1);
	WRITE_CP(arg(2), p15, 0, c6, c0, 0);
	WRITE_CP(arg(3), p15, 0, c6, c0, 2);
	WRITE_CP(arg(4), p15, 0, c3, c0, 0);
	WRITE_CP(arg(5), p15, 0, c13, c0, 2);
	WRITE_CP(arg(6), p15, 0, c13, c0, 3);
	WRITE_CP(arg(7), p15, 0, c13, c0, 1);
	WRITE_CP(arg(8), p15, 0, c10, c2, 0);
	WRITE_CP(arg(9), p15, 0, c10, c2, 1);
	isb();
}

GUEST_TEST(cp15, 1)
{
	u64 ttbr1;
	int i;

	/* 1: show what user space wrote before the first entry */
	show();
	ttbr1 = READ_CP64(p15, 1, c2);
	set_arg(10, ttbr1);
	set_arg(11, ttbr1 >> 32);
	set_arg(12, READ_CP(p15, 0, c1, c0, 2));
	sync(1);

	/* 2: show what it wrote between two entries */
	show();
	sync(2);

	/* 3: change them */
	change();
	sync(3);

	/* Still so after other exits */
	for (i = 0; i < 10; i++)
		io_read32(TESTDEV_BASE + DEV_MEM);
	show();
	sync(4);
	done(RESULT_PASS);
}

GUEST_TEST(core, 1)
{
	/* User space writes r4-r9 and System mode's SP and LR: give them back */
	asm volatile("	mov	r2, %0\n"
		     "	mov	r3, #1\n"
		     "	str	r3, [r2, %1]\n"
		     "	add	r2, r2, %2\n"
		     "	str	r4, [r2]\n"
		     "	str	r5, [r2, #4]\n"
		     "	str	r6, [r2, #8]\n"
		     "	str	r7, [r2, #12]\n"
		     "	str	r8, [r2, #16]\n"
		     "	str	r9, [r2, #20]\n"
		     "	cps	#0x1f\n"
		     "	str	sp, [r2, #24]\n"
		     "	str	lr, [r2, #28]\n"
		     "	cps	#0x13\n"
		     : : "r" (TESTDEV_BASE), "I" (DEV_SYNC), "I" (DEV_MEM)
		     : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "memory");
	done(RESULT_PASS);
}

GUEST_TEST(vfp, 1)
{
	u32 d[4], fpscr;

	/* FPEXC and FPSCR are as user space wrote them */

	WRITE_CP(0xf << 20, p15, 0, c1, c0, 2);
	isb();
	asm volatile(".fpu neon\n"
		     "vmrs %0, fpscr\n"
		     "vmov %1, %2, d3\n"
		     "vmov %3, %4, d31\n"
		     : "=r" (fpscr), "=r" (d[0]), "=r" (d[1]), "=r" (d[2]),
		       "=r" (d[3]));
	set_arg(0, d[0]);
	set_arg(1, d[1]);
	set_arg(2, d[2]);
	set_arg(3, d[3]);
	set_arg(4, fpscr);
	asm volatile(".fpu neon\n"
		     "vmov d3, %0, %1\n"
		     "vmsr fpscr, %2\n"
		     : : "r" (0x01234567), "r" (0x89abcdef), "r" (0x03000000));
	sync(1);
	done(RESULT_PASS);
}

static void unmask_aborts(void)
{
	/* The abort's handler skips one instruction: a nop */
	asm volatile("cpsie	a\n"
		     "	nop\n"
		     "	isb\n"
		     "	nop\n"
		     "	nop\n"
		     "	cpsid	a\n"
		     : : : "memory");
}

/* User space makes an asynchronous abort pending while it is masked */
GUEST_TEST(serror, 1)
{
	u32 n = me()->count[EXC_DABT];

	sync(1);
	CHECK_EQ(me()->count[EXC_DABT], n);
	CHECK_EQ(EXCEPTIONS(EXC_DABT, unmask_aborts()), 1);
	/* Short-descriptor format, asynchronous external abort: 0b10110 */
	CHECK_EQ(me()->fsr & 0x40f, 0x406);
	/* Once only */
	CHECK_EQ(EXCEPTIONS(EXC_DABT, unmask_aborts()), 0);
	sync(2);
	done(RESULT_PASS);
}

#define NOTHING_THERE	0x0b000123

/* User space answers accesses to nothing with an external abort */
GUEST_TEST(ext_dabt, 1)
{
	u32 cpsr;

	CHECK_EQ(EXCEPTIONS(EXC_DABT, io_read32(NOTHING_THERE & ~3)), 1);
	CHECK_EQ(me()->far, NOTHING_THERE & ~3);
	/* Short-descriptor format, synchronous external abort: 0b01000 */
	CHECK_EQ(me()->fsr & ~0xf0, 0x008);
	CHECK_EQ(EXCEPTIONS(EXC_DABT, io_write8(NOTHING_THERE, 1)), 1);
	CHECK_EQ(me()->far, NOTHING_THERE);
	CHECK_EQ(me()->fsr & ~0xf0, 0x808);
	CHECK_EQ(me()->spsr & 0x3f, 0x13);
	asm volatile("mrs %0, cpsr" : "=r" (cpsr));
	CHECK_EQ(cpsr & 0x3f, 0x13);

	/* Long-descriptor format */
	mmu_on_lpae();
	CHECK_EQ(EXCEPTIONS(EXC_DABT, io_read32(NOTHING_THERE & ~3)), 1);
	CHECK_EQ(me()->far, NOTHING_THERE & ~3);
	CHECK_EQ(me()->fsr, 0x210);
	done(RESULT_PASS);
}

GUEST_TEST(nothing, 1)
{
	done(RESULT_PASS);
}
