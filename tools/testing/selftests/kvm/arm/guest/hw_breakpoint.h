/* SPDX-License-Identifier: GPL-2.0-only */
/* The debug registers of CP14, and something to set breakpoints on */
#ifndef HW_BREAKPOINT_H
#define HW_BREAKPOINT_H

#include "guest.h"

/* DBGDIDR */
#define NR_BREAKPOINTS()	((READ_CP(p14, 0, c0, c0, 0) >> 24 & 15) + 1)
#define NR_WATCHPOINTS()	((READ_CP(p14, 0, c0, c0, 0) >> 28) + 1)

/* opc2 of the registers that there are several of */
#define BVR		4
#define BCR		5
#define WVR		6
#define WCR		7

/* DBGBCR, DBGWCR */
#define ENABLED		1
#define PL1		BIT(1)
#define PL0		BIT(2)
#define LOAD		BIT(3)
#define STORE		BIT(4)
#define BAS(bits)	((bits) << 5)
#define LINK_TO(n)	(BIT(20) | (n) << 16)
#define CONTEXT		BIT(21)

/* DBGDSCR */
#define MDBGEN		BIT(15)
#define UDCCDIS		BIT(12)
#define MOE_BREAKPOINT	1
#define MOE_BKPT	3
#define MOE_WATCHPOINT	10

/* DFSR, IFSR with short descriptors */
#define FSR_STATUS	0x40f
#define FSR_DEBUG	0x002

static inline void write_dbg(u32 opc2, u32 n, u32 val)
{
	exec_insn(INSN_MCR(14, 0, 0, n, opc2), val, 0);
	isb();
}

static inline u32 read_dbg(u32 opc2, u32 n)
{
	return exec_insn(INSN_MRC(14, 0, 0, n, opc2), 0, 0);
}

static inline void set_dscr(u32 val)
{
	WRITE_CP(val, p14, 0, c0, c2, 2);
	isb();
}

/* DBGDSCR.MOE */
static inline u32 moe(void)
{
	return READ_CP(p14, 0, c0, c1, 0) >> 2 & 15;
}

static inline void set_os_lock(u32 val)
{
	WRITE_CP(val, p14, 0, c1, c0, 4);	/* DBGOSLAR */
	isb();
}

/* Breakpoints can be used from here, and there is none */
static inline void breakpoints_on(void)
{
	u32 n;

	if (!(READ_CP(p15, 0, c0, c1, 2) & 15))
		skip("There are no debug registers.");
	set_os_lock(0);
	for (n = 0; n < NR_BREAKPOINTS(); n++)
		write_dbg(BCR, n, 0);
	for (n = 0; n < NR_WATCHPOINTS(); n++)
		write_dbg(WCR, n, 0);
	set_dscr(MDBGEN);
}

static noinline __attribute((target("arm"))) void arm_code(void)
{
	asm volatile("nop");
}

static noinline __always_unused __attribute((target("thumb"))) void thumb_code(void)
{
	asm volatile("nop");
}

static inline void store(u32 *p, u32 val)
{
	asm volatile("str %1, [%0]" : : "r" (p), "r" (val) : "memory");
}

static inline u32 load(u32 *p)
{
	u32 val = 0;

	asm volatile("ldr %0, [%1]" : "+r" (val) : "r" (p) : "memory");
	return val;
}

/* A breakpoint on arm_code(), a watchpoint on @word */
static inline void set_own(u32 *word)
{
	breakpoints_on();
	write_dbg(BVR, 0, (u32)arm_code);
	write_dbg(BCR, 0, BAS(15) | PL1 | PL0 | ENABLED);
	write_dbg(WVR, 0, (u32)word);
	write_dbg(WCR, 0, BAS(15) | STORE | PL1 | PL0 | ENABLED);
}

/* Bit 0: the breakpoint has matched; bit 1: the watchpoint; each with its own DBGDSCR.MOE */
static inline u32 own_hits(u32 *word)
{
	u32 hits = 0;

	if (EXCEPTIONS(EXC_PABT, arm_code())) {
		CHECK_EQ(moe(), MOE_BREAKPOINT);
		hits |= 1;
	}
	if (EXCEPTIONS(EXC_DABT, store(word, 1))) {
		CHECK_EQ(moe(), MOE_WATCHPOINT);
		CHECK_EQ(me()->far, (u32)word);
		hits |= 2;
	}
	return hits;
}

#endif
