// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores that a data abort's syndrome does not describe, to a device
 * that user space emulates and to the distributor.
 *
 * The processor itself says what is right: each instruction is executed with its
 * base register in memory, then in the device, which has the same content.
 * Registers and content must be the same afterwards.
 */
#include "guest.h"
#include "gic.h"

#define MEM		(TESTDEV_BASE + DEV_MEM)
#define SIZE		256
#define MIDDLE		128
#define NOWHERE		(RAM_BASE + RAM_SIZE)

#define FSR_EXTERNAL	0x8
#define FSR_ALIGNMENT	0x1
#define FSR_ALIGNMENT_LPAE	0x221
#define FSR_STATUS	0x63f

static u32 ram[SIZE / 4] __aligned(SIZE);
/* The device's memory, as the VMM has it */
static u32 seen[SIZE / 4];

/*
 * void run_slot(struct regs *regs): load the registers, execute the slot's three
 * instructions, store the registers. arm_back is where the slot ends and where
 * loads of the PC go; thumb_back is the same for those that stay in Thumb state.
 * SP_usr and LR_usr are the mode's own in User and System mode: no ^ there.
 */
asm("	.syntax unified\n"
	"	.arm\n"
	"	.global	run_slot, slot, slot_state, arm_back, thumb_back, thumb_slot\n"
	"run_slot:\n"
	"	push	{r4-r11, lr}\n"
	"	str	sp, kept_sp\n"
	"	str	r0, regs_at\n"
	"	mrs	r1, cpsr\n"
	"	and	r1, r1, #0x1f\n"
	"	cmp	r1, #0x10\n"
	"	cmpne	r1, #0x1f\n"
	"	beq	1f\n"
	"	adr	r1, kept_usr\n"
	"	stmia	r1, {sp, lr}^\n"
	"	add	r1, r0, #60\n"
	"	ldmia	r1, {sp, lr}^\n"
	"1:	ldr	r1, [r0, #68]\n"
	"	msr	cpsr_f, r1\n"
	"	mov	lr, r0\n"
	"	ldm	lr, {r0-r12, sp, lr}\n"
	"	ldr	pc, slot_state\n"
	"slot:\n"
	"	nop\n"
	"	nop\n"
	"	nop\n"
	"arm_back:\n"
	"	str	lr, lr_after\n"
	"	ldr	lr, regs_at\n"
	"	stm	lr, {r0-r12, sp}\n"
	"	ldr	r0, lr_after\n"
	"	str	r0, [lr, #56]\n"
	"	mrs	r1, cpsr\n"
	"	and	r1, r1, #0x1f\n"
	"	cmp	r1, #0x10\n"
	"	cmpne	r1, #0x1f\n"
	"	beq	1f\n"
	"	add	r1, lr, #60\n"
	"	stmia	r1, {sp, lr}^\n"
	"	adr	r1, kept_usr\n"
	"	ldmia	r1, {sp, lr}^\n"
	"	nop\n"
	"1:	ldr	sp, kept_sp\n"
	"	pop	{r4-r11, pc}\n"
	"kept_sp:	.word 0\n"
	"regs_at:	.word 0\n"
	"kept_usr:	.word 0, 0\n"
	"lr_after:	.word 0\n"
	"slot_state:	.word slot\n"
	"	.thumb\n"
	"thumb_slot:\n"
	"	.space	12\n"
	"thumb_back:\n"
	"	ldr.w	pc, thumb_end\n"
	"	.align	2\n"
	"thumb_end:	.word arm_back\n"
	"	.arm\n");

/* What was written is executed next */
static void sync_code(void *at)
{
	u32 addr;

	dsb();
	for (addr = (u32)at & ~31; addr < (u32)at + 16; addr += 32) {
		WRITE_CP(addr, p15, 0, c7, c11, 1);	/* DCCMVAU */
		dsb();
		WRITE_CP(addr, p15, 0, c7, c5, 1);	/* ICIMVAU */
	}
	WRITE_CP(0, p15, 0, c7, c5, 6);			/* BPIALL */
	dsb();
	isb();
}

#define ARM_NOP		0xe320f000
#define ARM_SETEND_LE	0xf1010000
#define ARM_SETEND_BE	0xf1010200
#define THUMB_NOP	0xbf00
#define THUMB_SETEND_LE	0xb650
#define THUMB_SETEND_BE	0xb658

static bool wide(u32 first)
{
	return first >= 0xe800;
}

