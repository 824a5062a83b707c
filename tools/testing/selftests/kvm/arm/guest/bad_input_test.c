// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that tries everything, from every mode: each access to CP14 and CP15, each
 * immediate of HVC and SMC, loads and stores to whatever is not memory. It gets the
 * architecture's exception or what KVM's documentation says, and lives on.
 *
 * The instructions come in batches, which vectors of their own let go on behind one
 * that takes an exception. For bad_input_test.c.
 */
#include "bad_input.h"
#include "gic.h"

#define BATCH		1024
#define SLOT_WORDS	5

/* What an instruction of the batch has done */
struct outcome {
	u32 r0;
	u32 raised;	/* 0, EXC_*, or DATA_ABORT and the DFSR */
	u32 r4;
	u32 r5;
	u32 base;	/* r6 */
};

/* What it finds in its registers */
struct input {
	u32 r0;
	u32 r4;
	u32 r5;
};

#define DATA_ABORT	BIT(31)
#define FSR_EXTERNAL	0x008
#define FSR_ALIGNMENT	0x001
#define FSR_STATUS	0x40f

static u32 code[BATCH * SLOT_WORDS + 1] __section(".noinit") __aligned(4096);
static struct input inputs[BATCH] __section(".noinit") __aligned(4096);
static struct outcome outcomes[BATCH] __section(".noinit");
static u32 nr_slots, nr_words;

static const u8 modes[] = {
	MODE_SVC, MODE_FIQ, MODE_IRQ, MODE_ABT, MODE_UND, MODE_SYS, MODE_USR
};

#define NR_MODES	sizeof(modes)

/*
 * exec_batch(): in the batch, r1 is where the input is and the outcome goes, r7 the
 * base, r3 what was raised; r2 is an index for loads and stores. An SVC ends it.
 */
asm("	.arm\n"
	"	.global	exec_batch, bad_vectors\n"
	"exec_batch:\n"
	"	push	{r4-r11, lr}\n"
	"	mrs	r4, cpsr\n"
	"	bic	r4, r4, #0x1f\n"
	"	orr	r0, r0, r4\n"
	"	mov	r5, r1\n"
	"	mov	r7, r2\n"
	"	mov	r1, r3\n"
	"	mov	r2, #4\n"
	"	msr	cpsr_c, r0\n"
	"	bx	r5\n"
	"	.align	5\n"
	"bad_vectors:\n"
	"	b	.\n"
	"	b	bad_undef\n"
	"	pop	{r4-r11, pc}\n"
	"	b	bad_pabt\n"
	"	b	bad_dabt\n"
	"	b	.\n"
	"	b	.\n"
	"	b	.\n"
	/* LR is the instruction's end, but in Thumb state its middle */
	"bad_undef:\n"
	"	push	{r0}\n"
	"	mrs	r0, spsr\n"
	"	tst	r0, #0x20\n"
	"	addne	lr, lr, #2\n"
	"	pop	{r0}\n"
	"	mov	r3, #1\n"
	"	movs	pc, lr\n"
	"bad_pabt:\n"
	"	mov	r3, #3\n"
	"	movs	pc, lr\n"
	"bad_dabt:\n"
	"	mrc	p15, 0, r3, c5, c0, 0\n"
	"	orr	r3, r3, #0x80000000\n"
	"	subs	pc, lr, #4\n");

static void put(u32 insn, bool thumb)
{
	if (thumb) {
		code[nr_words++] = 0x463e2300;	/* movs r3, #0; mov r6, r7 */
		code[nr_words++] = 0x0031e891;	/* ldmia.w r1, {r0, r4, r5} */
		code[nr_words++] = insn;
		code[nr_words++] = 0xbf00c179;	/* stmia r1!, {r0, r3, r4, r5, r6}; nop */
	} else {
		code[nr_words++] = 0xe3a03000;	/* the same */
		code[nr_words++] = 0xe1a06007;
		code[nr_words++] = 0xe8910031;
		code[nr_words++] = insn;
		code[nr_words++] = 0xe8a10079;
	}
	nr_slots++;
}

static void begin_batch(void)
{
	nr_slots = 0;
	nr_words = 0;
}

