// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores of each size, sign and endianness to a device that user
 * space emulates, from ARM and Thumb state, with the MMU off and on.
 */
#include "guest.h"

#define MEM	(TESTDEV_BASE + DEV_MEM)

static void need_vmm(void)
{
	if (!have_vmm())
		skip("The VMM emulates the device.");
}

static void fill(u32 a, u32 b)
{
	io_write32(MEM, a);
	io_write32(MEM + 4, b);
}

static void sizes(void)
{
	fill(0x04030201, 0x08070605);
	CHECK_EQ(io_read32(MEM), 0x04030201);
	CHECK_EQ(io_read32(MEM + 4), 0x08070605);
	CHECK_EQ(io_read16(MEM), 0x0201);
	CHECK_EQ(io_read16(MEM + 2), 0x0403);
	CHECK_EQ(io_read16(MEM + 6), 0x0807);
	CHECK_EQ(io_read8(MEM), 0x01);
	CHECK_EQ(io_read8(MEM + 3), 0x04);
	CHECK_EQ(io_read8(MEM + 5), 0x06);
	io_write8(MEM + 1, 0xaa);
	CHECK_EQ(io_read32(MEM), 0x0403aa01);
	io_write16(MEM + 2, 0xbbcc);
	CHECK_EQ(io_read32(MEM), 0xbbccaa01);
	io_write16(MEM, 0x1234);
	CHECK_EQ(io_read32(MEM), 0xbbcc1234);
	CHECK_EQ(io_read32(MEM + 4), 0x08070605);
}

GUEST_TEST(all_sizes, 1)
{
	need_vmm();
	sizes();
}

#define LOAD(insn, addr)						\
({									\
	u32 __v = 0x5a5a5a5a;						\
	asm volatile(insn " %0, [%1]" : "+r" (__v) : "r" (addr) : "memory"); \
	__v;								\
})

GUEST_TEST(extension, 1)
{
	need_vmm();
	fill(0x8180ff7f, 0x00007fff);
	CHECK_EQ(LOAD("ldrb", MEM), 0x7f);
	CHECK_EQ(LOAD("ldrb", MEM + 1), 0xff);
	CHECK_EQ(LOAD("ldrsb", MEM), 0x7f);
	CHECK_EQ(LOAD("ldrsb", MEM + 1), 0xffffffff);
	CHECK_EQ(LOAD("ldrsb", MEM + 2), 0xffffff80);
	CHECK_EQ(LOAD("ldrh", MEM), 0xff7f);
	CHECK_EQ(LOAD("ldrsh", MEM), 0xffffff7f);
	CHECK_EQ(LOAD("ldrsh", MEM + 2), 0xffff8180);
	CHECK_EQ(LOAD("ldrsh", MEM + 4), 0x7fff);
	CHECK_EQ(LOAD("ldr", MEM), 0x8180ff7f);
}