/* @insn: Thumb: halfwords in the order of memory, the first one in bits 15:0 */
static void put_slot(u32 insn, bool thumb, bool big)
{
	u16 *half = (u16 *)((u32)thumb_slot & ~1);
	u32 i = 0;

	if (!thumb) {
		slot[0] = big ? ARM_SETEND_BE : ARM_NOP;
		slot[1] = insn;
		slot[2] = big ? ARM_SETEND_LE : ARM_NOP;
		slot_state = (u32)slot;
		sync_code(slot);
		return;
	}
	half[i++] = big ? THUMB_SETEND_BE : THUMB_NOP;
	half[i++] = insn;
	if (wide(insn & 0xffff))
		half[i++] = insn >> 16;
	half[i++] = big ? THUMB_SETEND_LE : THUMB_NOP;
	while (i < 6)
		half[i++] = THUMB_NOP;
	slot_state = (u32)half | 1;
	sync_code(half);
}

static u32 pattern(u32 i, u32 pc)
{
	return pc ? pc : 0x81f27394 + i * 0x07152b3d;
}

static void set_regs(struct regs *regs, u32 base)
{
	u32 i;

	for (i = 0; i < 15; i++)
		regs->r[i] = 0xa0b0c0d0 + i * 0x01010101;
	regs->r[2] = base;		/* base of most */
	regs->r[13] = base;		/* and of PUSH and POP */
	regs->r[3] = 8;			/* offsets */
	regs->r[6] = 0x80000008;	/* the same by shifts */
	regs->usr[0] = 0x05050505;
	regs->usr[1] = 0x0a0a0a0a;
	regs->flags = 0x20000000;	/* C, for RRX */
	for (i = 0; i < 64; i++)
		regs->fp[i] = 0xf0e1d2c3 + i * 0x01030507;
}

/* run_slot() and the payload's code use none of them */
static void run_slot_fp(struct regs *regs)
{
	u32 *p = regs->fp;

	asm volatile(".fpu neon-vfpv4\n"
		     "	vldmia	%0!, {d0-d15}\n"
		     "	vldmia	%0, {d16-d31}\n" : "+r" (p) : : "memory");
	run_slot(regs);
	p = regs->fp;
	asm volatile(".fpu neon-vfpv4\n"
		     "	vstmia	%0!, {d0-d15}\n"
		     "	vstmia	%0, {d16-d31}\n" : "+r" (p) : : "memory");
}

/* The mode that the slot is executed in */
static u32 slot_mode = MODE_SVC;
static struct regs *slot_regs;

static void slot_in_mode(void)
{
	run_slot_fp(slot_regs);
}

/* FIQ mode's run_slot() sets and keeps its own r8 to r12, not those it moves with ^ */
static void run_slot_in_mode(struct regs *regs)
{
	register u32 mode asm("r0") = slot_mode;
	register u32 fn asm("r1") = (u32)slot_in_mode;
	register u32 *high asm("r4") = regs->high;

	slot_regs = regs;
	asm volatile("	mov	r8, #0x88\n"
		     "	mov	r9, #0x99\n"
		     "	mov	r10, #0xaa\n"
		     "	mov	r11, #0xbb\n"
		     "	mov	r12, #0xcc\n"
		     "	bl	run_in_mode\n"
		     "	stm	r4, {r8-r12}\n"
		     : "+r" (mode), "+r" (fn) : "r" (high) : "r2", "r3", "r8", "r9", "r10", "r11",
		       "r12", "lr", "cc", "memory");
}

/* Equal, or the address of the device instead of memory's, in either byte order */
static bool same(u32 dev, u32 mem)
{
	return dev == mem || dev - MEM == mem - (u32)ram ||
	       __builtin_bswap32(dev) - MEM == __builtin_bswap32(mem) - (u32)ram;
}

static void compare(const char *name, u32 insn, const struct regs *dev, const struct regs *mem)
{
	bool ok = true;
	u32 i;

	for (i = 0; i < 15; i++)
		ok &= same(dev->r[i], mem->r[i]);
	ok &= dev->usr[0] == mem->usr[0] && dev->usr[1] == mem->usr[1];
	for (i = 0; i < 5; i++)
		ok &= same(dev->high[i], mem->high[i]);
	for (i = 0; i < 64; i++)
		ok &= dev->fp[i] == mem->fp[i];
	io_write32(TESTDEV_BASE + DEV_MEM_TO, (u32)seen);
	for (i = 0; i < SIZE / 4; i++)
		ok &= same(seen[i], ram[i]);
	if (ok)
		return;

	print("%s %08x\n", name, insn);
	for (i = 0; i < 15; i++)
		if (!same(dev->r[i], mem->r[i]))
			print("r%u is %08x, should be as %08x\n", i, dev->r[i], mem->r[i]);
	for (i = 0; i < 2; i++)
		if (dev->usr[i] != mem->usr[i])
			print("usr %u is %08x, should be %08x\n", i, dev->usr[i], mem->usr[i]);
	for (i = 0; i < 5; i++)
		if (!same(dev->high[i], mem->high[i]))
			print("r%u_usr is %08x, should be as %08x\n", i + 8, dev->high[i],
			      mem->high[i]);
	for (i = 0; i < 64; i++)
		if (dev->fp[i] != mem->fp[i])
			print("d%u word %u is %08x, should be %08x\n", i / 2, i & 1,
			      dev->fp[i], mem->fp[i]);
	for (i = 0; i < SIZE / 4; i++)
		if (!same(seen[i], ram[i]))
			print("word %u is %08x, should be as %08x\n", i, seen[i], ram[i]);
	check(insn, name, false);
}

