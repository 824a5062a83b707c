// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that checks its memory all the time, and one that runs code that it
 * has just written. The host meanwhile moves the memory about.
 */
#include "guest.h"

#define REGION		(RAM_BASE + 0x02000000)
#define PAGES		arg(0)
#define STOP		arg(1)

static u32 value(u32 page, u32 round)
{
	return page * 0x01000193 ^ round * 0x9e3779b9;
}

/*
 * Each page of this CPU's part has a value of its own at both ends, new in each
 * round; every 16th page is the same all over and everywhere, for KSM.
 */
static void work(void)
{
	u32 pages = PAGES, cpu = this_cpu(), cpus = nr_cpus(), page, round, i;

	for (round = 0; !STOP; round++) {
		for (page = cpu; page < pages; page += cpus) {
			shared u32 *p = (u32 *)(REGION + page * 4096);
			u32 want = round ? value(page, round - 1) : 0;
			bool same = page % 16 < cpus;

			if (same)
				want = 0x4b534d21;
			if (same && !round) {
				for (i = 0; i < 1024; i++)
					p[i] = 0x4b534d21;
				continue;
			}
			if (p[0] != want || p[1023] != want) {
				print("CPU %u, round %u, page %u: 0x%08x, 0x%08x, not 0x%08x\n",
				      cpu, round, page, p[0], p[1023], want);
				done(RESULT_FAIL);
			}
			if (same)
				continue;
			p[0] = value(page, round);
			p[1023] = value(page, round);
		}
		/* How far this CPU is */
		set_arg(8 + cpu, round + 1);
	}
}

static void run_workers(void)
{
	u32 i, n = nr_cpus();

	if (!have_vmm() || !PAGES)
		skip("The VMM says how much memory to check.");
	for (i = 1; i < n; i++)
		CHECK_EQ(cpu_on(i, work), PSCI_SUCCESS);
	work();
	for (i = 1; i < n; i++)
		CHECK(cpu_wait(i, 60000));
}

GUEST_TEST(worker, 2)
{
	run_workers();
}

GUEST_TEST(worker_with_mmu, 2)
{
	/* CPU 0 alone has caches on: that KVM follows is enough */
	mmu_on_lpae();
	run_workers();
}

#define NEW_PAGES	2048

static shared u8 at_start[4];

static void leave_bytes(void)
{
	u32 cpu = this_cpu(), i;

	at_start[cpu] = 1;
	for (i = 0; i < 4; i++)
		while (!at_start[i])
			;
	for (i = 0; i < NEW_PAGES; i++)
		*(shared u8 *)(REGION + i * 4096 + cpu * 1024) = cpu + 1;
}

/* All CPUs take the same new pages into use at a time: none loses what it wrote */
GUEST_TEST(new_pages_of_all, 4)
{
	u32 i, cpu;

	for (i = 1; i < 4; i++)
		CHECK_EQ(cpu_on(i, leave_bytes), PSCI_SUCCESS);
	leave_bytes();
	for (i = 1; i < 4; i++)
		CHECK(cpu_wait(i, 60000));
	for (i = 0; i < NEW_PAGES; i++)
		for (cpu = 0; cpu < 4; cpu++)
			CHECK_EQ(io_read32(REGION + i * 4096 + cpu * 1024), cpu + 1);
}

/* Code in pages that were never touched before, and again in the same pages */
static void run_fresh_code(u32 base)
{
	u32 i, round;

	for (round = 0; round < 3; round++)
		for (i = 0; i < 64; i++) {
			u32 *code = (u32 *)(base + i * 4096);

			code[0] = 0xe3000000 | (i + round * 64);	/* movw r0, # */
			code[1] = 0xe12fff1e;				/* bx lr */
			dsb();
			WRITE_CP((u32)code, p15, 0, c7, c11, 1);	/* DCCMVAU */
			dsb();
			WRITE_CP((u32)code, p15, 0, c7, c5, 1);		/* ICIMVAU */
			WRITE_CP(0, p15, 0, c7, c5, 6);			/* BPIALL */
			dsb();
			isb();
			CHECK_EQ(((u32 (*)(void))code)(), i + round * 64);
		}
}