/* The caches are off: what was written is in memory */
static void end_batch(bool thumb)
{
	code[nr_words] = thumb ? 0xbf00df00 : 0xef000000;	/* svc #0 */
	dsb();
	WRITE_CP(0, p15, 0, c7, c5, 0);				/* ICIALLU */
	WRITE_CP(0, p15, 0, c7, c5, 6);				/* BPIALL */
	dsb();
	isb();
}

static void run_batch(u32 mode, bool thumb, u32 base)
{
	u32 i;

	for (i = 0; i < nr_slots; i++)
		__builtin_memcpy(&outcomes[i], &inputs[i], sizeof(inputs[i]));
	WRITE_CP((u32)bad_vectors, p15, 0, c12, c0, 0);
	isb();
	exec_batch(mode, (u32)code | thumb, base, outcomes);
	WRITE_CP((u32)vectors, p15, 0, c12, c0, 0);
	isb();
}

static void fill_inputs(u32 r0, u32 r4, u32 r5)
{
	u32 i;

	for (i = 0; i < nr_slots; i++)
		inputs[i] = (struct input){ r0, r4, r5 };
}

/* One wrong outcome is told, the rest is counted */
static u32 wrong;

static void complain(const char *what, u32 mode, u32 slot, bool thumb)
{
	const struct outcome *o = &outcomes[slot];

	if (wrong++ < 20)
		print("%s: mode %x, %08x: raised %x, r0 %x, r4 %x, r5 %x, base %x\n", what,
		      mode, code[thumb ? slot * 4 + 2 : slot * 5 + 3], o->raised, o->r0, o->r4,
		      o->r5, o->base);
}

static u32 stride(void)
{
	return have_vmm() ? arg(ARG_STRIDE) : 1;
}

/* Coprocessors 14 and 15 */

/* The same registers by MCR and MRC, or by MCRR and MRRC: SVC mode is the model */
static struct outcome first_read[BATCH], first_write[BATCH];

#define CP(cp, op1, crn, crm, op2) \
	((cp) << 16 | (crn) << 12 | (op1) << 8 | (crm) << 4 | (op2))
#define CP64(cp, op1, crm)	(BIT(31) | CP(cp, op1, 0, crm, 0))

static u32 insn_of(u32 reg, bool write)
{
	u32 cp = reg >> 16 & 15, crn = reg >> 12 & 15, op1 = reg >> 8 & 15;
	u32 crm = reg >> 4 & 15, op2 = reg & 15;

	/* The second register is r5 */
	if (reg & BIT(31))
		return (write ? INSN_MCRR(cp, op1, crm) : INSN_MRRC(cp, op1, crm)) | 5 << 16;
	return write ? INSN_MCR(cp, op1, crn, crm, op2) : INSN_MRC(cp, op1, crn, crm, op2);
}

/* B3.17.2: what PL0 always has */
static bool for_user(u32 reg, bool write)
{
	switch (reg) {
	case CP(15, 0, 13, 0, 2):		/* TPIDRURW */
		return true;
	case CP(15, 0, 13, 0, 3):		/* TPIDRURO */
	case CP(15, 0, 9, 14, 0):		/* PMUSERENR */
		return !write;
	case CP(15, 0, 7, 5, 4):		/* CP15ISB */
	case CP(15, 0, 7, 10, 4):		/* CP15DSB */
	case CP(15, 0, 7, 10, 5):		/* CP15DMB */
		return write;
	default:
		return false;
	}
}

/* C6.4.1: of CP14 that is for DBGDSCR.UDCCDIS to say, if there is a debug architecture */
static bool perhaps_for_user(u32 reg, bool write)
{
	switch (reg) {
	case CP(14, 0, 0, 5, 0):		/* DBGDTRRXint, DBGDTRTXint */
		return true;
	case CP(14, 0, 0, 0, 0):		/* DBGDIDR */
	case CP(14, 0, 0, 1, 0):		/* DBGDSCRint */
	case CP(14, 0, 1, 0, 0):		/* DBGDRAR */
	case CP(14, 0, 2, 0, 0):		/* DBGDSAR */
	case CP64(14, 0, 1):
	case CP64(14, 0, 2):
		return !write;
	default:
		return false;
	}
}

/* By themselves, or as another one of them was written */
static bool changes(u32 reg)
{
	switch (reg) {
	case CP(14, 0, 7, 9, 6):		/* DBGCLAIMCLR, by DBGCLAIMSET */
	case CP(15, 0, 7, 4, 0):		/* PAR, by address translations */
	case CP64(15, 0, 7):
		return true;
	default:
		/* Timers and counters */
		return reg & BIT(31) ? (reg >> 4 & 15) == 14 :
				       reg >> 16 == 15 && (reg >> 12 & 15) == 14;
	}
}

