// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest sees of each trap that KVM sets (ARM ARM B1.14): the
 * architecture's behaviour, as if there were no hypervisor.
 */
#include "gic.h"

static void vtimer_after_us(u32 us)
{
	WRITE_CP64(counter() + counter_hz() / 1000000 * us, p15, 3, c14);
	WRITE_CP(1, p15, 0, c14, c3, 1);
	isb();
}

/* HCR.TWI */

GUEST_TEST(wfi_wakes_for_masked_interrupt, 1)
{
	u64 before;

	gic_on();
	gic_enable(27);
	before = counter();
	vtimer_after_us(20000);
	/* WFI may end early: it is a hint */
	while (!(READ_CP(p15, 0, c14, c3, 1) & 4))
		wfi();
	CHECK(counter() - before >= counter_hz() / 1000000 * 20000);
	CHECK_EQ(gic_wait_iar(), 27);
}

GUEST_TEST(wfi_with_interrupt_pending, 1)
{
	gic_on();
	gicd_write(GICD_SGIR, SGIR_SELF | 3);
	wfi();
	CHECK_EQ(gic_wait_iar() & 0x3ff, 3);
}

/* A8.6: an instruction that fails its condition is a NOP */
GUEST_TEST(wfi_of_failed_condition, 1)
{
	asm volatile("cmp	r0, r0\n"
		     "	wfine\n"
		     "	wfene\n" : : : "cc", "memory");
	CHECK(true);
}

static void user_wfi(void)
{
	wfi();
}

GUEST_TEST(wfi_in_user_mode, 1)
{
	gic_on();
	gicd_write(GICD_SGIR, SGIR_SELF | 3);
	run_in_mode(MODE_USR, user_wfi);
	CHECK_EQ(gic_wait_iar() & 0x3ff, 3);
}

/* HCR.TWE */

GUEST_TEST(wfe_with_event, 1)
{
	u32 i;

	for (i = 0; i < 100; i++)
		asm volatile("sev\n\twfe" : : : "memory");
	/* The event stream of the virtual counter: CNTKCTL.EVNTEN, every 2^9 ticks */
	WRITE_CP(1 << 2 | 8 << 4, p15, 0, c14, c1, 0);
	isb();
	for (i = 0; i < 100; i++)
		asm volatile("wfe" : : : "memory");
	WRITE_CP(0, p15, 0, c14, c1, 0);
	CHECK_EQ(i, 100);
}

static shared bool flag;

static void set_flag(void)
{
	u64 end = counter() + counter_hz() / 100;

	while (counter() < end)
		barrier();
	flag = true;
	asm volatile("dsb\n\tsev" : : : "memory");
}

GUEST_TEST(wfe_waits_for_other_cpu, 2)
{
	CHECK_EQ(cpu_on(1, set_flag), PSCI_SUCCESS);
	while (!flag)
		asm volatile("wfe" : : : "memory");
	CHECK(cpu_wait(1, 5000));
}

/* HCR.TSC, and no Security Extensions for the guest */

GUEST_TEST(smc_is_undefined, 1)
{
	u32 n;

	CHECK(insn_undefined(0xe1600070));		/* smc #0 */
	/* cmp r0, r0; smcne #0 */
	n = EXCEPTIONS(EXC_UNDEF, asm volatile("cmp	r0, r0\n\t.word	0x11600070" : : : "cc"));
	CHECK_EQ(n, 0);
}

static void user_smc(void)
{
	asm volatile(".word 0xe1600070" : : : "memory");
}

static void user_hvc(void)
{
	asm volatile(".word 0xe1400070" : : : "memory");
}

GUEST_TEST(smc_in_user_mode_is_undefined, 1)
{
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_smc)), 1);
	CHECK_EQ(me()->spsr & 0x1f, MODE_USR);
	CHECK_EQ(me()->pc, (u32)user_smc);
}

GUEST_TEST(hvc_in_user_mode_is_undefined, 1)
{
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_hvc)), 1);
	CHECK_EQ(me()->spsr & 0x1f, MODE_USR);
	CHECK_EQ(me()->pc, (u32)user_hvc);
}

static shared u32 version;

static void call_psci(void)
{
	version = hvc(PSCI_VERSION, 0, 0, 0);
}

GUEST_TEST(hvc_in_every_privileged_mode, 1)
{
	static const u8 modes[] = {
		MODE_FIQ, MODE_IRQ, MODE_SVC, MODE_ABT, MODE_UND, MODE_SYS
	};
	u32 i, want = hvc(PSCI_VERSION, 0, 0, 0);

	for (i = 0; i < sizeof(modes); i++) {
		version = 0;
		run_in_mode(modes[i], call_psci);
		CHECK_EQ(version, want);
	}
}