GUEST_TEST(fresh_code_mmu_off, 1)
{
	run_fresh_code(REGION);
}

GUEST_TEST(fresh_code_short, 1)
{
	mmu_on_short();
	run_fresh_code(REGION);
}

GUEST_TEST(fresh_code_lpae, 1)
{
	mmu_on_lpae();
	run_fresh_code(REGION);
}

/* Jump to pages that nobody has touched: zeros are andeq r0, r0, r0, up to the bx */
GUEST_TEST(fetch_first, 1)
{
	u32 addr = REGION + 0x500000 - 4;

	io_write32(addr, 0xe12fff1e);
	((void (*)(void))(REGION + 0x500000 - 0x4000))();
	CHECK(true);
}

/* Unaligned and multiple accesses across a page border where both are new */
GUEST_TEST(across_pages, 1)
{
	u32 border = REGION + 0x600000, i;

	mmu_on_short();
	for (i = 1; i < 20; i++) {
		u32 addr = border + i * 0x2000 - 2, val;

		asm volatile("str %0, [%1]" : : "r" (0x12345678 + i), "r" (addr) : "memory");
		asm volatile("ldr %0, [%1]" : "=r" (val) : "r" (addr) : "memory");
		CHECK_EQ(val, 0x12345678 + i);
	}
	for (i = 1; i < 20; i++) {
		u32 addr = border + 0x100000 + i * 0x2000 - 8;
		u32 a, b, c, d;

		asm volatile("mov r4, #1\n\tmov r5, #2\n\tmov r6, #3\n\tmov r7, #4\n\t"
			     "stmia %0, {r4-r7}" : : "r" (addr) : "r4", "r5", "r6", "r7", "memory");
		asm volatile("ldmia %4, {r4-r7}\n\tmov %0, r4\n\tmov %1, r5\n\t"
			     "mov %2, r6\n\tmov %3, r7"
			     : "=&r" (a), "=&r" (b), "=&r" (c), "=&r" (d) : "r" (addr)
			     : "r4", "r5", "r6", "r7", "memory");
		CHECK(a == 1 && b == 2 && c == 3 && d == 4);
	}
}

/* Turning caches on and off does not lose what was written */
GUEST_TEST(caches_toggled, 1)
{
	shared u32 *p = (u32 *)REGION;
	u32 i, round;

	for (round = 0; round < 4; round++) {
		for (i = 0; i < 256; i++)
			p[i * 256] = i + round;
		/* Clean by address: the architecture asks the guest for that much */
		for (i = 0; i < 256; i++)
			WRITE_CP((u32)&p[i * 256], p15, 0, c7, c14, 1);
		dsb();
		if (round & 1)
			mmu_off();
		else
			mmu_on_short();
		for (i = 0; i < 256; i++)
			CHECK_EQ(p[i * 256], i + round);
	}
}

/* Exclusives work in cacheable memory */
static shared u32 counter_word;

static void add_1000(void)
{
	u32 i, tmp, fail;

	mmu_on_short();
	for (i = 0; i < 1000; i++)
		asm volatile("1:	ldrex	%0, [%2]\n"
			     "	add	%0, %0, #1\n"
			     "	strex	%1, %0, [%2]\n"
			     "	teq	%1, #0\n"
			     "	bne	1b\n"
			     : "=&r" (tmp), "=&r" (fail) : "r" (&counter_word) : "cc", "memory");
	mmu_off();
}

GUEST_TEST(exclusives, 4)
{
	u32 i;

	for (i = 1; i < 4; i++)
		CHECK_EQ(cpu_on(i, add_1000), PSCI_SUCCESS);
	add_1000();
	for (i = 1; i < 4; i++)
		CHECK(cpu_wait(i, 20000));
	CHECK_EQ(counter_word, 4000);
}

/* For lifecycle_test.c */
GUEST_TEST(runs, 1)
{
	CHECK_EQ(io_read32(GUEST_BASE + 4), IMAGE_MAGIC);
}