/* What registers.rst says of the implementation's registers: not there, and no trap */
static bool reads_as_zero(u32 reg)
{
	u32 crn = reg >> 12 & 15;

	if (reg & BIT(31) || reg >> 16 != 15)
		return false;
	return crn == 15 || crn == 11 || (crn == 9 && reg != CP(15, 1, 9, 0, 2));
}

/*
 * Of Hyp mode; of trace and ThumbEE; and what no register is. But QEMU's emulation
 * takes all of c3 for DACR.
 */
static bool never(u32 reg)
{
	u32 op1 = reg >> 8 & 15, crn = reg >> 12 & 15;

	if (reg & BIT(31))
		return (reg >> 16 & 15) == 15 ? reg == CP64(15, 4, 2) || reg == CP64(15, 6, 2) ||
						reg == CP64(15, 4, 14) : op1 > 0;
	if (reg >> 16 == 14)
		return op1 >= 1 && op1 <= 6;
	return op1 == 4 && crn != 3 && (crn < 9 || (crn > 11 && crn < 15));
}

static bool same_outcome(const struct outcome *a, const struct outcome *b, u32 reg)
{
	return a->raised == b->raised &&
	       (changes(reg) || (a->r0 == b->r0 && a->r5 == b->r5));
}

static void check_access(u32 mode, u32 slot, u32 reg, bool write)
{
	const struct outcome *model = write ? &first_write[slot] : &first_read[slot];
	const struct outcome *o = &outcomes[slot];

	if (o->raised && o->raised != EXC_UNDEF)
		complain("neither done nor undefined", mode, slot, false);
	if (mode == MODE_USR) {
		if (for_user(reg, write) ? o->raised != 0 :
		    !o->raised && !perhaps_for_user(reg, write))
			complain("User mode's rights", mode, slot, false);
	} else if (!same_outcome(o, model, reg)) {
		complain("another outcome than before", mode, slot, false);
	}
	if (o->raised)
		return;
	if (never(reg))
		complain("not undefined", mode, slot, false);
	if (!write && reads_as_zero(reg) && o->r0)
		complain("not zero", mode, slot, false);
}

/* Reads, then writes of what was read (0, if nothing), then all is as it was */
static void access_all(const u32 *regs, u32 n)
{
	u32 i, m, undefined = 0;

	begin_batch();
	for (i = 0; i < n; i++)
		put(insn_of(regs[i], false), false);
	end_batch(false);
	fill_inputs(0, 0, 0);
	for (m = 0; m < NR_MODES; m++) {
		run_batch(modes[m], false, 0);
		if (!m)
			__builtin_memcpy(first_read, outcomes, n * sizeof(*outcomes));
		for (i = 0; i < n; i++)
			check_access(modes[m], i, regs[i], false);
	}

	begin_batch();
	for (i = 0; i < n; i++)
		put(insn_of(regs[i], true), false);
	end_batch(false);
	for (i = 0; i < n; i++)
		inputs[i] = (struct input){ first_read[i].r0, 0, first_read[i].r5 };
	for (m = 0; m < NR_MODES; m++) {
		run_batch(modes[m], false, 0);
		if (!m)
			__builtin_memcpy(first_write, outcomes, n * sizeof(*outcomes));
		for (i = 0; i < n; i++)
			check_access(modes[m], i, regs[i], true);
	}

	begin_batch();
	for (i = 0; i < n; i++)
		put(insn_of(regs[i], false), false);
	end_batch(false);
	fill_inputs(0, 0, 0);
	run_batch(MODE_SVC, false, 0);
	for (i = 0; i < n; i++) {
		check_access(MODE_SVC, i, regs[i], false);
		undefined += outcomes[i].raised == EXC_UNDEF;
	}
	if (n == BATCH)
		CHECK(undefined > 0);
}

