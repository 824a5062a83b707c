// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of the loads and stores of general-purpose and floating-point
 * registers, Arm and Thumb (DDI 0406C, A5.2.8, A5.2.10, A5.3, A5.5, A6.2.4 -
 * A6.2.7, A6.3.5 - A6.3.9, A7.6).
 *
 * Not decoded, so that no device sees them: exclusives, which no device can
 * honour; Advanced SIMD's element and structure accesses, FLDMX and FSTMX, and
 * coprocessor transfers; SRS, RFE, LDM as exception return and table branches; and
 * what is UNPREDICTABLE because of the PC, because a register would be written
 * twice or because there are not that many.
 *
 * No state but the arguments, and nothing of the kernel but types and bits:
 * tests/decode-fuzz compiles this file on the development machine.
 */
#include <linux/bitops.h>
#include <linux/string.h>
#include <asm/kvm/mmio_decode.h>

static u32 bits(u32 insn, u32 high, u32 low)
{
	return (insn & GENMASK(high, low)) >> low;
}

static bool bit(u32 insn, u32 n)
{
	return insn >> n & 1;
}

static s32 signed_imm(bool add, u32 imm)
{
	return add ? imm : -imm;
}

static void set_rm(struct kvm_arm_ldst *op, u32 rm, bool sub, u32 type, u32 amount)
{
	op->rm = rm;
	op->sub = sub;
	op->shift = type;
	op->amount = amount;
	/* DecodeImmShift(), A8.4.3 */
	if (amount || type == LDST_LSL)
		return;
	op->amount = type == LDST_ROR ? 1 : 32;
	if (type == LDST_ROR)
		op->shift = LDST_RRX;
}

static void set_dual(struct kvm_arm_ldst *op, u32 rt, u32 rt2)
{
	op->nr = 2;
	op->size = 4;
	op->reg[0] = rt;
	op->reg[1] = rt2;
}

/* UNPREDICTABLE in all forms of one register or two */
static bool single_ok(const struct kvm_arm_ldst *op)
{
	u32 i;

	if (!op->nr)
		return true;
	if (op->rm == 15 || (op->rn == 15 && (op->wback || op->swap)))
		return false;
	for (i = 0; i < op->nr; i++) {
		if (op->reg[i] == 15 && (op->nr == 2 || op->size < 4))
			return false;
		if (op->reg[i] == op->rn && (op->wback || op->swap))
			return false;
	}
	return true;
}

/* @up: IA, IB; @before: IB, DB */
static bool set_list(struct kvm_arm_ldst *op, u32 list, bool up, bool before)
{
	u32 i;

	op->nr = 0;
	for (i = 0; i < 16; i++)
		if (bit(list, i))
			op->reg[op->nr++] = i;
	op->size = 4;
	op->index = !up;
	op->imm = signed_imm(up, 4 * op->nr);
	op->bias = up == before ? 4 : 0;
	/* B9.3.4, A8.8.57: the base would be loaded and written back */
	return op->nr && op->rn != 15 &&
	       !(op->load && op->wback && bit(list, op->rn));
}

static void arm_index(u32 insn, struct kvm_arm_ldst *op)
{
	op->load = bit(insn, 20);
	op->index = bit(insn, 24);
	/* Post-indexed with W: the unprivileged forms */
	op->wback = !op->index || bit(insn, 21);
	op->rn = bits(insn, 19, 16);
	op->reg[0] = bits(insn, 15, 12);
}

static bool arm_single_ok(u32 insn, const struct kvm_arm_ldst *op)
{
	bool unprivileged = !op->index && bit(insn, 21);

	return single_ok(op) &&
	       !(unprivileged && (op->nr == 2 || (op->load && op->reg[0] == 15)));
}

static bool arm_imm(u32 insn, struct kvm_arm_ldst *op)
{
	arm_index(insn, op);
	op->size = bit(insn, 22) ? 1 : 4;
	op->imm = signed_imm(bit(insn, 23), bits(insn, 11, 0));
	return arm_single_ok(insn, op);
}

static bool arm_reg(u32 insn, struct kvm_arm_ldst *op)
{
	arm_index(insn, op);
	op->size = bit(insn, 22) ? 1 : 4;
	set_rm(op, bits(insn, 3, 0), !bit(insn, 23), bits(insn, 6, 5),
	       bits(insn, 11, 7));
	return arm_single_ok(insn, op);
}

