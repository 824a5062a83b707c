// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's own breakpoints and watchpoints, DDI 0406C, C3, C4 and C11.11.
 */
#include "hw_breakpoint.h"

static u32 words[4] __aligned(8);

static void user_code(void)
{
	arm_code();
}

static void need_vmm(const char *why)
{
	if (!have_vmm())
		skip(why);
}

GUEST_TEST(identification, 1)
{
	u32 didr;

	breakpoints_on();
	didr = READ_CP(p14, 0, c0, c0, 0);
	CHECK_EQ(didr >> 16 & 15, READ_CP(p15, 0, c0, c1, 2) & 15);
	CHECK(didr >> 16 & 15);
	CHECK(didr & BIT(15));
	CHECK((didr >> 20 & 15) <= (didr >> 24 & 15));
	CHECK_EQ(READ_CP(p14, 0, c1, c0, 0), 0);	/* DBGDRAR */
	CHECK_EQ(READ_CP(p14, 0, c2, c0, 0), 0);	/* DBGDSAR */
	CHECK_EQ(READ_CP64(p14, 0, c1), 0);
	CHECK_EQ(READ_CP64(p14, 0, c2), 0);
}

static void check_hit(u32 pc)
{
	CHECK_EQ(me()->pc, pc);
	CHECK_EQ(me()->fsr & FSR_STATUS, FSR_DEBUG);
	CHECK_EQ(moe(), MOE_BREAKPOINT);
}

GUEST_TEST(breakpoints, 1)
{
	u32 n, arm = (u32)arm_code, thumb = (u32)thumb_code & ~1;

	breakpoints_on();
	for (n = 0; n < NR_BREAKPOINTS(); n++) {
		write_dbg(BVR, n, arm);
		write_dbg(BCR, n, BAS(15) | PL1 | PL0 | ENABLED);
		CHECK_EQ(EXCEPTIONS(EXC_PABT, arm_code()), 1);
		check_hit(arm);
		CHECK_EQ(EXCEPTIONS(EXC_PABT, run_in_mode(MODE_USR, user_code)), 1);
		check_hit(arm);
		CHECK_EQ(me()->spsr & 0x1f, MODE_USR);
		CHECK_EQ(EXCEPTIONS(EXC_PABT, thumb_code()), 0);

		/* A halfword */
		write_dbg(BVR, n, thumb & ~3);
		write_dbg(BCR, n, BAS(thumb & 2 ? 12 : 3) | PL1 | PL0 | ENABLED);
		CHECK_EQ(EXCEPTIONS(EXC_PABT, thumb_code()), 1);
		check_hit(thumb);
		CHECK_EQ(me()->spsr & BIT(5), BIT(5));
		write_dbg(BCR, n, 0);
	}
}

GUEST_TEST(modes, 1)
{
	breakpoints_on();
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(BCR, 0, BAS(15) | PL0 | ENABLED);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, arm_code()), 0);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, run_in_mode(MODE_USR, user_code)), 1);
	write_dbg(BCR, 0, BAS(15) | PL1 | ENABLED);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, run_in_mode(MODE_USR, user_code)), 0);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, run_in_mode(MODE_SYS, arm_code)), 1);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, run_in_mode(MODE_IRQ, arm_code)), 1);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, arm_code()), 1);
}

GUEST_TEST(watchpoints, 1)
{
	u32 n, byte = (u32)words + 6;

	breakpoints_on();
	for (n = 0; n < NR_WATCHPOINTS(); n++) {
		words[0] = 5;
		write_dbg(WVR, n, (u32)words);
		write_dbg(WCR, n, BAS(15) | STORE | PL1 | PL0 | ENABLED);
		CHECK_EQ(EXCEPTIONS(EXC_DABT, store(words, 6)), 1);
		CHECK_EQ(me()->fsr & FSR_STATUS, FSR_DEBUG);
		CHECK_EQ(me()->far, (u32)words);
		CHECK_EQ(moe(), MOE_WATCHPOINT);
		/* It was not executed, and the next word is not watched, nor are loads */
		CHECK_EQ(EXCEPTIONS(EXC_DABT, CHECK_EQ(load(words), 5)), 0);
		CHECK_EQ(EXCEPTIONS(EXC_DABT, store(words + 1, 7)), 0);

		write_dbg(WCR, n, BAS(15) | LOAD | PL1 | PL0 | ENABLED);
		CHECK_EQ(EXCEPTIONS(EXC_DABT, store(words, 6)), 0);
		CHECK_EQ(EXCEPTIONS(EXC_DABT, (void)load(words)), 1);

		/* One byte of a doubleword */
		write_dbg(WCR, n, BAS(0x40) | LOAD | STORE | PL1 | PL0 | ENABLED);
		CHECK_EQ(EXCEPTIONS(EXC_DABT, (void)io_read8(byte)), 1);
		CHECK_EQ(me()->far, byte);
		CHECK_EQ(EXCEPTIONS(EXC_DABT, (void)io_read8(byte + 1)), 0);
		write_dbg(WCR, n, 0);
	}
}