static void access_coprocessor(u32 cp)
{
	u32 op1, crn, crm, op2, n = 0, step = stride(), skip = 0;
	static u32 regs[BATCH];

	/* The timers are PL1's */
	WRITE_CP(0, p15, 0, c14, c1, 0);
	for (op1 = 0; op1 < 8; op1++)
		for (crn = 0; crn < 16; crn++)
			for (crm = 0; crm < 16; crm++)
				for (op2 = 0; op2 < 8; op2++) {
					if (skip++ % step)
						continue;
					regs[n++] = CP(cp, op1, crn, crm, op2);
					if (n < BATCH)
						continue;
					access_all(regs, n);
					n = 0;
				}
	access_all(regs, n);
	for (op1 = 0, n = 0; op1 < 16; op1++)
		for (crm = 0; crm < 16; crm++)
			regs[n++] = CP64(cp, op1, crm);
	access_all(regs, n);
	CHECK_EQ(wrong, 0);
}

GUEST_TEST(cp14, 1)
{
	access_coprocessor(14);
}

GUEST_TEST(cp15, 1)
{
	access_coprocessor(15);
}

/* LDC and STC, in all forms of addressing; without any, it is MCRR and MRRC */
GUEST_TEST(coprocessor_transfers, 1)
{
	static u32 mem[64] __aligned(256);
	u32 cp, puw, dl, crd, i, m;

	for (cp = 14; cp < 16; cp++) {
		begin_batch();
		for (puw = 1; puw < 8; puw++)
			for (dl = 0; dl < 4; dl++)
				for (crd = 0; crd < 16; crd++)
					put(0xec060001 | (puw & 4) << 22 | (puw & 2) << 22 |
					    (puw & 1) << 21 | (dl & 2) << 21 | (dl & 1) << 20 |
					    crd << 12 | cp << 8, false);
		end_batch(false);
		fill_inputs(0, 0, 0);
		for (m = 0; m < NR_MODES; m++) {
			run_batch(modes[m], false, (u32)&mem[32]);
			for (i = 0; i < nr_slots; i++)
				if (outcomes[i].raised != EXC_UNDEF ||
				    outcomes[i].base != (u32)&mem[32])
					complain("not undefined", modes[m], i, false);
		}
	}
	for (i = 0; i < 64; i++)
		CHECK_EQ(mem[i], 0);
	CHECK_EQ(wrong, 0);
}

/* HVC: with 0 the calling convention's, which has nothing for the others */
static void hvc_from_mode(u32 mode, u32 step)
{
	u32 imm = 0, first, i, version = hvc(PSCI_VERSION, 0, 0, 0), want;

	while (imm < 0x10000) {
		first = imm;
		begin_batch();
		for (; imm < 0x10000 && nr_slots < BATCH; imm += step)
			put(0xe1400070 | (imm & 0xfff0) << 4 | (imm & 15), false);
		end_batch(false);
		fill_inputs(PSCI_VERSION, 0, 0);
		run_batch(mode, false, 0);
		for (i = 0; i < nr_slots; i++) {
			want = first + i ? PSCI_NOT_SUPPORTED : version;
			if (mode == MODE_USR ? outcomes[i].raised != EXC_UNDEF :
			    outcomes[i].raised || outcomes[i].r0 != want)
				complain("HVC", mode, i, false);
		}
	}
}

/* All in SVC mode; of the other modes, the host's code knows nothing here */
GUEST_TEST(hvc_immediates, 1)
{
	u32 m;

	for (m = 0; m < NR_MODES; m++)
		hvc_from_mode(modes[m], stride() * (m ? 31 : 1));
	CHECK_EQ(wrong, 0);
}

/* There are no Security Extensions for a guest */
GUEST_TEST(smc_immediates, 1)
{
	u32 imm, m;

	begin_batch();
	for (imm = 0; imm < 16; imm++)
		put(0xe1600070 | imm, false);
	end_batch(false);
	fill_inputs(PSCI_VERSION, 0, 0);
	for (m = 0; m < NR_MODES; m++) {
		run_batch(modes[m], false, 0);
		for (imm = 0; imm < 16; imm++)
			if (outcomes[imm].raised != EXC_UNDEF)
				complain("SMC", modes[m], imm, false);
	}
	CHECK_EQ(wrong, 0);
}

/* Loads and stores: r6 is the base, r0 and r5 the data, r2 an index of 4 */