/* HCR.TAC */

GUEST_TEST(actlr, 1)
{
	u32 val = READ_CP(p15, 0, c1, c0, 1);

	WRITE_CP(val, p15, 0, c1, c0, 1);
	isb();
	CHECK_EQ(READ_CP(p15, 0, c1, c0, 1), val);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, WRITE_CP(~0, p15, 0, c1, c0, 1)), 0);
	WRITE_CP(val, p15, 0, c1, c0, 1);
	CHECK_EQ(READ_CP(p15, 0, c1, c0, 1), val);
}

/* HCR.TIDCP: c9-c11 */

static u32 part(void)
{
	return READ_CP(p15, 0, c0, c0, 0) >> 4 & 0xfff;
}

GUEST_TEST(l2ctlr, 2)
{
	if (part() != 0xc0f && part() != 0xc07)
		skip("L2CTLR is that of Cortex-A15 and Cortex-A7.");
	/* Its bits [25:24] are the number of processors less one */
	if (have_vmm())
		CHECK_EQ(READ_CP(p15, 1, c9, c0, 2) >> 24 & 3, 1);
	CHECK(!insn_undefined(INSN_MRC(15, 1, 9, 0, 3)));	/* L2ECTLR */
}

/*
 * All reads of a coprocessor's registers, defined or not: an undefined one is
 * the guest's own undefined instruction exception, nothing else.
 */
static u32 sweep(u32 cp)
{
	u32 op1, crn, crm, op2, undefined = 0;

	for (op1 = 0; op1 < 8; op1++)
		for (crn = 0; crn < 16; crn++)
			for (crm = 0; crm < 16; crm++)
				for (op2 = 0; op2 < 8; op2++)
					undefined += insn_undefined(INSN_MRC(cp, op1, crn,
									     crm, op2));
	for (op1 = 0; op1 < 16; op1++)
		for (crm = 0; crm < 16; crm++)
			undefined += insn_undefined(INSN_MRRC(cp, op1, crm));
	return undefined;
}

GUEST_TEST(cp15_read_sweep, 1)
{
	CHECK(sweep(15) > 10000);
}

GUEST_TEST(cp14_read_sweep, 1)
{
	CHECK(sweep(14) > 10000);
}

/* Writes where the manual allocates nothing but implementation defined registers */
GUEST_TEST(implementation_defined_writes, 1)
{
	static const u8 spaces[][2] = {
		{ 9, 0 }, { 9, 1 }, { 9, 2 }, { 9, 5 }, { 9, 6 }, { 9, 7 }, { 9, 8 },
		{ 10, 0 }, { 10, 1 }, { 10, 4 }, { 10, 8 },
		{ 11, 0 }, { 11, 1 }, { 11, 2 }, { 11, 3 }, { 11, 4 }, { 11, 5 },
		{ 11, 6 }, { 11, 7 }, { 11, 8 }, { 11, 15 },
		{ 15, 0 }, { 15, 1 }, { 15, 2 }, { 15, 3 }, { 15, 4 }, { 15, 5 },
		{ 15, 6 }, { 15, 7 }, { 15, 14 }, { 15, 15 },
	};
	u32 i, op1, op2, val = READ_CP(p15, 0, c1, c0, 0);

	for (i = 0; i < sizeof(spaces) / 2; i++)
		for (op1 = 0; op1 < 8; op1++)
			for (op2 = 0; op2 < 8; op2++)
				insn_undefined(INSN_MCR(15, op1, spaces[i][0], spaces[i][1], op2));
	CHECK_EQ(READ_CP(p15, 0, c1, c0, 0), val);
}

/* B1.5, B4.1: registers of Hyp mode and of Secure state */
GUEST_TEST(hyp_and_secure_registers_undefined, 1)
{
	CHECK(insn_undefined(INSN_MRC(15, 4, 0, 0, 0)));	/* VPIDR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 0, 0, 5)));	/* VMPIDR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 1, 0, 0)));	/* HSCTLR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 1, 1, 0)));	/* HCR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 1, 1, 1)));	/* HDCR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 1, 1, 2)));	/* HCPTR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 1, 1, 3)));	/* HSTR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 2, 1, 2)));	/* VTCR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 5, 2, 0)));	/* HSR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 12, 0, 0)));	/* HVBAR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 14, 1, 0)));	/* CNTHCTL */
	CHECK(insn_undefined(INSN_MRRC(15, 6, 2)));		/* VTTBR */
	CHECK(insn_undefined(INSN_MRRC(15, 4, 2)));		/* HTTBR */
	CHECK(insn_undefined(INSN_MRRC(15, 4, 14)));		/* CNTVOFF */
	CHECK(insn_undefined(INSN_MCR(15, 4, 8, 7, 4)));	/* TLBIALLNSNH */
	CHECK(insn_undefined(INSN_MCR(15, 4, 8, 7, 0)));	/* TLBIALLH */
	CHECK(insn_undefined(INSN_MRC(15, 0, 1, 1, 0)));	/* SCR */
	CHECK(insn_undefined(INSN_MRC(15, 0, 12, 0, 1)));	/* MVBAR */
	CHECK(insn_undefined(0xe1600070));			/* SMC */
}