static void try_one(const char *name, u32 insn, bool thumb, bool big, u32 pc)
{
	struct regs dev, mem;
	u32 i;

	put_slot(insn, thumb, big);
	for (i = 0; i < SIZE / 4; i++)
		ram[i] = pattern(i, pc);
	io_write32(TESTDEV_BASE + DEV_MEM_FROM, (u32)ram);
	set_regs(&mem, (u32)ram + MIDDLE);
	run_slot_in_mode(&mem);
	set_regs(&dev, MEM + MIDDLE);
	run_slot_in_mode(&dev);
	compare(name, insn, &dev, &mem);
}

static void try_all(const char *name, const u16 *from, const u16 *to, bool thumb, bool big,
		    u32 pc)
{
	u32 n = 0;

	while (from < to) {
		bool two = !thumb || wide(*from);

		try_one(name, two ? from[0] | from[1] << 16 : from[0], thumb, big, pc);
		from += two ? 2 : 1;
		n++;
	}
	CHECK(n > 1);
}

asm("	.arm\n"
	"arm_forms:\n"
	"	ldr	r1, [r2, #4]!\n"
	"	ldr	r1, [r2, #-4]!\n"
	"	ldr	r1, [r2], #4\n"
	"	ldr	r1, [r2], #-4\n"
	"	ldr	r1, [r2, r3]!\n"
	"	ldr	r1, [r2, -r3]!\n"
	"	ldr	r1, [r2], r3, lsl #1\n"
	"	ldr	r1, [r2], -r6, lsl #1\n"
	"	ldr	r1, [r2, r3, lsr #1]!\n"
	"	ldr	r1, [r2, r6, lsr #29]!\n"
	"	ldr	r1, [r2, r6, lsr #32]!\n"
	"	ldr	r1, [r2, r6, asr #29]!\n"
	"	ldr	r1, [r2], r6, asr #32\n"
	"	ldrb	r1, [r2, r6, ror #30]!\n"
	"	ldr	r1, [r2], r3, rrx\n"
	"	ldr	lr, [r2], #4\n"
	"	ldr	r2, [r2]\n"
	"	ldrb	r1, [r2, #5]!\n"
	"	ldrb	r12, [r2], #-3\n"
	"	ldrb	r1, [r2], r3\n"
	"	ldrt	r1, [r2], #4\n"
	"	ldrbt	r1, [r2], r3\n"
	"	str	r1, [r2, #4]!\n"
	"	str	r1, [r2], #-4\n"
	"	str	r1, [r2, r3, lsl #1]!\n"
	"	str	r1, [r2], -r3\n"
	"	str	pc, [r2]\n"
	"	str	pc, [r2], #4\n"
	"	strb	r1, [r2, #7]!\n"
	"	strb	r1, [r2], #-1\n"
	"	strt	r1, [r2], #4\n"
	"	strbt	r1, [r2], #1\n"
	"	ldrh	r1, [r2, #2]!\n"
	"	ldrh	r1, [r2], #-2\n"
	"	ldrh	r1, [r2], r3\n"
	"	ldrht	r1, [r2], #2\n"
	"	ldrsb	r1, [r2, #1]!\n"
	"	ldrsb	r1, [r2, -r3]!\n"
	"	ldrsh	r1, [r2], #-6\n"
	"	ldrsh	r1, [r2, r3]!\n"
	"	ldrsht	r1, [r2], #2\n"
	"	strh	r1, [r2, #10]!\n"
	"	strh	r1, [r2], -r3\n"
	"	strht	r1, [r2], #2\n"
	"	ldrd	r4, r5, [r2]\n"
	"	ldrd	r4, r5, [r2, #8]!\n"
	"	ldrd	r4, r5, [r2], #-16\n"
	"	ldrd	r4, r5, [r2, r3]\n"
	"	ldrd	r4, r5, [r2], -r3\n"
	"	strd	r4, r5, [r2]\n"
	"	strd	r4, r5, [r2, #-8]!\n"
	"	strd	r4, r5, [r2], #8\n"
	"	strd	r12, sp, [r2, -r3]!\n"
	"	ldmia	r2, {r0, r1}\n"
	"	ldmia	r2!, {r0, r1, r4-r12, lr}\n"
	"	ldmib	r2, {r0, r2, r3}\n"
	"	ldmib	r2!, {r1, r12}\n"
	"	ldmda	r2, {r0-r12}\n"
	"	ldmda	r2!, {r3}\n"
	"	ldmdb	r2, {r4, r5, r6}\n"
	"	ldmdb	r2!, {r4, lr}\n"
	"	stmia	r2, {r0-r12, lr}\n"
	"	stmia	r2!, {r0, r1, r3}\n"
	"	stmia	r2!, {r2, r3}\n"
	"	stmib	r2, {r4, pc}\n"
	"	stmib	r2!, {r4, r5}\n"
	"	stmda	r2, {r4, r5}\n"
	"	stmda	r2!, {r0-r1, r3-r12}\n"
	"	stmdb	r2, {r0-r12, lr}\n"
	"	stmdb	r2!, {r8, lr}\n"
	"	push	{r0, r5, lr}\n"
	"	push	{r5}\n"
	"	pop	{r0, r5, lr}\n"
	"	pop	{r5}\n"
	"	.inst	0xe1021095\n"		/* swp r1, r5, [r2] */
	"	.inst	0xe1421095\n"		/* swpb r1, r5, [r2] */
	"	ldrcs	r1, [r2], #4\n"
	"	ldrcc	r1, [r2], #4\n"
	"arm_forms_end:\n"
	"arm_user_forms:\n"
	"	ldmia	r2, {r0, sp, lr}^\n"
	"	ldmdb	r2, {r8-r12, sp, lr}^\n"
	"	ldmib	r2, {r7, lr}^\n"
	"	stmia	r2, {r0, sp, lr}^\n"
	"	stmdb	r2, {r8-r12, sp, lr}^\n"
	"	stmda	r2, {r7, sp, pc}^\n"
	"arm_user_forms_end:\n"
	"arm_pc_forms:\n"
	"	ldr	pc, [r2]\n"
	"	ldr	pc, [r2, #4]!\n"
	"	ldr	pc, [r2], -r3\n"
	"	ldmia	r2!, {r4, pc}\n"
	"	ldmdb	r2, {r4, pc}\n"
	"	pop	{r4, lr, pc}\n"
	"	pop	{pc}\n"
	"arm_pc_forms_end:\n"
	"	.thumb\n"
	"thumb_forms:\n"
	"	ldmia	r2!, {r0, r1, r7}\n"		/* 16 bits */
	"	ldmia	r2, {r1, r2}\n"
	"	stmia	r2!, {r0, r1, r7}\n"
	"	push	{r0, r7, lr}\n"
	"	push	{r1}\n"
	"	pop	{r0, r7}\n"
	"	ldmia.w	r2, {r0, r8}\n"
	"	ldmia.w	r2!, {r0, r8, lr}\n"
	"	ldmdb	r2, {r0, r8}\n"
	"	ldmdb	r2!, {r0, r8-r12}\n"
	"	stmia.w	r2, {r0, r8}\n"
	"	stmia.w	r2!, {r0, r8, lr}\n"
	"	stmdb	r2, {r0-r12}\n"
	"	stmdb	r2!, {r0, r8}\n"
	"	push.w	{r8, lr}\n"
	"	pop.w	{r8, lr}\n"
	"	ldrd	r1, r8, [r2]\n"
	"	ldrd	r1, r8, [r2, #-8]!\n"
	"	ldrd	r8, r1, [r2], #64\n"
	"	strd	r1, r8, [r2]\n"
	"	strd	r1, r1, [r2, #16]!\n"
	"	strd	r8, r1, [r2], #-16\n"
	"	ldr	r8, [r2], #4\n"
	"	ldr	r8, [r2, #-4]!\n"
	"	ldr	r8, [r2, #-8]\n"
	"	ldr.w	r8, [r2, r3, lsl #2]\n"
	"	ldrb	r8, [r2], #1\n"
	"	ldrb	r8, [r2, #-3]!\n"
	"	ldrh	r8, [r2], #-2\n"
	"	ldrsb	r8, [r2, #1]!\n"
	"	ldrsh	r8, [r2], #2\n"
	"	ldrsh	r8, [r2, #6]!\n"
	"	ldrt	r8, [r2, #4]\n"
	"	ldrsht	r8, [r2, #2]\n"
	"	str	r8, [r2], #4\n"
	"	str	r8, [r2, #-4]!\n"
	"	strb	r8, [r2, #1]!\n"
	"	strb	r8, [r2], #-1\n"
	"	strh	r8, [r2, #2]!\n"
	"	strh	r8, [r2], #-2\n"
	"	strt	r8, [r2, #4]\n"
	"	strht	r8, [r2, #2]\n"
	"	pop.w	{r8}\n"
	"	push.w	{r8}\n"
	"thumb_forms_end:\n"
	"thumb_pc_forms:\n"
	"	pop	{r1, pc}\n"
	"	pop	{pc}\n"
	"	pop.w	{r8, pc}\n"
	"	ldmia.w	r2!, {r8, pc}\n"
	"	ldmdb	r2, {r8, pc}\n"
	"	ldr.w	pc, [r2, #4]\n"
	"	ldr	pc, [r2], #-4\n"
	"	ldr	pc, [r2, #4]!\n"
	"	ldr.w	pc, [r2, r3, lsl #2]\n"
	"thumb_pc_forms_end:\n"
	"	.align	2\n"
	"	.arm\n"
	"	.fpu	neon-vfpv4\n"
	"arm_fp_forms:\n"
	"	vldr	s3, [r2]\n"
	"	vldr	s30, [r2, #-64]\n"
	"	vldr	d3, [r2, #8]\n"
	"	vldr	d31, [r2, #-8]\n"
	"	vstr	s3, [r2, #4]\n"
	"	vstr	d17, [r2]\n"
	"	vldmia	r2, {s1-s4}\n"
	"	vldmia	r2!, {s0-s31}\n"
	"	vldmia	r2!, {d5-d7}\n"
	"	vldmdb	r2!, {s31}\n"
	"	vldmdb	r2!, {d16-d31}\n"
	"	vstmia	r2, {d0-d15}\n"
	"	vstmia	r2!, {s9-s13}\n"
	"	vstmdb	r2!, {s0-s31}\n"
	"	vstmdb	r2!, {d30}\n"
	"	vpush	{d8-d15}\n"
	"	vpush	{s5, s6}\n"
	"	vpop	{d8-d15}\n"
	"	vpop	{s5}\n"
	"	vldrcs	d3, [r2]\n"
	"	vldrcc	d3, [r2]\n"
	"arm_fp_forms_end:\n"
	"arm_load_exclusives:\n"
	"	ldrex	r4, [r2]\n"
	"	ldrexb	r4, [r2]\n"
	"	ldrexh	r4, [r2]\n"
	"	ldrexd	r4, r5, [r2]\n"
	"arm_load_exclusives_end:\n"
	"arm_store_exclusives:\n"
	"	strex	r0, r4, [r2]\n"
	"	strexb	r0, r4, [r2]\n"
	"	strexh	r0, r4, [r2]\n"
	"	strexd	r0, r4, r5, [r2]\n"
	"arm_store_exclusives_end:\n"
	"	.thumb\n"
	"thumb_fp_forms:\n"
	"	vldr	s3, [r2, #4]\n"
	"	vldr	d31, [r2, #-8]\n"
	"	vstr	s3, [r2, #-4]\n"
	"	vstr	d17, [r2, #16]\n"
	"	vldmia	r2!, {d16-d31}\n"
	"	vldmdb	r2!, {s7-s11}\n"
	"	vstmia	r2!, {s0-s31}\n"
	"	vstmdb	r2!, {d1, d2}\n"
	"	vpush	{d8}\n"
	"	vpop	{d8}\n"
	"thumb_fp_forms_end:\n"
	"thumb_load_exclusives:\n"
	"	ldrex	r4, [r2, #4]\n"
	"	ldrexb	r4, [r2]\n"
	"	ldrexh	r4, [r2]\n"
	"	ldrexd	r4, r5, [r2]\n"
	"thumb_load_exclusives_end:\n"
	"thumb_store_exclusives:\n"
	"	strex	r0, r4, [r2, #4]\n"
	"	strexb	r0, r4, [r2]\n"
	"	strexh	r0, r4, [r2]\n"
	"	strexd	r0, r4, r5, [r2]\n"
	"thumb_store_exclusives_end:\n"
	"	.align	2\n"
	"	.arm\n");