asm("	.syntax	unified\n"
	"	.arch	armv7ve\n"
	"	.fpu	neon-vfpv4\n"
	"	.arm\n"
	"	.align	2\n"
	"arm_loads:\n"
	"	ldr	r0, [r6]\n"
	"	ldr	r0, [r6, #4]!\n"
	"	ldr	r0, [r6, #-4]!\n"
	"	ldr	r0, [r6], #4\n"
	"	ldr	r0, [r6], #-4\n"
	"	ldr	r0, [r6, r2]\n"
	"	ldr	r0, [r6, -r2]\n"
	"	ldr	r0, [r6, r2, lsl #1]!\n"
	"	ldr	r0, [r6], r2, lsr #1\n"
	"	ldrb	r0, [r6]\n"
	"	ldrb	r0, [r6, #1]!\n"
	"	ldrb	r0, [r6], #-1\n"
	"	ldrb	r0, [r6, r2]\n"
	"	ldrh	r0, [r6]\n"
	"	ldrh	r0, [r6, #2]!\n"
	"	ldrh	r0, [r6], #-2\n"
	"	ldrh	r0, [r6, r2]\n"
	"	ldrsb	r0, [r6]\n"
	"	ldrsb	r0, [r6, #1]!\n"
	"	ldrsb	r0, [r6], -r2\n"
	"	ldrsh	r0, [r6]\n"
	"	ldrsh	r0, [r6, #2]!\n"
	"	ldrsh	r0, [r6], r2\n"
	"	ldrt	r0, [r6], #4\n"
	"	ldrbt	r0, [r6], #4\n"
	"	ldrht	r0, [r6], #4\n"
	"	ldrsbt	r0, [r6], #4\n"
	"	ldrsht	r0, [r6], #4\n"
	"	ldrd	r4, r5, [r6]\n"
	"	ldrd	r4, r5, [r6], #-8\n"
	"	ldrd	r4, r5, [r6, r2]\n"
	"	ldmia	r6, {r0, r5}\n"
	"	ldmia	r6!, {r0, r5}\n"
	"	ldmib	r6!, {r0, r5}\n"
	"	ldmda	r6!, {r0, r5}\n"
	"	ldmdb	r6!, {r0, r5}\n"
	"	vldr	s0, [r6]\n"
	"	vldr	d16, [r6, #8]\n"
	"	vldmia	r6!, {d0-d3}\n"
	"	vldmdb	r6!, {s0-s3}\n"
	"	pld	[r6]\n"
	"	pldw	[r6]\n"
	"	pli	[r6]\n"
	"arm_loads_end:\n"
	"arm_stores:\n"
	"	str	r0, [r6]\n"
	"	str	r0, [r6, #4]!\n"
	"	str	r0, [r6, #-4]!\n"
	"	str	r0, [r6], #4\n"
	"	str	r0, [r6], #-4\n"
	"	str	r0, [r6, r2]\n"
	"	str	r0, [r6, -r2]!\n"
	"	str	r0, [r6], r2, lsl #1\n"
	"	strb	r0, [r6]\n"
	"	strb	r0, [r6, #1]!\n"
	"	strb	r0, [r6], r2\n"
	"	strh	r0, [r6]\n"
	"	strh	r0, [r6, #2]!\n"
	"	strh	r0, [r6], -r2\n"
	"	strt	r0, [r6], #4\n"
	"	strbt	r0, [r6], #4\n"
	"	strht	r0, [r6], #4\n"
	"	strd	r4, r5, [r6]\n"
	"	strd	r4, r5, [r6, #8]!\n"
	"	stmia	r6, {r0, r5}\n"
	"	stmia	r6!, {r0, r5}\n"
	"	stmib	r6!, {r0, r5}\n"
	"	stmda	r6!, {r0, r5}\n"
	"	stmdb	r6!, {r0, r5}\n"
	"	vstr	s0, [r6]\n"
	"	vstr	d16, [r6, #8]\n"
	"	vstmia	r6!, {d0-d3}\n"
	"	vstmdb	r6!, {s0-s3}\n"
	"arm_stores_end:\n"
	"arm_undecoded_loads:\n"
	"	ldrex	r0, [r6]\n"
	"	ldrexb	r0, [r6]\n"
	"	ldrexh	r0, [r6]\n"
	"	ldrexd	r4, r5, [r6]\n"
	"	vld1.8	{d0}, [r6]\n"
	"	vld1.32	{d0[0]}, [r6]!\n"
	"	vld2.16	{d0, d1}, [r6]\n"
	"	vld3.8	{d0, d1, d2}, [r6]!\n"
	"	vld4.32	{d0[], d1[], d2[], d3[]}, [r6], r2\n"
	"arm_undecoded_loads_end:\n"
	"arm_undecoded_stores:\n"
	"	vst1.8	{d0}, [r6]\n"
	"	vst1.32	{d0[0]}, [r6]!\n"
	"	vst2.16	{d0, d1}, [r6]\n"
	"	vst3.8	{d0, d1, d2}, [r6]!\n"
	"	vst4.32	{d0[0], d1[0], d2[0], d3[0]}, [r6], r2\n"
	"arm_undecoded_stores_end:\n"
	"	.thumb\n"
	"thumb_loads:\n"
	"	ldr	r0, [r6]\n	nop\n"		/* 16 bits */
	"	ldr	r0, [r6, r2]\n	nop\n"
	"	ldrb	r0, [r6]\n	nop\n"
	"	ldrh	r0, [r6]\n	nop\n"
	"	ldrsb	r0, [r6, r2]\n	nop\n"
	"	ldrsh	r0, [r6, r2]\n	nop\n"
	"	ldmia	r6!, {r0, r5}\n	nop\n"
	"	ldr.w	r0, [r6]\n"
	"	ldr	r0, [r6, #-4]\n"
	"	ldr	r0, [r6, #4]!\n"
	"	ldr	r0, [r6], #-4\n"
	"	ldr.w	r0, [r6, r2, lsl #1]\n"
	"	ldrb	r0, [r6, #1]!\n"
	"	ldrb	r0, [r6], #-1\n"
	"	ldrh	r0, [r6, #2]!\n"
	"	ldrsb	r0, [r6], #1\n"
	"	ldrsh	r0, [r6, #-2]!\n"
	"	ldrt	r0, [r6, #4]\n"
	"	ldrbt	r0, [r6, #1]\n"
	"	ldrht	r0, [r6, #2]\n"
	"	ldrsbt	r0, [r6, #1]\n"
	"	ldrsht	r0, [r6, #2]\n"
	"	ldrd	r0, r5, [r6]\n"
	"	ldrd	r0, r5, [r6, #8]!\n"
	"	ldrd	r0, r5, [r6], #-8\n"
	"	ldmia.w	r6, {r0, r5}\n"
	"	ldmdb	r6!, {r0, r5}\n"
	"	vldr	d16, [r6, #8]\n"
	"	vldmia	r6!, {d0-d3}\n"
	"	pld	[r6]\n"
	"	pli	[r6]\n"
	"thumb_loads_end:\n"
	"thumb_stores:\n"
	"	str	r0, [r6]\n	nop\n"
	"	str	r0, [r6, r2]\n	nop\n"
	"	strb	r0, [r6]\n	nop\n"
	"	strh	r0, [r6]\n	nop\n"
	"	stmia	r6!, {r0, r5}\n	nop\n"
	"	str.w	r0, [r6]\n"
	"	str	r0, [r6, #-4]\n"
	"	str	r0, [r6, #4]!\n"
	"	str	r0, [r6], #-4\n"
	"	strb	r0, [r6, #1]!\n"
	"	strh	r0, [r6], #-2\n"
	"	strt	r0, [r6, #4]\n"
	"	strbt	r0, [r6, #1]\n"
	"	strht	r0, [r6, #2]\n"
	"	strd	r0, r5, [r6]\n"
	"	strd	r0, r5, [r6, #8]!\n"
	"	strd	r0, r5, [r6], #-8\n"
	"	stmia.w	r6, {r0, r5}\n"
	"	stmdb	r6!, {r0, r5}\n"
	"	vstr	d16, [r6, #8]\n"
	"	vstmia	r6!, {d0-d3}\n"
	"thumb_stores_end:\n"
	"thumb_undecoded_loads:\n"
	"	ldrex	r0, [r6]\n"
	"	ldrexb	r0, [r6]\n"
	"	ldrexh	r0, [r6]\n"
	"	ldrexd	r0, r5, [r6]\n"
	"	vld1.8	{d0}, [r6]\n"
	"	vld4.16	{d0, d1, d2, d3}, [r6]!\n"
	"thumb_undecoded_loads_end:\n"
	"thumb_undecoded_stores:\n"
	"	vst1.8	{d0}, [r6]\n"
	"	vst4.16	{d0, d1, d2, d3}, [r6]!\n"
	"thumb_undecoded_stores_end:\n"
	"	.align	2\n"
	"	.arm\n"
	"	.syntax	divided\n");