/* The host may have a GICv3, but the guest has a GICv2 */
GUEST_TEST(gic_has_no_system_registers, 1)
{
	gic_on();
	CHECK(insn_undefined(INSN_MRC(15, 0, 12, 12, 5)));	/* ICC_SRE */
	CHECK(insn_undefined(INSN_MCR(15, 0, 12, 12, 5)));
	CHECK(insn_undefined(INSN_MRC(15, 0, 4, 6, 0)));	/* ICC_PMR */
	CHECK(insn_undefined(INSN_MCR(15, 0, 4, 6, 0)));
	CHECK(insn_undefined(INSN_MRC(15, 0, 12, 12, 0)));	/* ICC_IAR1 */
	CHECK(insn_undefined(INSN_MCR(15, 0, 12, 12, 1)));	/* ICC_EOIR1 */
	CHECK(insn_undefined(INSN_MRC(15, 0, 12, 8, 0)));	/* ICC_IAR0 */
	CHECK(insn_undefined(INSN_MRC(15, 4, 12, 11, 0)));	/* ICH_HCR */
	CHECK(insn_undefined(INSN_MRC(15, 4, 12, 9, 5)));	/* ICC_HSRE */
	CHECK(insn_undefined(INSN_MCRR(15, 0, 12)));		/* ICC_SGI1R */
	gicd_write(GICD_SGIR, SGIR_SELF | 3);
	CHECK_EQ(gicc_read(GICC_IAR), 3);
	gicc_write(GICC_EOIR, 3);
}

/* HCR.TID3: ID registers are readable, reserved ones are zero, B4.1 */
GUEST_TEST(id_registers, 2)
{
	u32 crm, op2, pfr1 = READ_CP(p15, 0, c0, c1, 1);

	for (crm = 0; crm < 8; crm++)
		for (op2 = 0; op2 < 8; op2++)
			CHECK(!insn_undefined(INSN_MRC(15, 0, 0, crm, op2)));
	for (crm = 3; crm < 8; crm++)
		for (op2 = 0; op2 < 8; op2++) {
			/* A core with ARMv8 has MVFRs and ID registers in c3 */
			if (crm == 3)
				continue;
			CHECK_EQ((u32)exec_insn(INSN_MRC(15, 0, 0, crm, op2), 1, 0), 0);
		}
	/* There is a generic timer; no Hyp mode and no Secure state are there */
	CHECK_EQ(pfr1 >> 16 & 15, 1);
	CHECK_EQ(pfr1 >> 12 & 15, 0);
	CHECK_EQ(pfr1 >> 4 & 15, 0);
	/* The Virtualization Extensions' host has LPAE: VMSAv7 with long descriptors */
	CHECK((READ_CP(p15, 0, c0, c1, 4) & 15) >= 5);
	/* Nothing to write there */
	CHECK(insn_undefined(INSN_MCR(15, 0, 0, 1, 0)));
	CHECK(READ_CP(p15, 0, c0, c0, 5) >> 31);
}

/* ID_MMFR3 is answered in Hyp mode, if it is read to one of r0-r7 */

#define EACH		"0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12"

/* r0-r12, each its number, after one of them was read to */
static __attribute__((naked)) void read_mmfr3_to(u32 rt __always_unused,
						 u32 *regs __always_unused)
{
	asm("adr	r2, 1f\n"
	    "	add	r2, r2, r0, lsl #3\n"
	    "	push	{r1, r4-r12, lr}\n"
	    "	push	{r2, r3}\n"
	    "	.irp	n, " EACH "\n"
	    "	mov	r\\n, #\\n\n"
	    "	.endr\n"
	    "	ldr	pc, [sp]\n"
	    "1:	.irp	n, " EACH "\n"
	    "	mrc	p15, 0, r\\n, c0, c1, 7\n"
	    "	b	2f\n"
	    "	.endr\n"
	    "2:	push	{r0-r12}\n"
	    "	ldr	r0, [sp, #15 * 4]\n"
	    "	mov	r1, sp\n"
	    "	mov	r2, #13 * 4\n"
	    "	bl	memcpy\n"
	    "	add	sp, sp, #16 * 4\n"
	    "	pop	{r4-r12, pc}\n");
}

