// SPDX-License-Identifier: GPL-2.0-only
/*
 * One instruction each between two sync points, for trap_taken_test.c to see
 * whether it has trapped.
 */
#include "gic.h"

/* Whether the instruction is undefined after all is the traps_test's matter */
#define TRAP(insn)							\
do {									\
	if (!have_vmm())						\
		skip("The VMM looks at the counters.");			\
	sync(1);							\
	EXCEPTIONS(EXC_UNDEF, insn);					\
	sync(2);							\
} while (0)

static void pending_sgi(void)
{
	gic_on();
	gicd_write(GICD_SGIR, SGIR_SELF | 3);
}

static void vfp_allowed(void)
{
	WRITE_CP(0xf00000, p15, 0, c1, c0, 2);	/* CPACR */
	isb();
}

/* HCR */
GUEST_TEST(wfi, 1)
{
	gic_on();
	gic_enable(27);
	/* Half a second, and then: nothing may be pending when it waits */
	TRAP({
		WRITE_CP64(counter() + counter_hz() / 2, p15, 3, c14);
		WRITE_CP(1, p15, 0, c14, c3, 1);
		wfi();
	});
}

GUEST_TEST(wfe, 1)
{
	TRAP(asm volatile("wfe"));
}

GUEST_TEST(smc, 1)
{
	TRAP(asm volatile(".word 0xe1600070" : : : "memory"));
}

GUEST_TEST(actlr, 1)
{
	TRAP(READ_CP(p15, 0, c1, c0, 1));
}

GUEST_TEST(l2ctlr, 1)
{
	TRAP(READ_CP(p15, 1, c9, c0, 2));
}

GUEST_TEST(tcm_c9, 1)
{
	TRAP(READ_CP(p15, 0, c9, c1, 0));
}

GUEST_TEST(c11, 1)
{
	TRAP(READ_CP(p15, 0, c11, c0, 0));
}

GUEST_TEST(set_way, 1)
{
	TRAP(WRITE_CP(0, p15, 0, c7, c14, 2));
}

GUEST_TEST(ctr, 1)
{
	TRAP(READ_CP(p15, 0, c0, c0, 1));
}

GUEST_TEST(ccsidr, 1)
{
	TRAP(READ_CP(p15, 1, c0, c0, 0));
}

GUEST_TEST(csselr, 1)
{
	TRAP(WRITE_CP(0, p15, 2, c0, c0, 0));
}

GUEST_TEST(id_pfr0, 1)
{
	TRAP(READ_CP(p15, 0, c0, c1, 0));
}

GUEST_TEST(ttbr0_caches_off, 1)
{
	TRAP(WRITE_CP(0, p15, 0, c2, c0, 0));
}

GUEST_TEST(dacr_caches_on, 1)
{
	mmu_on_short();
	TRAP(WRITE_CP(1, p15, 0, c3, c0, 0));
}

/* HCPTR */
GUEST_TEST(trace, 1)
{
	TRAP(READ_CP(p14, 1, c0, c0, 0));
}

GUEST_TEST(vfp, 1)
{
	vfp_allowed();
	TRAP(asm volatile(".fpu vfpv3\n\tvmrs r0, fpexc" : : : "r0"));
}

/* HSTR */
GUEST_TEST(c15, 1)
{
	TRAP(READ_CP(p15, 0, c15, c0, 0));
}

GUEST_TEST(teecr, 1)
{
	TRAP(READ_CP(p14, 6, c0, c0, 0));
}

/* HDCR */
GUEST_TEST(dbgdrar, 1)
{
	TRAP(READ_CP(p14, 0, c1, c0, 0));
}

GUEST_TEST(dbgdrar_64, 1)
{
	TRAP(READ_CP64(p14, 0, c1));
}

GUEST_TEST(dbgoslar, 1)
{
	TRAP(WRITE_CP(0, p14, 0, c1, c0, 4));
}

GUEST_TEST(dbgdscr, 1)
{
	TRAP(READ_CP(p14, 0, c0, c1, 0));
}

GUEST_TEST(pmcr, 1)
{
	TRAP(READ_CP(p15, 0, c9, c12, 0));
}

GUEST_TEST(pmcntenset, 1)
{
	TRAP(READ_CP(p15, 0, c9, c12, 1));
}

/* CNTHCTL */
GUEST_TEST(cntp_ctl, 1)
{
	TRAP(READ_CP(p15, 0, c14, c2, 1));
}

GUEST_TEST(cntp_cval, 1)
{
	TRAP(READ_CP64(p15, 2, c14));
}

GUEST_TEST(cntpct, 1)
{
	TRAP(READ_CP64(p15, 0, c14));
}

/* Never */
GUEST_TEST(hypercall, 1)
{
	TRAP(hvc(PSCI_VERSION, 0, 0, 0));
}

GUEST_TEST(cntvct, 1)
{
	TRAP(READ_CP64(p15, 1, c14));
}

GUEST_TEST(cntv_ctl, 1)
{
	TRAP(READ_CP(p15, 0, c14, c3, 1));
}

GUEST_TEST(tpidr, 1)
{
	TRAP(WRITE_CP(1, p15, 0, c13, c0, 2));
}

GUEST_TEST(vbar, 1)
{
	TRAP(READ_CP(p15, 0, c12, c0, 0));
}

GUEST_TEST(tlb, 1)
{
	TRAP(WRITE_CP(0, p15, 0, c8, c7, 0));
}

GUEST_TEST(cache_by_address, 1)
{
	TRAP(WRITE_CP(RAM_BASE, p15, 0, c7, c14, 1));
}

/* ICC_HSRE */
GUEST_TEST(icc_sre, 1)
{
	TRAP(WRITE_CP(1, p15, 0, c12, c12, 5));
}

GUEST_TEST(acknowledge, 1)
{
	pending_sgi();
	TRAP(gicc_write(GICC_EOIR, gicc_read(GICC_IAR)));
}