enum hole {
	NOTHING,	/* the VMM answers, with FILL */
	READONLY,	/* has FILL, the VMM gets the writes */
	DEVICE,		/* the hardware's matter, which may want doublewords aligned */
};

/* In memory of the guest's, with the same content: what the processor itself does */
static u8 plain[256] __aligned(256);
static struct outcome in_memory[BATCH];

/* The base register is as it was, B1.9.8 */
static bool aborted(const struct outcome *o, u32 status, u32 base)
{
	return o->raised >> 31 && (o->raised & FSR_STATUS) == status && o->base == base;
}

static bool as_in_memory(const struct outcome *o, const struct outcome *mem, u32 base, u32 at)
{
	return o->raised == mem->raised && o->r0 == mem->r0 && o->r4 == mem->r4 &&
	       o->r5 == mem->r5 && o->base - base == mem->base - at;
}

static void try_forms(const u32 *from, const u32 *to, bool thumb, u32 base, enum hole hole,
		      bool decoded, bool write)
{
	u32 at = (u32)plain + 128 + (base & 3), i, m;
	const struct outcome *o;
	bool good;

	CHECK(to > from);
	begin_batch();
	while (from < to)
		put(*from++, thumb);
	end_batch(thumb);
	fill_inputs(0x01234567, 0x89abcdef, 0xfedcba98);
	/* If time is short, the first mode and the last */
	for (m = 0; m < NR_MODES; m += stride() > 1 ? NR_MODES - 1 : 1) {
		__builtin_memset(plain, FILL, sizeof(plain));
		run_batch(modes[m], thumb, at);
		__builtin_memcpy(in_memory, outcomes, nr_slots * sizeof(*outcomes));
		run_batch(modes[m], thumb, base);
		for (i = 0; i < nr_slots; i++) {
			o = &outcomes[i];
			/* The MMU is off, A3.2.1; QEMU's emulation does not mind in memory */
			if ((base & 3 || hole == DEVICE) && aborted(o, FSR_ALIGNMENT, base))
				good = true;
			else if (hole == DEVICE)
				good = !o->raised || aborted(o, FSR_EXTERNAL, base);
			else if (decoded || (hole == READONLY && !write))
				good = as_in_memory(o, &in_memory[i], base, at);
			else
				good = aborted(o, FSR_EXTERNAL, base);
			if (!good)
				complain("hole", modes[m], i, thumb);
		}
	}
}