/* r8 in FIQ mode is another one */
GUEST_TEST(id_mmfr3_in_fiq_mode, 1)
{
	u32 want = READ_CP(p15, 0, c0, c1, 7);
	u32 got[2];

	asm volatile("mov	r8, #0x55\n"
		     "	cps	#0x11\n"
		     "	mov	r8, #0\n"
		     "	mrc	p15, 0, r8, c0, c1, 7\n"
		     "	mov	r2, r8\n"
		     "	cps	#0x13\n"
		     "	mov	r3, r8\n"
		     "	stm	%0, {r2, r3}\n" : : "r" (got) : "r2", "r3", "r8", "memory");
	CHECK_EQ(got[0], want);
	CHECK_EQ(got[1], 0x55);
}

GUEST_TEST(id_mmfr3_to_each_register, 1)
{
	u32 want = READ_CP(p15, 0, c0, c1, 7);
	u32 i, rt, val, regs[13];

	for (rt = 0; rt < 13; rt++) {
		read_mmfr3_to(rt, regs);
		for (i = 0; i < 13; i++)
			CHECK_EQ(regs[i], i == rt ? want : i);
	}
	/* To SP and LR; the host answers these */
	asm volatile("mov	r1, sp\n\tmrc p15, 0, sp, c0, c1, 7\n\t"
		     "mov	%0, sp\n\tmov	sp, r1" : "=r" (val) : : "r1");
	CHECK_EQ(val, want);
	asm volatile("mrc	p15, 0, lr, c0, c1, 7\n\tmov	%0, lr" : "=r" (val) : : "lr");
	CHECK_EQ(val, want);
	/* A failed condition, and one that holds */
	asm volatile("mov	%0, #5\n\tcmp	%0, #5\n\tmrcne p15, 0, %0, c0, c1, 7"
		     : "=r" (val) : : "cc");
	CHECK_EQ(val, 5);
	asm volatile("mov	%0, #5\n\tcmp	%0, #5\n\tmrceq p15, 0, %0, c0, c1, 7"
		     : "=r" (val) : : "cc");
	CHECK_EQ(val, want);
}

/* In an IT block, of AL too, the next instruction is the next one's turn */
GUEST_TEST(id_mmfr3_in_thumb, 1)
{
	u32 want = READ_CP(p15, 0, c0, c1, 7), plain, always, equal, after;

	asm volatile("	.syntax	unified\n"
		     "	adr	r3, 1f + 1\n"
		     "	bx	r3\n"
		     "	.thumb\n"
		     "1:	mrc	p15, 0, r0, c0, c1, 7\n"
		     "	movs	r2, #1\n"
		     "	movs	r1, #0\n"
		     "	cmp	r1, #0\n"
		     "	itte	eq\n"
		     "	mrceq	p15, 0, r1, c0, c1, 7\n"
		     "	addeq	r2, #1\n"
		     "	movne	r2, #9\n"
		     "	.inst.n	0xbfe8\n"	/* IT AL, which gas refuses */
		     "	mrc	p15, 0, r4, c0, c1, 7\n"
		     /* Sets the flags outside of an IT block only */
		     "	adds	r3, r2, #0\n"
		     "	bne	2f\n"
		     "	movs	r2, #8\n"
		     "2:	adr	r3, 3f\n"
		     "	bx	r3\n"
		     "	.balign	4\n"
		     "	.arm\n"
		     "3:	mov	%0, r0\n"
		     "	mov	%1, r1\n"
		     "	mov	%2, r2\n"
		     "	mov	%3, r4\n"
		     "	.syntax	divided\n"
		     : "=&r" (plain), "=&r" (equal), "=&r" (after), "=&r" (always)
		     : : "r0", "r1", "r2", "r3", "r4", "cc");
	CHECK_EQ(plain, want);
	CHECK_EQ(equal, want);
	CHECK_EQ(always, want);
	CHECK_EQ(after, 2);
}

/* HCR.TID2, HCR.TPU and friends */
GUEST_TEST(cache_type_registers, 1)
{
	u32 clidr = READ_CP(p15, 1, c0, c0, 1);
	u32 level, type;

	CHECK_EQ(READ_CP(p15, 0, c0, c0, 1) >> 30, 2);	/* CTR, of ARMv7 or ARMv8 */
	CHECK(clidr & 7);
	for (level = 0; level < 7; level++) {
		type = clidr >> 3 * level & 7;
		if (!type)
			break;
		WRITE_CP(level << 1, p15, 2, c0, c0, 0);
		isb();
		CHECK_EQ(READ_CP(p15, 2, c0, c0, 0), level << 1);
		/* Lines of at least 16 bytes; the sets and ways exist */
		CHECK(READ_CP(p15, 1, c0, c0, 0) != 0);
	}
}