#define TRY(name, thumb, big, pc) try_all(#name, name, name##_end, thumb, big, pc)

static void need_vmm(void)
{
	if (!have_vmm())
		skip("The VMM emulates the device.");
	fp_on();
}

static void all_forms(void)
{
	TRY(arm_forms, false, false, 0);
	TRY(arm_forms, false, true, 0);
	TRY(thumb_forms, true, false, 0);
	TRY(thumb_forms, true, true, 0);
	TRY(arm_fp_forms, false, false, 0);
	TRY(arm_fp_forms, false, true, 0);
	TRY(thumb_fp_forms, true, false, 0);
	TRY(thumb_fp_forms, true, true, 0);
	/* UNPREDICTABLE there */
	if (slot_mode != MODE_USR && slot_mode != MODE_SYS) {
		TRY(arm_user_forms, false, false, 0);
		TRY(arm_user_forms, false, true, 0);
	}
	TRY(arm_pc_forms, false, false, (u32)arm_back);
	TRY(arm_pc_forms, false, false, (u32)thumb_back | 1);
	TRY(thumb_pc_forms, true, false, (u32)arm_back);
	TRY(thumb_pc_forms, true, false, (u32)thumb_back | 1);
}

GUEST_TEST(all_forms_mmu_off, 1)
{
	need_vmm();
	all_forms();
}