#define TRY(forms, ...)	try_forms(forms, forms##_end, __VA_ARGS__)

static void try_hole(u32 base, enum hole hole)
{
	u32 before = wrong;

	TRY(arm_loads, false, base, hole, true, false);
	TRY(arm_stores, false, base, hole, true, true);
	TRY(thumb_loads, true, base, hole, true, false);
	TRY(thumb_stores, true, base, hole, true, true);
	TRY(arm_undecoded_loads, false, base, hole, false, false);
	TRY(arm_undecoded_stores, false, base, hole, false, true);
	TRY(thumb_undecoded_loads, true, base, hole, false, false);
	TRY(thumb_undecoded_stores, true, base, hole, false, true);
	if (wrong != before)
		print("that was at %08x\n", base);
}

static void need_vmm(void)
{
	if (!have_vmm())
		skip("The VMM makes the holes.");
	fp_on();
}

GUEST_TEST(nothing, 1)
{
	need_vmm();
	try_hole(NOTHING_BASE + 0x800, NOTHING);
	try_hole(NOTHING_BASE + 0x801, NOTHING);
	try_hole(NOTHING_BASE + 0x802, NOTHING);
	CHECK_EQ(wrong, 0);
}

GUEST_TEST(read_only, 1)
{
	u32 i;

	need_vmm();
	try_hole(READONLY_BASE + 0x800, READONLY);
	try_hole(READONLY_BASE + 0x801, READONLY);
	for (i = 0; i < HOLE_SIZE; i += 4)
		CHECK_EQ(*(shared u32 *)(READONLY_BASE + i), FILL * 0x01010101U);
	CHECK_EQ(wrong, 0);
}