/* HCR.TSW and then HCR.TVM */

static void all_set_way(int op)
{
	u32 level, set, way, ccsidr, sets, ways, shift, way_shift;
	u32 clidr = READ_CP(p15, 1, c0, c0, 1);

	for (level = 0; level < 7; level++) {
		if ((clidr >> 3 * level & 7) < 2)
			continue;
		WRITE_CP(level << 1, p15, 2, c0, c0, 0);
		isb();
		ccsidr = READ_CP(p15, 1, c0, c0, 0);
		sets = (ccsidr >> 13 & 0x7fff) + 1;
		ways = (ccsidr >> 3 & 0x3ff) + 1;
		shift = (ccsidr & 7) + 4;
		way_shift = ways > 1 ? __builtin_clz(ways - 1) : 0;
		for (way = 0; way < ways; way++)
			/* The ends are enough: every one of them traps */
			for (set = 0; set < sets; set += sets > 8 ? sets / 8 : 1) {
				u32 val = way << way_shift | set << shift | level << 1;

				if (op == 0)
					WRITE_CP(val, p15, 0, c7, c10, 2);
				else
					WRITE_CP(val, p15, 0, c7, c14, 2);
			}
	}
	dsb();
}

GUEST_TEST(set_way_keeps_memory, 1)
{
	shared u32 *mem = (u32 *)(RAM_BASE + 0x1000000);
	u32 i;

	mmu_on_short();
	for (i = 0; i < 4096; i++)
		mem[i * 16] = i ^ 0x5a5a0000;
	all_set_way(0);
	all_set_way(1);
	mmu_off();
	for (i = 0; i < 4096; i++)
		if (mem[i * 16] != (i ^ 0x5a5a0000))
			break;
	CHECK_EQ(i, 4096);
}

GUEST_TEST(set_way_invalidate_with_caches_off, 1)
{
	/* DCISW: with nothing dirty it loses nothing */
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, WRITE_CP(0, p15, 0, c7, c6, 2)), 0);
}

#define CHECK_RW(val, ...)						\
do {									\
	u32 __old = READ_CP(__VA_ARGS__), __new = (val);		\
									\
	WRITE_CP(__new, __VA_ARGS__);					\
	isb();								\
	CHECK_EQ(READ_CP(__VA_ARGS__), __new);				\
	WRITE_CP(__old, __VA_ARGS__);					\
	isb();								\
} while (0)

static void check_vm_registers(u32 x)
{
	u32 ttbcr = READ_CP(p15, 0, c2, c0, 2);
	u64 ttbr;

	CHECK_RW(0x40004000 + x * 0x4000, p15, 0, c2, c0, 0);	/* TTBR0 */
	CHECK_RW(0x40008000 + x * 0x4000, p15, 0, c2, c0, 1);	/* TTBR1 */
	CHECK_RW(x & 7, p15, 0, c2, c0, 2);			/* TTBCR.N */
	CHECK_RW(0x55555555 ^ x, p15, 0, c3, c0, 0);		/* DACR */
	CHECK_RW(0x00000805 + (x & 3), p15, 0, c5, c0, 0);	/* DFSR */
	CHECK_RW(0x00000405 + (x & 3), p15, 0, c5, c0, 1);	/* IFSR */
	CHECK_RW(0xdeadbe00 + x, p15, 0, c6, c0, 0);		/* DFAR */
	CHECK_RW(0xcafebab0 + x, p15, 0, c6, c0, 2);		/* IFAR */
	CHECK_RW(0x000a81a4, p15, 0, c10, c2, 0);		/* PRRR */
	CHECK_RW(0x44e048e0, p15, 0, c10, c2, 1);		/* NMRR */
	CHECK_RW(0x12345600 + x, p15, 0, c13, c0, 1);		/* CONTEXTIDR */
	CHECK_RW(0x70000000 + x, p15, 0, c13, c0, 2);		/* TPIDRURW */
	CHECK_RW(0x71000000 + x, p15, 0, c13, c0, 3);		/* TPIDRURO */
	CHECK_RW(0x40300000, p15, 0, c12, c0, 0);		/* VBAR */
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, (void)READ_CP(p15, 0, c5, c1, 0)), 0);	/* ADFSR */
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, (void)READ_CP(p15, 0, c5, c1, 1)), 0);	/* AIFSR */
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, (void)READ_CP(p15, 0, c10, c3, 0)), 0);	/* AMAIR0 */
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, (void)READ_CP(p15, 0, c10, c3, 1)), 0);	/* AMAIR1 */

	/* With long descriptors: 64-bit tables, MAIR0 and MAIR1 whole */
	WRITE_CP(1U << 31, p15, 0, c2, c0, 2);
	isb();
	CHECK_RW(0x00440488 + x, p15, 0, c10, c2, 0);
	CHECK_RW(0xff004400 + x, p15, 0, c10, c2, 1);
	ttbr = 0x0012000040000000ULL + ((u64)x << 16);
	WRITE_CP64(ttbr, p15, 0, c2);
	WRITE_CP64(ttbr + 0x100000, p15, 1, c2);
	isb();
	CHECK_EQ(READ_CP64(p15, 0, c2), ttbr);
	CHECK_EQ(READ_CP64(p15, 1, c2), ttbr + 0x100000);
	WRITE_CP64(0x0000000800000000ULL, p15, 0, c7);		/* PAR */
	WRITE_CP(ttbcr, p15, 0, c2, c0, 2);
	isb();
}