GUEST_TEST(all_forms_mmu_short, 1)
{
	need_vmm();
	mmu_on_short();
	all_forms();
}

GUEST_TEST(all_forms_mmu_lpae, 1)
{
	need_vmm();
	mmu_on_lpae();
	all_forms();
}

/* Banked registers as base, offset and data */
static void all_forms_in(u32 mode)
{
	need_vmm();
	slot_mode = mode;
	all_forms();
}

GUEST_TEST(all_forms_fiq_mode, 1)
{
	all_forms_in(MODE_FIQ);
}

GUEST_TEST(all_forms_irq_mode, 1)
{
	all_forms_in(MODE_IRQ);
}

GUEST_TEST(all_forms_abt_mode, 1)
{
	all_forms_in(MODE_ABT);
}

GUEST_TEST(all_forms_und_mode, 1)
{
	all_forms_in(MODE_UND);
}

GUEST_TEST(all_forms_sys_mode, 1)
{
	all_forms_in(MODE_SYS);
}

GUEST_TEST(all_forms_user_mode, 1)
{
	all_forms_in(MODE_USR);
}

static u32 user_got[3];

static void user_access(void)
{
	register u32 b asm("r4");
	register u32 c asm("r5");
	u32 addr = MEM, a;

	asm volatile("ldr %0, [%3], #4\n\tldmia %3!, {%1, %2}"
		     : "=&r" (a), "=&r" (b), "=&r" (c), "+r" (addr) : : "memory");
	user_got[0] = a;
	user_got[1] = b + c;
	user_got[2] = addr;
}