/* Halfwords, signed loads and pairs: bits 6, 5 and L tell which */
static bool arm_extra(u32 insn, struct kvm_arm_ldst *op)
{
	bool l = bit(insn, 20), s = bit(insn, 6), h = bit(insn, 5);

	arm_index(insn, op);
	if (bit(insn, 22))
		op->imm = signed_imm(bit(insn, 23),
				     bits(insn, 11, 8) << 4 | bits(insn, 3, 0));
	else
		set_rm(op, bits(insn, 3, 0), !bit(insn, 23), LDST_LSL, 0);
	op->size = h ? 2 : 1;
	op->sign = l && s;
	if (s && !l) {
		op->load = !h;
		if (bit(op->reg[0], 0))
			return false;
		set_dual(op, op->reg[0], op->reg[0] + 1);
	}
	return arm_single_ok(insn, op);
}

static bool arm_list(u32 insn, struct kvm_arm_ldst *op)
{
	arm_index(insn, op);
	op->wback = bit(insn, 21);
	op->user = bit(insn, 22);
	/* With the PC it is an exception return, B9.3.6 */
	if (op->user && (op->wback || (op->load && bit(insn, 15))))
		return false;
	return set_list(op, bits(insn, 15, 0), bit(insn, 23), bit(insn, 24));
}

static bool arm_swap(u32 insn, struct kvm_arm_ldst *op)
{
	op->rn = bits(insn, 19, 16);
	set_dual(op, bits(insn, 15, 12), bits(insn, 3, 0));
	op->size = bit(insn, 22) ? 1 : 4;
	op->load = true;
	op->swap = true;
	return single_ok(op);
}

/* VLDR, VSTR; VLDM, VSTM in two modes, VPUSH, VPOP: the same in Arm and Thumb */
static bool fp(u32 insn, struct kvm_arm_ldst *op)
{
	u32 vd = bits(insn, 15, 12), words = bits(insn, 7, 0);
	bool up = bit(insn, 23);

	op->fp = true;
	op->dual = bit(insn, 8);
	op->load = bit(insn, 20);
	op->index = bit(insn, 24);
	op->wback = bit(insn, 21);
	op->rn = bits(insn, 19, 16);
	op->imm = signed_imm(up, 4 * words);
	op->reg[0] = op->dual ? bit(insn, 22) << 5 | vd << 1 :
				vd << 1 | bit(insn, 22);
	if (op->index && !op->wback) {
		op->nr = op->dual ? 2 : 1;
		return true;
	}
	/* Neither UNDEFINED, nor a move between two registers and one */
	op->nr = words;
	return op->index != up && words && words <= 32 && !(op->dual && words & 1) &&
	       op->reg[0] + words <= (op->dual ? 64 : 32) &&
	       !(op->rn == 15 && op->wback);
}

static bool t32_fp(u32 insn, struct kvm_arm_ldst *op)
{
	/* Of the PC's, literals alone */
	return fp(insn, op) && (op->rn != 15 || (op->load && op->index));
}

static bool hint(u32 insn, struct kvm_arm_ldst *op)
{
	op->nr = 0;
	return true;
}

static bool t16_reg(u32 insn, struct kvm_arm_ldst *op)
{
	/* Bits 11:9: STR, STRH, STRB, LDRSB, LDR, LDRH, LDRB, LDRSH */
	static const u8 sizes[] = { 4, 2, 1, 1, 4, 2, 1, 2 };
	u32 kind = bits(insn, 11, 9);

	op->size = sizes[kind];
	op->load = kind >= 3;
	op->sign = kind == 3 || kind == 7;
	op->reg[0] = bits(insn, 2, 0);
	op->rn = bits(insn, 5, 3);
	set_rm(op, bits(insn, 8, 6), false, LDST_LSL, 0);
	return true;
}

static bool t16_imm(u32 insn, struct kvm_arm_ldst *op)
{
	if (bit(insn, 15))
		op->size = 2;
	else
		op->size = bit(insn, 12) ? 1 : 4;
	op->load = bit(insn, 11);
	op->reg[0] = bits(insn, 2, 0);
	op->rn = bits(insn, 5, 3);
	op->imm = bits(insn, 10, 6) * op->size;
	return true;
}