GUEST_TEST(vm_registers, 1)
{
	check_vm_registers(1);
}

/* After an operation by set and way KVM traps them until the caches are on */
GUEST_TEST(vm_registers_trapped, 1)
{
	WRITE_CP(0, p15, 0, c7, c14, 2);	/* DCCISW */
	check_vm_registers(2);
	mmu_on_short();
	CHECK_EQ(READ_CP(p15, 0, c1, c0, 0) & 0x1005, 0x1005);
	mmu_off();
	all_set_way(1);
	mmu_on_lpae();
	CHECK_EQ(READ_CP(p15, 0, c1, c0, 0) & 0x1005, 0x1005);
	CHECK_EQ(READ_CP(p15, 0, c2, c0, 2), 1U << 31);
}

/* HDCR, HSTR: what ID_DFR0 says is there works, what is not there is harmless */

GUEST_TEST(debug_registers, 1)
{
	u32 copdbg = READ_CP(p15, 0, c0, c1, 2) & 15;
	bool dbgdidr = !insn_undefined(INSN_MRC(14, 0, 0, 0, 0));

	if (copdbg) {
		CHECK(dbgdidr);
		CHECK(!insn_undefined(INSN_MRC(14, 0, 0, 1, 0)));	/* DBGDSCRint */
		CHECK(!insn_undefined(INSN_MRC(14, 0, 1, 0, 0)));	/* DBGDRAR */
		CHECK(!insn_undefined(INSN_MRC(14, 0, 2, 0, 0)));	/* DBGDSAR */
	}
	/* Whatever a guest writes, breakpoints do not reach the host: see the host's log */
	insn_undefined(INSN_MCR(14, 0, 0, 0, 4));		/* DBGBVR0 */
	EXCEPTIONS(EXC_UNDEF, exec_insn(INSN_MCR(14, 0, 0, 0, 5), 0x1e7, 0));	/* DBGBCR0 */
	CHECK_EQ((u32)exec_insn(INSN_MRC(14, 0, 0, 0, 5), 0, 0), copdbg ? 0x1e7 : 0);
	EXCEPTIONS(EXC_UNDEF, exec_insn(INSN_MCR(14, 0, 0, 2, 2), 1 << 15, 0));	/* DBGDSCRext */
	EXCEPTIONS(EXC_UNDEF, exec_insn(INSN_MCR(14, 0, 1, 0, 4), 0, 0));	/* DBGOSLAR */
	CHECK(true);
}

GUEST_TEST(trace_registers, 1)
{
	u32 coptrc = READ_CP(p15, 0, c0, c1, 2) >> 12 & 15;

	if (!coptrc)
		CHECK(insn_undefined(INSN_MRC(14, 1, 0, 0, 0)));
}

GUEST_TEST(jazelle_and_thumbee, 1)
{
	CHECK(!insn_undefined(INSN_MRC(14, 7, 0, 0, 0)));		/* JIDR */
	if (READ_CP(p15, 0, c0, c1, 0) >> 12 & 15)
		CHECK(!insn_undefined(INSN_MRC(14, 6, 0, 0, 0)));	/* TEECR */
}