GUEST_TEST(bkpt, 1)
{
	breakpoints_on();
	CHECK_EQ(EXCEPTIONS(EXC_PABT, asm volatile("bkpt #0")), 1);
	CHECK_EQ(me()->fsr & FSR_STATUS, FSR_DEBUG);
	CHECK_EQ(moe(), MOE_BKPT);
	/* Between others, and without monitor debug-mode */
	write_dbg(WVR, 0, (u32)words);
	write_dbg(WCR, 0, BAS(15) | STORE | PL1 | PL0 | ENABLED);
	CHECK_EQ(EXCEPTIONS(EXC_DABT, store(words, 1)), 1);
	CHECK_EQ(moe(), MOE_WATCHPOINT);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, asm volatile("bkpt #0")), 1);
	CHECK_EQ(moe(), MOE_BKPT);
	set_dscr(0);
	CHECK_EQ(moe(), 0);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, asm volatile("bkpt #0")), 1);
	CHECK_EQ(moe(), MOE_BKPT);
}

/* The long format of the fault status: IFSR.LPAE, and 0x22 */
GUEST_TEST(long_descriptors, 1)
{
	breakpoints_on();
	mmu_on_lpae();
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(BCR, 0, BAS(15) | PL1 | ENABLED);
	CHECK_EQ(EXCEPTIONS(EXC_PABT, arm_code()), 1);
	CHECK_EQ(me()->fsr & 0x23f, 0x222);
	write_dbg(WVR, 0, (u32)words);
	write_dbg(WCR, 0, BAS(15) | STORE | PL1 | ENABLED);
	CHECK_EQ(EXCEPTIONS(EXC_DABT, store(words, 1)), 1);
	CHECK_EQ(me()->fsr & 0x23f, 0x222);
	CHECK_EQ(me()->far, (u32)words);
}

static u32 hits(void)
{
	return EXCEPTIONS(EXC_PABT, arm_code()) + EXCEPTIONS(EXC_DABT, store(words, 1));
}

GUEST_TEST(off, 1)
{
	breakpoints_on();
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(WVR, 0, (u32)words);
	CHECK_EQ(hits(), 0);
	write_dbg(BCR, 0, BAS(15) | PL1 | PL0 | ENABLED);
	write_dbg(WCR, 0, BAS(15) | STORE | PL1 | PL0 | ENABLED);
	CHECK_EQ(hits(), 2);
	set_dscr(0);
	CHECK_EQ(hits(), 0);
	set_dscr(MDBGEN);
	CHECK_EQ(hits(), 2);
	write_dbg(BCR, 0, BAS(15) | PL1 | PL0);
	CHECK_EQ(hits(), 1);
	write_dbg(WCR, 0, BAS(15) | STORE | PL1 | PL0);
	CHECK_EQ(hits(), 0);
}

GUEST_TEST(os_lock, 1)
{
	breakpoints_on();
	CHECK_EQ(READ_CP(p14, 0, c1, c1, 4) & 11, 8);	/* DBGOSLSR */
	set_os_lock(0xc5acce55);
	CHECK_EQ(READ_CP(p14, 0, c1, c1, 4) & 11, 10);
	set_os_lock(0x12345678);
	CHECK_EQ(READ_CP(p14, 0, c1, c1, 4) & 11, 8);

	need_vmm("QEMU's emulation has breakpoints with the OS Lock closed, too.");
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(BCR, 0, BAS(15) | PL1 | PL0 | ENABLED);
	CHECK_EQ(hits(), 1);
	set_os_lock(0xc5acce55);
	CHECK_EQ(hits(), 0);
	set_os_lock(0);
	CHECK_EQ(hits(), 1);
	WRITE_CP(1, p14, 0, c1, c3, 4);			/* DBGOSDLR */
	isb();
	CHECK_EQ(hits(), 0);
	WRITE_CP(0, p14, 0, c1, c3, 4);
	isb();
	CHECK_EQ(hits(), 1);
}

GUEST_TEST(claim, 1)
{
	breakpoints_on();
	CHECK_EQ(READ_CP(p14, 0, c7, c8, 6), 0xff);	/* DBGCLAIMSET */
	WRITE_CP(0xff, p14, 0, c7, c9, 6);		/* DBGCLAIMCLR */
	WRITE_CP(0xa5, p14, 0, c7, c8, 6);
	WRITE_CP(0x05, p14, 0, c7, c9, 6);
	CHECK_EQ(READ_CP(p14, 0, c7, c9, 6), 0xa0);
}