/* Priorities, PMR, BPR, IAR, DIR: no interrupt is enabled */
GUEST_TEST(interrupt_controller, 1)
{
	need_vmm();
	try_hole(GICD_BASE + GICD_IPRIORITYR + 0x20, DEVICE);
	try_hole(GICD_BASE + 0x800 - 8, DEVICE);
	try_hole(GICD_BASE + GICD_ICPIDR2, DEVICE);
	try_hole(GICC_BASE + GICC_BPR, DEVICE);
	try_hole(GICC_BASE + GICC_IIDR, DEVICE);
	try_hole(GICC_BASE + GICC_DIR + 8, DEVICE);
	CHECK_EQ(wrong, 0);
}

GUEST_TEST(device_of_the_host, 1)
{
	need_vmm();
	if (!arg(ARG_DEVICE))
		skip("The host has no device for this.");
	try_hole(DEVICE_BASE + 0x800, DEVICE);
	CHECK_EQ(wrong, 0);
}

/* Across the end of memory, of what there is nothing, of all addresses */
GUEST_TEST(ends, 1)
{
	u32 i;

	need_vmm();
	for (i = 0; i <= 16; i += 4)
		try_hole(RAM_BASE + RAM_SIZE - i, DEVICE);
	try_hole(RAM_BASE + RAM_SIZE - 3, DEVICE);
	try_hole(RAM_BASE - 4, DEVICE);
	try_hole(READONLY_BASE + HOLE_SIZE - 4, DEVICE);
	try_hole(GICD_BASE + 0x1000 - 4, DEVICE);
	try_hole(GICC_BASE + 0x2000 - 4, DEVICE);
	try_hole(0, DEVICE);
	try_hole(0xfffffff8, DEVICE);
	try_hole(0xfffffffc, DEVICE);
	CHECK_EQ(wrong, 0);
}

/* Cache maintenance and translation by address: nothing happens */
GUEST_TEST(maintenance, 1)
{
	static const u32 insns[] = {
		INSN_MCR(15, 0, 7, 6, 1),	/* DCIMVAC */
		INSN_MCR(15, 0, 7, 10, 1),	/* DCCMVAC */
		INSN_MCR(15, 0, 7, 11, 1),	/* DCCMVAU */
		INSN_MCR(15, 0, 7, 14, 1),	/* DCCIMVAC */
		INSN_MCR(15, 0, 7, 5, 1),	/* ICIMVAU */
		INSN_MCR(15, 0, 7, 5, 7),	/* BPIMVA */
		INSN_MCR(15, 0, 7, 8, 0),	/* ATS1CPR */
		INSN_MCR(15, 0, 7, 8, 1),	/* ATS1CPW */
		INSN_MCR(15, 0, 7, 8, 2),	/* ATS1CUR */
		INSN_MCR(15, 0, 7, 8, 3),	/* ATS1CUW */
	};
	static const u32 holes[] = {
		0, NOTHING_BASE, READONLY_BASE, GICD_BASE, GICC_BASE, DEVICE_BASE,
		RAM_BASE + RAM_SIZE, 0xfffffffc
	};
	u32 i, m, h;

	need_vmm();
	begin_batch();
	for (i = 0; i < sizeof(insns) / 4; i++)
		put(insns[i] | 6 << 12, false);
	end_batch(false);
	fill_inputs(0, 0, 0);
	for (h = 0; h < sizeof(holes) / 4; h++)
		for (m = 0; m < NR_MODES; m++) {
			run_batch(modes[m], false, holes[h]);
			for (i = 0; i < nr_slots; i++)
				if (outcomes[i].raised != (modes[m] == MODE_USR ? EXC_UNDEF : 0))
					complain("maintenance", modes[m], i, false);
		}
	CHECK_EQ(wrong, 0);
}

/* The other guest: works as long as the VMM likes */
GUEST_TEST(neighbour, 1)
{
	shared u32 *mem = (u32 *)(RAM_BASE + 0x1000000);
	u32 i, rounds;

	if (!have_vmm())
		skip("The VMM counts.");
	for (rounds = 1;; rounds++) {
		for (i = 0; i < 64; i++)
			mem[i] = rounds ^ i;
		CHECK_EQ(hvc(PSCI_CPU_ON, 77, 0, 0), PSCI_INVALID_PARAMETERS);
		for (i = 0; i < 64; i++)
			if (mem[i] != (rounds ^ i))
				done(RESULT_FAIL);
		set_arg(ARG_ROUNDS, rounds);
	}
}