GUEST_TEST(performance_monitors, 1)
{
	u32 perfmon = READ_CP(p15, 0, c0, c1, 2) >> 24 & 15;
	u32 undefined = 0, op2, crm;

	for (crm = 12; crm <= 14; crm++)
		for (op2 = 0; op2 < 3; op2++)
			undefined += insn_undefined(INSN_MRC(15, 0, 9, crm, op2));
	if (perfmon >= 1 && perfmon < 15) {
		CHECK_EQ(undefined, 0);
		return;
	}
	/* None: undefined, or nothing of the host's to be seen */
	EXCEPTIONS(EXC_UNDEF, exec_insn(INSN_MCR(15, 0, 9, 12, 0), 1, 0));
	EXCEPTIONS(EXC_UNDEF, exec_insn(INSN_MCR(15, 0, 9, 12, 1), 1U << 31, 0));
	EXCEPTIONS(EXC_UNDEF, ({
		u32 cycles = exec_insn(INSN_MRC(15, 0, 9, 13, 0), 0, 0);

		CHECK_EQ(cycles, 0);
	}));
}

/* CNTHCTL.PL1PCEN: the physical timer is emulated */

GUEST_TEST(physical_timer_registers, 1)
{
	u64 cval;
	u32 tval;

	CHECK(READ_CP64(p15, 0, c14) <= READ_CP64(p15, 0, c14));
	WRITE_CP(0, p15, 0, c14, c2, 1);
	isb();
	CHECK_EQ(READ_CP(p15, 0, c14, c2, 1) & 3, 0);
	WRITE_CP64(0x123456789abcdef0ULL, p15, 2, c14);
	isb();
	CHECK_EQ(READ_CP64(p15, 2, c14), 0x123456789abcdef0ULL);
	/* TVAL is CVAL less the counter, CVAL the counter plus TVAL, B8.1.5 */
	WRITE_CP(1000000, p15, 0, c14, c2, 0);
	isb();
	cval = READ_CP64(p15, 2, c14);
	tval = READ_CP(p15, 0, c14, c2, 0);
	CHECK(cval - READ_CP64(p15, 0, c14) <= 1000000);
	CHECK(tval <= 1000000);
	WRITE_CP(3, p15, 0, c14, c2, 1);	/* on, masked */
	isb();
	CHECK_EQ(READ_CP(p15, 0, c14, c2, 1), 3);
	CHECK(WAIT_FOR(READ_CP(p15, 0, c14, c2, 1) == 7, 2000));
	CHECK(READ_CP64(p15, 0, c14) >= cval);
	WRITE_CP(0, p15, 0, c14, c2, 1);
}

GUEST_TEST(physical_timer_interrupt, 1)
{
	gic_on();
	gic_enable(30);
	WRITE_CP(counter_hz() / 100, p15, 0, c14, c2, 0);
	WRITE_CP(1, p15, 0, c14, c2, 1);
	isb();
	CHECK_EQ(gic_wait_iar(), 30);
	CHECK(READ_CP(p15, 0, c14, c2, 1) & 4);
	WRITE_CP(0, p15, 0, c14, c2, 1);
	gicc_write(GICC_EOIR, 30);
	CHECK(WAIT_FOR(!gic_bit(GICD_ISPENDR, 30), 100));
}

static void user_cntpct(void)
{
	(void)READ_CP64(p15, 0, c14);
}

static void user_cntp_ctl(void)
{
	(void)READ_CP(p15, 0, c14, c2, 1);
}

GUEST_TEST(counter_in_user_mode, 1)
{
	WRITE_CP(0, p15, 0, c14, c1, 0);	/* CNTKCTL */
	isb();
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_cntpct)), 1);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_cntp_ctl)), 1);
	WRITE_CP(1 | 1 << 9, p15, 0, c14, c1, 0);	/* PL0PCTEN, PL0PTEN */
	isb();
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_cntpct)), 0);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, user_cntp_ctl)), 0);
}

/* HCPTR.TCP10, TCP11: lazily switched VFP */

#define CPACR_VFP(x)	((x) * 0x500000)
#define FPEXC_EN	BIT(30)

static void set_cpacr(u32 val)
{
	WRITE_CP(val, p15, 0, c1, c0, 2);
	isb();
}

static u32 read_fpexc(void)
{
	u32 val;

	asm volatile(".fpu vfpv3\n\tvmrs %0, fpexc" : "=r" (val));
	return val;
}

static void write_fpexc(u32 val)
{
	asm volatile(".fpu vfpv3\n\tvmsr fpexc, %0\n\tisb" : : "r" (val) : "memory");
}

static shared u32 vfp_result;

static void use_vfp(void)
{
	u32 r;

	asm volatile(".fpu neon-vfpv4\n"
		     "	mov		r0, #0x40000000\n"	/* 2.0f */
		     "	vmov		s0, r0\n"
		     "	vmov		d31, r0, r0\n"
		     "	vmul.f32	s0, s0, s0\n"
		     "	vmov		%0, s0\n" : "=r" (r) : : "r0", "memory");
	vfp_result = r;
}