/* Every register can be the source and the destination, those above r7 in Thumb-2 too */
#define EACH_REG(r)							\
do {									\
	u32 in = 0xc0de0000 + __LINE__, out;				\
									\
	asm volatile("	mov	" #r ", %1\n"				\
		     "	str	" #r ", [%2]\n"				\
		     "	mov	" #r ", #0\n"				\
		     "	ldr	" #r ", [%2]\n"				\
		     "	mov	%0, " #r "\n"				\
		     : "=&r" (out) : "r" (in), "r" (MEM) : #r, "memory");	\
	CHECK_EQ(out, in);						\
} while (0)

GUEST_TEST(all_registers, 1)
{
	need_vmm();
	EACH_REG(r0); EACH_REG(r1); EACH_REG(r2); EACH_REG(r3);
	EACH_REG(r4); EACH_REG(r5); EACH_REG(r6); EACH_REG(r7);
	EACH_REG(r8); EACH_REG(r9); EACH_REG(r10); EACH_REG(r12);
	EACH_REG(lr);
}

/* The registers are those of the mode, also where they are banked */
static shared u32 fiq_result[2];

static void fiq_access(void)
{
	u32 a, b;

	asm volatile("	mov	r8, %2\n"
		     "	ldr	r9, =0x00f10f10\n"
		     "	str	r9, [r8]\n"
		     "	ldr	r10, [r8]\n"
		     "	mov	%0, r10\n"
		     "	ldrh	r12, [r8, #2]\n"
		     "	mov	%1, r12\n"
		     : "=&r" (a), "=&r" (b) : "r" (MEM) : "memory");
	fiq_result[0] = a;
	fiq_result[1] = b;
}

GUEST_TEST(banked_registers, 1)
{
	register u32 r8 asm("r8") = 0x88888888;
	u32 kept;

	need_vmm();
	asm volatile("" : "+r" (r8));
	run_in_mode(MODE_FIQ, fiq_access);
	asm volatile("mov %0, r8" : "=r" (kept) : "r" (r8));
	CHECK_EQ(fiq_result[0], 0x00f10f10);
	CHECK_EQ(fiq_result[1], 0x00f1);
}

/* CPSR.E: the bytes on the bus are swapped, A3.3 */
GUEST_TEST(big_endian, 1)
{
	u32 word, half, sign;

	need_vmm();
	fill(0, 0);
	asm volatile("	setend	be\n"
		     "	str	%0, [%1]\n"
		     "	strh	%0, [%1, #4]\n"
		     "	strb	%0, [%1, #6]\n"
		     "	setend	le\n" : : "r" (0x11223344), "r" (MEM) : "memory");
	CHECK_EQ(io_read32(MEM), 0x44332211);
	CHECK_EQ(io_read32(MEM + 4), 0x00444433);
	fill(0x80020304, 0x00008081);
	asm volatile("	setend	be\n"
		     "	ldr	%0, [%3]\n"
		     "	ldrh	%1, [%3, #4]\n"
		     "	ldrsh	%2, [%3, #4]\n"
		     "	setend	le\n"
		     : "=&r" (word), "=&r" (half), "=&r" (sign) : "r" (MEM) : "memory");
	CHECK_EQ(word, 0x04030280);
	CHECK_EQ(half, 0x8180);
	CHECK_EQ(sign, 0xffff8180);
}

u32 thumb_access(u32 addr, u32 val);
asm("	.syntax unified\n"
	"	.thumb\n"
	"	.thumb_func\n"
	"	.global	thumb_access\n"
	"thumb_access:\n"
	"	str	r1, [r0]\n"		/* 16 bits */
	"	strh	r1, [r0, #4]\n"
	"	.inst.w	0xf8801006\n"		/* strb.w r1, [r0, #6] */
	"	ldrh	r2, [r0]\n"
	"	.inst.w	0xf8d03004\n"		/* ldr.w r3, [r0, #4] */
	"	movs	r0, r2\n"
	"	eors	r0, r3\n"
	"	bx	lr\n"
	"	.arm\n");

GUEST_TEST(thumb, 1)
{
	need_vmm();
	fill(0, 0);
	CHECK_EQ(thumb_access(MEM, 0x12345678), 0x00785678 ^ 0x5678);
	CHECK_EQ(io_read32(MEM), 0x12345678);
	CHECK_EQ(io_read32(MEM + 4), 0x00785678);
}

GUEST_TEST(failed_condition, 1)
{
	u32 val = 7;

	need_vmm();
	fill(0x01010101, 0);
	asm volatile("	cmp	%0, %0\n"
		     "	strne	%1, [%2]\n"
		     "	ldrne	%0, [%2]\n"
		     : "+r" (val) : "r" (0xffffffff), "r" (MEM) : "cc", "memory");
	CHECK_EQ(val, 7);
	CHECK_EQ(io_read32(MEM), 0x01010101);
}

/* Register offsets, and ldrex's kin left out: those have no syndrome */
GUEST_TEST(addressing, 1)
{
	u32 val;

	need_vmm();
	fill(0x11111111, 0x22222222);
	asm volatile("ldr %0, [%1, %2]" : "=r" (val) : "r" (MEM), "r" (4) : "memory");
	CHECK_EQ(val, 0x22222222);
	asm volatile("ldr %0, [%1, -%2, lsl #2]" : "=r" (val) : "r" (MEM + 4), "r" (1) : "memory");
	CHECK_EQ(val, 0x11111111);
}

GUEST_TEST(with_mmu_short, 1)
{
	need_vmm();
	mmu_on_short();
	sizes();
}

GUEST_TEST(with_mmu_lpae, 1)
{
	need_vmm();
	mmu_on_lpae();
	sizes();
}

/* Unprivileged loads of a privileged mode have a syndrome of their own kind */
GUEST_TEST(user_mode, 1)
{
	need_vmm();
	fill(0, 0);
	run_in_mode(MODE_USR, sizes);
}
