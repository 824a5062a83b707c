// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses where nothing is, for mmio_exit_test.c to look at the exits.
 */
#include "guest.h"

#define NOWHERE	0x0a000000

GUEST_TEST(stores, 1)
{
	io_write8(NOWHERE + 1, 0x11);
	io_write16(NOWHERE + 2, 0x2233);
	io_write32(NOWHERE + 4, 0x44556677);
}

GUEST_TEST(loads, 1)
{
	u32 val;

	CHECK_EQ(io_read8(NOWHERE + 1), 0x81);
	CHECK_EQ(io_read16(NOWHERE + 2), 0x8281);
	CHECK_EQ(io_read32(NOWHERE + 4), 0x84838281);
	asm volatile("ldrsb %0, [%1]" : "=r" (val) : "r" (NOWHERE) : "memory");
	CHECK_EQ(val, 0xffffff81);
}

/* Exclusives have no syndrome, B3.13.6, and are not emulated */
GUEST_TEST(no_syndrome, 1)
{
	u32 val;

	asm volatile("ldrex %0, [%1]" : "=r" (val) : "r" (NOWHERE) : "memory");
	CHECK_EQ(val, 0);
}

GUEST_TEST(no_syndrome_pair, 1)
{
	register u32 a asm("r2");
	register u32 b asm("r3");

	asm volatile("ldrexd %0, %1, [%2]" : "=r" (a), "=r" (b) : "r" (NOWHERE) : "memory");
	CHECK_EQ(a | b, 0);
}

/* Three words by one instruction, the VMM gives 1, 2, 3 */
GUEST_TEST(load_list, 1)
{
	register u32 a asm("r4") = 0x44;
	register u32 b asm("r5") = 0x55;
	register u32 c asm("r6") = 0x66;
	u32 addr = NOWHERE;

	asm volatile("ldmia %0!, {%1, %2, %3}"
		     : "+r" (addr), "+r" (a), "+r" (b), "+r" (c) : : "memory");
	CHECK_EQ(addr, NOWHERE + 12);
	CHECK_EQ(a, 1);
	CHECK_EQ(b, 2);
	CHECK_EQ(c, 3);
}

GUEST_TEST(store_list, 1)
{
	register u32 a asm("r4") = 1;
	register u32 b asm("r5") = 2;
	u32 addr = NOWHERE + 8;

	asm volatile("stmdb %0!, {%1, %2}"
		     : "+r" (addr) : "r" (a), "r" (b) : "memory");
	CHECK_EQ(addr, NOWHERE);
}

/* One word for the VMM, one for an ioeventfd, one for the VMM */
GUEST_TEST(list_over_doorbell, 1)
{
	register u32 a asm("r4") = 1;
	register u32 b asm("r5") = 2;
	register u32 c asm("r6") = 3;

	asm volatile("stmia %0, {%1, %2, %3}"
		     : : "r" (NOWHERE + 0xfc), "r" (a), "r" (b), "r" (c) : "memory");
}

/* Normal memory to the guest, so an unaligned access is one */
GUEST_TEST(unaligned_normal, 1)
{
	u32 addr = RAM_BASE + RAM_SIZE + 0x1002, val;

	mmu_on_short();
	asm volatile("ldr %0, [%1], #4" : "=&r" (val), "+r" (addr) : : "memory");
	CHECK_EQ(val, 0x11223344);
	CHECK_EQ(addr, RAM_BASE + RAM_SIZE + 0x1006);
}

/* The whole 40 bits: the last gigabyte of virtual addresses there */
static u64 table[4] __section(".noinit") __aligned(32);

GUEST_TEST(high_address, 1)
{
	u64 i;

	mmu_on_lpae();
	for (i = 0; i < 3; i++)
		table[i] = i << 30 | 0x701 | (i ? 0 : 1 << 2);
	table[3] = RAM_BASE | 0x701;
	dsb();
	WRITE_CP64((u32)table, p15, 0, c2);
	WRITE_CP(0, p15, 0, c8, c7, 0);
	dsb();
	isb();
	CHECK_EQ(io_read32(0xc0000000 + GUEST_BASE - RAM_BASE + 4), IMAGE_MAGIC);
	table[3] = 0xffc0000000ULL | 0x701 | 1 << 2;
	dsb();
	WRITE_CP(0, p15, 0, c8, c7, 0);
	dsb();
	isb();
	WRITE_CP(0xd2345678, p15, 0, c7, c8, 0);	/* ATS1CPR */
	isb();
	CHECK_EQ(READ_CP64(p15, 0, c7) & 0xfffffff000ULL, 0xffd2345000ULL);
	io_write32(0xc0000000 + 0x12345678, 0x5a);
}

/* What memory is under RAM_BASE + 64 MiB the VMM decides */
GUEST_TEST(poke, 1)
{
	u32 addr = RAM_BASE + 0x04000000;

	if (!have_vmm())
		skip("The VMM changes the memory.");
	for (;;) {
		set_arg(1, io_read32(addr + arg(0)));
		sync(1);
		io_write32(addr + arg(0), arg(2));
		sync(2);
	}
}

/* For slot_backing_test.c */
GUEST_TEST(fetch, 1)
{
	((void (*)(void))(RAM_BASE + 0x04000000))();
}

GUEST_TEST(doorbell, 1)
{
	if (!have_vmm())
		skip("The VMM has the other end.");
	io_write32(NOWHERE + 0x100, 1);
	io_write32(NOWHERE + 0x100, 2);
	io_write32(NOWHERE + 0x100, 1);
	io_write16(NOWHERE + 0x200, 1);
	io_write8(NOWHERE + 0x200, 1);
	sync(3);
}

GUEST_TEST(coalesced, 1)
{
	u32 i;

	if (!have_vmm())
		skip("The VMM has the other end.");
	for (i = 0; i < 10; i++)
		io_write32(NOWHERE + 0x300, i);
	sync(4);
}

/* One instruction that the VMM chooses, then the next page is entered */
GUEST_TEST(fetch_from_device, 1)
{
	((void (*)(void))TESTDEV_BASE)();
}