/* Only while CONTEXTIDR has a value */
GUEST_TEST(linked_to_context, 1)
{
	u32 last;

	breakpoints_on();
	last = NR_BREAKPOINTS() - 1;
	if (!last)
		skip("There is one breakpoint.");
	write_dbg(BVR, last, 0x12345678);
	write_dbg(BCR, last, CONTEXT | LINK_TO(0) | BAS(15) | PL1 | PL0 | ENABLED);
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(BCR, 0, LINK_TO(last) | BAS(15) | PL1 | PL0 | ENABLED);
	write_dbg(WVR, 0, (u32)words);
	write_dbg(WCR, 0, LINK_TO(last) | BAS(15) | STORE | PL1 | PL0 | ENABLED);
	CHECK_EQ(hits(), 0);
	WRITE_CP(0x12345678, p15, 0, c13, c0, 1);
	isb();
	CHECK_EQ(hits(), 2);
	WRITE_CP(0x12345600, p15, 0, c13, c0, 1);
	isb();
	CHECK_EQ(hits(), 0);
}

/* What has no defined meaning for a guest matches nothing */
GUEST_TEST(undefined_meaning, 1)
{
	static const u32 controls[] = {
		/* Reserved types, those of Hyp mode; links to an address, to nothing */
		6 << 20, 7 << 20, 8 << 20, 9 << 20, 10 << 20, 11 << 20, 12 << 20, 15 << 20,
		LINK_TO(0), LINK_TO(1), LINK_TO(15), 5 << 20 | 15 << 16,
	};
	u32 i;

	need_vmm("On hardware these are UNPREDICTABLE.");
	breakpoints_on();
	write_dbg(BVR, 0, (u32)arm_code);
	for (i = 0; i < sizeof(controls) / 4; i++) {
		write_dbg(BCR, 0, controls[i] | BAS(15) | PL1 | PL0 | ENABLED);
		CHECK_EQ(hits(), 0);
	}
	/* A mismatch or an unlinked context would match in its own handler */
	write_dbg(BCR, 0, 4 << 20 | BAS(15) | PL1 | ENABLED);
	CHECK_EQ(hits(), 0);
	write_dbg(BCR, NR_BREAKPOINTS() - 1, CONTEXT | BAS(15) | PL1 | ENABLED);
	CHECK_EQ(hits(), 0);
	/* Half of a halfword; no access and no mode */
	write_dbg(BCR, 0, BAS(1) | PL1 | PL0 | ENABLED);
	write_dbg(WVR, 0, (u32)words);
	write_dbg(WCR, 0, BAS(15) | PL1 | PL0 | ENABLED);
	CHECK_EQ(hits(), 0);
	write_dbg(WCR, 0, BAS(15) | STORE | ENABLED);
	CHECK_EQ(hits(), 0);
}

GUEST_TEST(written_bits, 1)
{
	u32 n;

	need_vmm("How many bits there are is the implementation's.");
	breakpoints_on();
	set_dscr(0);
	for (n = 0; n < NR_BREAKPOINTS(); n++) {
		write_dbg(BVR, n, ~0);
		write_dbg(BCR, n, ~0);
		CHECK_EQ(read_dbg(BVR, n), ~0U);
		CHECK_EQ(read_dbg(BCR, n), 0x00ff01e7);
	}
	for (n = 0; n < NR_WATCHPOINTS(); n++) {
		write_dbg(WVR, n, ~0);
		write_dbg(WCR, n, ~0);
		CHECK_EQ(read_dbg(WVR, n), ~3U);
		CHECK_EQ(read_dbg(WCR, n), 0x001f1fff);
	}
	set_dscr(~0);
	CHECK_EQ(READ_CP(p14, 0, c0, c1, 0), 0x903c);
	set_dscr(0);
	WRITE_CP(~0, p14, 0, c0, c7, 0);		/* DBGVCR: no vector catch */
	CHECK_EQ(READ_CP(p14, 0, c0, c7, 0), 0);
}

static void user_didr(void)
{
	(void)READ_CP(p14, 0, c0, c0, 0);
}

static void user_bcr(void)
{
	(void)READ_CP(p14, 0, c0, c0, 5);
}

GUEST_TEST(user_mode_access, 1)
{
	need_vmm("QEMU's emulation has no DBGDSCR.UDCCdis.");
	breakpoints_on();
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_didr)), 0);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_bcr)), 1);
	set_dscr(MDBGEN | UDCCDIS);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_didr)), 1);
}

/* On CPU 1: a breakpoint of CPU 0's is none here, and this one's is none there */
static void on_other_cpu(void)
{
	arm_code();
	breakpoints_on();
	write_dbg(WVR, 0, (u32)words);
	write_dbg(WCR, 0, BAS(15) | STORE | PL1 | PL0 | ENABLED);
	CHECK_EQ(hits(), 1);
	CHECK_EQ(moe(), MOE_WATCHPOINT);
}

GUEST_TEST(each_cpu_has_its_own, 2)
{
	u32 i;

	breakpoints_on();
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(BCR, 0, BAS(15) | PL1 | PL0 | ENABLED);
	CHECK_EQ(hits(), 1);
	for (i = 0; i < 2; i++) {
		/* The second time it starts from its reset */
		CHECK_EQ(cpu_on(1, on_other_cpu), PSCI_SUCCESS);
		CHECK(cpu_wait(1, 5000));
		CHECK_EQ(moe(), MOE_BREAKPOINT);
		CHECK_EQ(hits(), 1);
	}
}