GUEST_TEST(user_mode, 1)
{
	need_vmm();
	io_write32(MEM, 0x11);
	io_write32(MEM + 4, 0x220);
	io_write32(MEM + 8, 0x3000);
	run_in_mode(MODE_USR, user_access);
	CHECK_EQ(user_got[0], 0x11);
	CHECK_EQ(user_got[1], 0x3220);
	CHECK_EQ(user_got[2], MEM + 12);
}

/* IT blocks: the state goes on after an emulated instruction, also to its end */
asm("	.thumb\n"
	"	.thumb_func\n"
	"	.global	it_blocks\n"
	"it_blocks:\n"
	"	push	{r4, r5, lr}\n"
	"	movs	r4, #0\n"
	"	cmp	r1, #1\n"
	"	itete	eq\n"
	"	ldreq	r2, [r0], #4\n"
	"	ldrne	r2, [r0], #8\n"
	"	addeq	r4, r4, r2\n"
	"	ldrdne	r2, r3, [r0], #4\n"
	"	adds	r4, r4, r0\n"
	"	cmp	r1, #1\n"
	"	ittee	ne\n"
	"	ldmiane	r0!, {r2, r3}\n"
	"	addne	r4, r4, r3\n"
	"	stmiaeq	r0!, {r4, r5}\n"
	"	addeq	r4, r4, #5\n"
	"	cmp	r1, #1\n"
	"	it	eq\n"
	"	ldreq	r2, [r0, #4]!\n"
	"	adds	r4, r4, #1\n"
	"	mov	r0, r4\n"
	"	pop	{r4, r5, pc}\n"
	"	.align	2\n"
	"	.arm\n");

GUEST_TEST(it_block, 1)
{
	u32 i, flag, dev, mem;

	need_vmm();
	for (flag = 0; flag < 2; flag++) {
		for (i = 0; i < SIZE / 4; i++) {
			ram[i] = i;
			io_write32(MEM + 4 * i, i);
		}
		mem = it_blocks((u32)ram, flag) - (u32)ram;
		dev = it_blocks(MEM, flag) - MEM;
		CHECK_EQ(dev, mem);
	}
}

/* Nothing happens, to a device neither */
GUEST_TEST(hints, 1)
{
	need_vmm();
	asm volatile("pld [%0]\n\tpldw [%0]\n\tpli [%0]" : : "r" (MEM) : "memory");
}

/* The base register is as it was, what is in memory too */
static u32 abort_of(u32 insn, bool thumb, u32 base)
{
	struct regs regs;
	u32 n;

	put_slot(insn, thumb, false);
	set_regs(&regs, base);
	n = EXCEPTIONS(EXC_DABT, run_slot(&regs));
	CHECK_EQ(n, 1);
	CHECK_EQ(regs.r[2], base);
	return me()->fsr & FSR_STATUS;
}

#define INSN_LDRD	0xe1c240d0	/* ldrd r4, r5, [r2] */
#define INSN_STRD	0xe1c240f0
#define INSN_LDM_WB	0xe8b20030	/* ldmia r2!, {r4, r5} */
#define INSN_STM_WB	0xe8a20030
#define INSN_LDR	0xe5924000	/* ldr r4, [r2] */
#define INSN_STR	0xe5824000
#define INSN_LDRH	0xe1d240b0	/* ldrh r4, [r2] */
#define INSN_LDR_WB	0xe4924004	/* ldr r4, [r2], #4 */
#define INSN_VLDR	0xed920a00	/* vldr s0, [r2] */
#define INSN_VSTM_WB	0xeca20b04	/* vstmia r2!, {d0, d1} */
#define INSN_VLD1	0xf422070f	/* vld1.8 {d0}, [r2] */
#define INSN_LDM_RET	0xe8d28010	/* ldmia r2, {r4, pc}^ */