static noinline void vfp_add(void)
{
	asm volatile(".fpu vfpv3\n\tvadd.f32 s0, s0, s0" : : : "memory");
}

GUEST_TEST(vfp_disabled_in_cpacr, 1)
{
	set_cpacr(0);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, vfp_add()), 1);
	CHECK_EQ(me()->pc, (u32)vfp_add);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, (void)read_fpexc()), 1);
}

GUEST_TEST(vfp_disabled_in_fpexc, 1)
{
	set_cpacr(CPACR_VFP(3));
	write_fpexc(0);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, vfp_add()), 1);
	CHECK_EQ(me()->pc, (u32)vfp_add);
	CHECK_EQ(read_fpexc() & FPEXC_EN, 0);
	write_fpexc(FPEXC_EN);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, vfp_add()), 0);
	write_fpexc(0);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, vfp_add()), 1);
}

GUEST_TEST(vfp_privileged_only, 1)
{
	set_cpacr(CPACR_VFP(1));
	write_fpexc(FPEXC_EN);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, vfp_add()), 0);
	CHECK_EQ(EXCEPTIONS(EXC_UNDEF, run_in_mode(MODE_USR, vfp_add)), 1);
	CHECK_EQ(me()->spsr & 0x1f, MODE_USR);
	CHECK_EQ(READ_CP(p15, 0, c1, c0, 2) & CPACR_VFP(3), CPACR_VFP(1));
}

/* The first use of a fresh vCPU */
static void vfp_first_use(u32 mode)
{
	set_cpacr(CPACR_VFP(3));
	write_fpexc(FPEXC_EN);
	run_in_mode(mode, use_vfp);
	CHECK_EQ(vfp_result, 0x40800000);
}

GUEST_TEST(vfp_first_use_usr, 1)
{
	vfp_first_use(MODE_USR);
}

GUEST_TEST(vfp_first_use_fiq, 1)
{
	vfp_first_use(MODE_FIQ);
}

GUEST_TEST(vfp_first_use_irq, 1)
{
	vfp_first_use(MODE_IRQ);
}

GUEST_TEST(vfp_first_use_svc, 1)
{
	vfp_first_use(MODE_SVC);
}

GUEST_TEST(vfp_first_use_abt, 1)
{
	vfp_first_use(MODE_ABT);
}

GUEST_TEST(vfp_first_use_und, 1)
{
	vfp_first_use(MODE_UND);
}

GUEST_TEST(vfp_first_use_sys, 1)
{
	vfp_first_use(MODE_SYS);
}

GUEST_TEST(vfp_id_registers, 1)
{
	u32 fpsid, mvfr0, mvfr1, low, high, by_host, not_read;

	set_cpacr(CPACR_VFP(3));
	/* Readable with the VFP off, B1.11.3 */
	asm volatile(".fpu vfpv3\n\tvmrs %0, fpsid\n\tvmrs %1, mvfr0\n\tvmrs %2, mvfr1"
		     : "=r" (fpsid), "=r" (mvfr0), "=r" (mvfr1));
	CHECK(fpsid >> 16 & 0x7f);
	CHECK(mvfr0 & 15);
	CHECK(mvfr1);
	/* MVFR0 is answered in Hyp mode, but by the host to LR */
	asm volatile("vmrs	r0, mvfr0\n\tmov %0, r0\n\tvmrs r12, mvfr0\n\tmov %1, r12\n\t"
		     "vmrs	lr, mvfr0\n\tmov %2, lr\n\t"
		     "mov	%3, #5\n\tcmp %3, #5\n\tvmrsne %3, mvfr0"
		     : "=&r" (low), "=&r" (high), "=&r" (by_host), "=&r" (not_read)
		     : : "r0", "r12", "lr", "cc");
	CHECK_EQ(by_host, mvfr0);
	CHECK_EQ(low, mvfr0);
	CHECK_EQ(high, mvfr0);
	CHECK_EQ(not_read, 5);
}

/* Abort injection: an instruction fetch where no memory is, data are the MMIO tests' */
GUEST_TEST(no_memory_to_fetch_from, 1)
{
	u32 resume;

	asm volatile("adr %0, 1f\n\tstr %0, [%1]\n\tldr %0, =0x0f000000\n\tbx %0\n1:\n"
		     : "=&r" (resume) : "r" (({ expect(EXC_PABT); &me()->resume; })) : "memory");
	CHECK_EQ(me()->count[EXC_PABT], 1);
	CHECK_EQ(me()->pc, 0x0f000000);
	CHECK_EQ(me()->far, 0x0f000000);
	/* Synchronous external abort in the short format, B3.13.3 */
	CHECK_EQ(me()->fsr & 0x40f, 0x008);
}