/* Relative to SP, or to the PC for a literal */
static bool t16_sp_pc(u32 insn, struct kvm_arm_ldst *op)
{
	op->load = bit(insn, 11);
	op->reg[0] = bits(insn, 10, 8);
	op->rn = bit(insn, 15) ? 13 : 15;
	op->imm = bits(insn, 7, 0) * 4;
	return true;
}

static bool t16_push_pop(u32 insn, struct kvm_arm_ldst *op)
{
	u32 list = bits(insn, 7, 0);

	op->load = bit(insn, 11);
	op->rn = 13;
	op->wback = true;
	if (bit(insn, 8))
		list |= op->load ? BIT(15) : BIT(14);
	return set_list(op, list, op->load, !op->load);
}

static bool t16_list(u32 insn, struct kvm_arm_ldst *op)
{
	u32 list = bits(insn, 7, 0);

	op->load = bit(insn, 11);
	op->rn = bits(insn, 10, 8);
	op->wback = !op->load || !bit(list, op->rn);
	return set_list(op, list, true, false);
}

static bool t32_list(u32 insn, struct kvm_arm_ldst *op)
{
	u32 list = bits(insn, 15, 0);
	bool up = bit(insn, 23);

	op->load = bit(insn, 20);
	op->wback = bit(insn, 21);
	op->rn = bits(insn, 19, 16);
	/* SP is never in a list; LR and PC are not both loaded, PC is not stored */
	if (bit(list, 13) || up == bit(insn, 24) ||
	    (bit(list, 15) && (!op->load || bit(list, 14))))
		return false;
	return set_list(op, list, up, !up);
}

static bool t32_dual(u32 insn, struct kvm_arm_ldst *op)
{
	arm_index(insn, op);
	op->wback = bit(insn, 21);
	op->imm = signed_imm(bit(insn, 23), bits(insn, 7, 0) * 4);
	set_dual(op, bits(insn, 15, 12), bits(insn, 11, 8));
	/* With neither it is an exclusive or a table branch */
	return (op->index || op->wback) && (op->load || op->rn != 15) &&
	       !(op->load && op->reg[0] == op->reg[1]) && single_ok(op);
}

/* What all 32-bit Thumb forms of one register have in bits 24:12 */
static bool t32_single(u32 insn, struct kvm_arm_ldst *op)
{
	op->sign = bit(insn, 24);
	op->size = 1 << bits(insn, 22, 21);
	op->load = bit(insn, 20);
	op->rn = bits(insn, 19, 16);
	op->reg[0] = bits(insn, 15, 12);
	if (op->size == 8 || (op->sign && (!op->load || op->size == 4)) ||
	    (!op->load && (op->rn == 15 || op->reg[0] == 15)))
		return false;
	/* Byte and halfword loads to the PC are PLD, PLDW, PLI, or reserved hints */
	if (op->reg[0] == 15 && op->size < 4)
		op->nr = 0;
	return single_ok(op);
}

static bool t32_imm12(u32 insn, struct kvm_arm_ldst *op)
{
	op->imm = bits(insn, 11, 0);
	return t32_single(insn, op);
}

static bool t32_literal(u32 insn, struct kvm_arm_ldst *op)
{
	op->imm = signed_imm(bit(insn, 23), bits(insn, 11, 0));
	return t32_single(insn, op);
}

static bool t32_reg(u32 insn, struct kvm_arm_ldst *op)
{
	set_rm(op, bits(insn, 3, 0), false, LDST_LSL, bits(insn, 5, 4));
	return t32_single(insn, op);
}

/* Bits 10:8 are P, U, W; 110: unprivileged, 100: negative offset, 0x0: undefined */
static bool t32_imm8(u32 insn, struct kvm_arm_ldst *op)
{
	bool unprivileged = bits(insn, 10, 8) == 6;

	op->index = bit(insn, 10);
	op->wback = bit(insn, 8);
	op->imm = signed_imm(bit(insn, 9), bits(insn, 7, 0));
	if (!t32_single(insn, op) || !(op->index || op->wback))
		return false;
	return !(op->reg[0] == 15 && (unprivileged || (op->wback && !op->nr)));
}

/* The first that matches. A mask without the condition is for conditional ones */
struct pattern {
	u32 mask;
	u32 value;
	bool (*fields)(u32 insn, struct kvm_arm_ldst *op);
};