/* Documented: an external abort, and nothing has happened */
GUEST_TEST(across_pages, 1)
{
	u32 edge = TESTDEV_BASE + 0xffc, end = NOWHERE - 4;

	need_vmm();
	CHECK_EQ(abort_of(INSN_LDRD, false, edge), FSR_EXTERNAL);
	CHECK_EQ(abort_of(INSN_STRD, false, edge), FSR_EXTERNAL);
	CHECK_EQ(abort_of(INSN_LDM_WB, false, edge), FSR_EXTERNAL);
	CHECK_EQ(me()->far, edge);
	CHECK_EQ(abort_of(INSN_STM_WB, false, edge), FSR_EXTERNAL);
	CHECK_EQ(abort_of(INSN_VSTM_WB, false, edge), FSR_EXTERNAL);
	/* From memory into nothing: by the second word */
	*(shared u32 *)end = 0x1234;
	CHECK_EQ(abort_of(INSN_LDRD, false, end), FSR_EXTERNAL);
	CHECK_EQ(abort_of(INSN_LDM_WB, false, end), FSR_EXTERNAL);
	CHECK_EQ(me()->far, NOWHERE);
	CHECK_EQ(abort_of(INSN_STM_WB, false, end), FSR_EXTERNAL);
}

/* Normal memory may be accessed unaligned, so one word can be in both pages */
static void word_across_pages(void)
{
	u32 end = NOWHERE - 2;

	mmu_on_short();
	*(shared u32 *)(NOWHERE - 4) = 0x12345678;
	CHECK_EQ(abort_of(INSN_LDR, false, end), FSR_EXTERNAL);
	CHECK_EQ(me()->far, NOWHERE);
	CHECK_EQ(abort_of(INSN_LDR_WB, false, end), FSR_EXTERNAL);
	CHECK_EQ(abort_of(INSN_STR, false, end), FSR_EXTERNAL);
	CHECK_EQ(*(shared u32 *)(NOWHERE - 4), 0x12345678);
	CHECK_EQ(abort_of(INSN_LDRH, false, NOWHERE - 1), FSR_EXTERNAL);
}

GUEST_TEST(word_from_memory_into_nothing, 1)
{
	need_vmm();
	word_across_pages();
}

static void unaligned(u32 status)
{
	io_write32(MEM, 0x55aa1234);
	CHECK_EQ(abort_of(INSN_LDR, false, MEM + 1), status);
	CHECK_EQ(me()->far, MEM + 1);
	CHECK_EQ(abort_of(INSN_STR, false, MEM + 2), status);
	CHECK_EQ(abort_of(INSN_LDRH, false, MEM + 3), status);
	CHECK_EQ(abort_of(INSN_LDR_WB, false, MEM + 1), status);
	CHECK_EQ(abort_of(INSN_LDRD, false, MEM + 2), status);
	CHECK_EQ(abort_of(INSN_LDM_WB, false, MEM + 1), status);
	CHECK_EQ(abort_of(INSN_STM_WB, false, MEM + 3), status);
	CHECK_EQ(abort_of(INSN_VLDR, false, MEM + 2), status);
	CHECK_EQ(abort_of(INSN_VSTM_WB, false, MEM + 1), status);
	CHECK_EQ(io_read32(MEM), 0x55aa1234);
}

GUEST_TEST(unaligned_mmu_off, 1)
{
	need_vmm();
	unaligned(FSR_ALIGNMENT);
}

GUEST_TEST(unaligned_mmu_short, 1)
{
	need_vmm();
	mmu_on_short();
	unaligned(FSR_ALIGNMENT);
}

GUEST_TEST(unaligned_mmu_lpae, 1)
{
	need_vmm();
	mmu_on_lpae();
	unaligned(FSR_ALIGNMENT_LPAE);
}

/* An exception return is not emulated, nor what has elements */
GUEST_TEST(not_emulated, 1)
{
	need_vmm();
	CHECK_EQ(abort_of(INSN_LDM_RET, false, MEM), FSR_EXTERNAL);
	CHECK_EQ(abort_of(INSN_VLD1, false, MEM), FSR_EXTERNAL);
	CHECK_EQ(me()->far, MEM);
}

static u32 half_words(const u16 *at, bool thumb)
{
	return thumb ? at[0] | (u32)at[1] << 16 : *(const u32 *)at;
}