static const struct pattern arm_patterns[] = {
	{ 0x0e000000, 0x04000000, arm_imm },	/* LDR, STR, B, T */
	{ 0x0e000010, 0x06000000, arm_reg },
	{ 0x0e4000f0, 0x004000b0, arm_extra },	/* LDRH, STRH, T */
	{ 0x0e400ff0, 0x000000b0, arm_extra },
	{ 0x0e4000d0, 0x004000d0, arm_extra },	/* LDRSB, LDRSH, T; LDRD, STRD */
	{ 0x0e400fd0, 0x000000d0, arm_extra },
	{ 0x0e000000, 0x08000000, arm_list },	/* LDM, STM, PUSH, POP */
	{ 0x0fb00ff0, 0x01000090, arm_swap },	/* SWP, SWPB */
	{ 0x0e000e00, 0x0c000a00, fp },		/* VLDR, VSTR, VLDM, VSTM */
	{ 0xff30f000, 0xf510f000, hint },	/* PLD, PLDW */
	{ 0xff30f010, 0xf710f000, hint },
	{ 0xff70f000, 0xf450f000, hint },	/* PLI */
	{ 0xff70f010, 0xf650f000, hint },
	{ }
};

static const struct pattern thumb_patterns[] = {
	{ 0xfffff800, 0x00004800, t16_sp_pc },	/* LDR literal */
	{ 0xfffff000, 0x00005000, t16_reg },
	{ 0xffffe000, 0x00006000, t16_imm },	/* LDR, STR, B */
	{ 0xfffff000, 0x00008000, t16_imm },	/* LDRH, STRH */
	{ 0xfffff000, 0x00009000, t16_sp_pc },
	{ 0xfffff600, 0x0000b400, t16_push_pop },
	{ 0xfffff000, 0x0000c000, t16_list },
	{ 0xfe400000, 0xe8000000, t32_list },	/* LDM, STM, PUSH, POP */
	{ 0xfe400000, 0xe8400000, t32_dual },	/* LDRD, STRD */
	{ 0xfe000e00, 0xec000a00, t32_fp },	/* VLDR, VSTR, VLDM, VSTM */
	{ 0xfe1f0000, 0xf81f0000, t32_literal },
	{ 0xfe800000, 0xf8800000, t32_imm12 },
	{ 0xfe800800, 0xf8000800, t32_imm8 },
	{ 0xfe800fc0, 0xf8000000, t32_reg },
	{ }
};

/**
 * kvm_arm_ldst_decode() - what a load or store instruction does
 * @insn: Arm: the word; Thumb: the halfword, or the first one of two in the
 *	upper half
 * @thumb: the instruction set
 * @op: filled in
 *
 * Return: true if it is one that can be emulated.
 */
bool kvm_arm_ldst_decode(u32 insn, bool thumb, struct kvm_arm_ldst *op)
{
	const struct pattern *p = thumb ? thumb_patterns : arm_patterns;
	bool conditional = thumb || insn >> 28 != 0xf;

	memset(op, 0, sizeof(*op));
	op->insn_len = thumb && insn < 0x10000 ? 2 : 4;
	op->cond = thumb ? 0xe : insn >> 28;
	op->nr = 1;
	op->size = 4;
	op->index = true;
	op->rm = LDST_NO_REG;

	for (; p->mask; p++)
		if ((insn & p->mask) == p->value &&
		    conditional == (thumb || !(p->mask >> 28)))
			return p->fields(insn, op);
	return false;
}

/**
 * kvm_arm_ldst_offset() - the offset from the base register
 * @op: a decoded instruction
 * @rm: the value of register op->rm, if there is one
 * @carry: CPSR.C
 */
u32 kvm_arm_ldst_offset(const struct kvm_arm_ldst *op, u32 rm, bool carry)
{
	if (op->rm == LDST_NO_REG)
		return op->imm;

	switch (op->shift) {
	case LDST_LSL:
		rm <<= op->amount;
		break;
	case LDST_LSR:
		rm = (u64)rm >> op->amount;
		break;
	case LDST_ASR:
		rm = (s64)(s32)rm >> op->amount;
		break;
	case LDST_ROR:
		rm = ror32(rm, op->amount);
		break;
	case LDST_RRX:
		rm = rm >> 1 | (u32)carry << 31;
		break;
	}
	return op->sub ? -rm : rm;
}