/* A loop of LDREX and STREX must not go on forever: its LDREX aborts */
static void load_exclusives(const u16 *from, const u16 *to, bool thumb)
{
	for (; from < to; from += 2) {
		CHECK_EQ(abort_of(half_words(from, thumb), thumb, MEM), FSR_EXTERNAL);
		CHECK_EQ(me()->far & ~7, MEM);
	}
}

/*
 * Without it a STREX fails and stores nothing; whether it does so before it could
 * abort is IMPLEMENTATION DEFINED, A8.8.212.
 */
static void store_exclusives(const u16 *from, const u16 *to, bool thumb)
{
	struct regs regs;
	u32 aborts;

	for (; from < to; from += 2) {
		put_slot(half_words(from, thumb), thumb, false);
		set_regs(&regs, MEM);
		asm volatile("clrex" : : : "memory");
		aborts = EXCEPTIONS(EXC_DABT, run_slot(&regs));
		CHECK(aborts == 1 ? (me()->fsr & FSR_STATUS) == FSR_EXTERNAL : regs.r[0] == 1);
		CHECK_EQ(io_read32(MEM), 0x55aa1234);
		CHECK_EQ(io_read32(MEM + 4), 0x1234aa55);
	}
}

GUEST_TEST(exclusives, 1)
{
	need_vmm();
	io_write32(MEM, 0x55aa1234);
	io_write32(MEM + 4, 0x1234aa55);
	load_exclusives(arm_load_exclusives, arm_load_exclusives_end, false);
	load_exclusives(thumb_load_exclusives, thumb_load_exclusives_end, true);
	store_exclusives(arm_store_exclusives, arm_store_exclusives_end, false);
	store_exclusives(thumb_store_exclusives, thumb_store_exclusives_end, true);
}

/* The distributor is in the kernel */
GUEST_TEST(distributor, 1)
{
	register u32 a asm("r4") = 0x10203040;
	register u32 b asm("r5") = 0x50607080;
	register u32 c asm("r6") = 0x90a0b0c0;
	u32 i, addr = GICD_BASE + 0x404;

	asm volatile("stmia %0!, {%1, %2, %3}"
		     : "+r" (addr) : "r" (a), "r" (b), "r" (c) : "memory");
	CHECK_EQ(addr, GICD_BASE + 0x410);
	CHECK_EQ(io_read32(GICD_BASE + 0x404), 0x10203040);
	CHECK_EQ(io_read32(GICD_BASE + 0x408), 0x50607080);
	CHECK_EQ(io_read32(GICD_BASE + 0x40c), 0x90a0b0c0);
	asm volatile("ldrd %0, %1, [%2, #-8]" : "=r" (a), "=r" (b) : "r" (addr) : "memory");
	CHECK_EQ(a, 0x50607080);
	CHECK_EQ(b, 0x90a0b0c0);
	addr = GICD_BASE + 4;
	asm volatile("ldmia %2, {%0, %1}" : "=&r" (a), "=&r" (b) : "r" (addr) : "memory");
	CHECK_EQ(a, io_read32(GICD_BASE + 4));
	CHECK_EQ(b, io_read32(GICD_BASE + 8));
	/* Bytes with write-back */
	addr = GICD_BASE + 0x404;
	for (i = 0; i < 4; i++)
		asm volatile("strb %1, [%0], #1" : "+r" (addr) : "r" (i * 0x10) : "memory");
	CHECK_EQ(io_read32(GICD_BASE + 0x404), 0x30201000);
}

/* Another CPU replaces the instruction all the time: one or the other is executed */
#define INSN_A	0xe4924004	/* ldr r4, [r2], #4 */
#define INSN_B	0xe4d25008	/* ldrb r5, [r2], #8 */
#define ROUNDS	2000

static shared bool over;

static void replace(void)
{
	u32 n = 0;

	while (!over) {
		slot[1] = n++ & 1 ? INSN_A : INSN_B;
		dsb();
		WRITE_CP((u32)&slot[1], p15, 0, c7, c11, 1);
		dsb();
		WRITE_CP(0, p15, 0, c7, c1, 0);		/* ICIALLUIS */
		dsb();
	}
}

GUEST_TEST(instruction_replaced, 2)
{
	struct regs regs;
	u32 i, a = 0, b = 0;

	need_vmm();
	put_slot(INSN_A, false, false);
	io_write32(MEM, 0x12345678);
	CHECK_EQ(cpu_on(1, replace), PSCI_SUCCESS);
	for (i = 0; i < ROUNDS; i++) {
		set_regs(&regs, MEM);
		run_slot(&regs);
		if (regs.r[4] == 0x12345678 && regs.r[2] == MEM + 4)
			a++;
		else if (regs.r[5] == 0x78 && regs.r[2] == MEM + 8)
			b++;
	}
	over = true;
	dsb();
	CHECK_EQ(a + b, ROUNDS);
	CHECK(cpu_wait(1, 5000));
}
