// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares arch/arm/kvm/mmio_decode.c with capstone. Prints TAP.
 *
 *	fuzz [MILLIONS [SEED]]
 *
 * All 16-bit Thumb instructions, and MILLIONS of random ones of each class of
 * 32-bit instructions, are disassembled by capstone. Its text is read back into
 * the decoder's own structure, field by field, and both must be the same. Where
 * only one of them takes an instruction, one of the reasons below must hold, that
 * are found from capstone's text or the manual's encoding, not by the decoder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <capstone/capstone.h>
#include <linux/types.h>
#include <linux/bitops.h>
#include <asm/kvm/mmio_decode.h>

static const char * const conditions[] = {
	"eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le",
};

static const char * const registers[] = {
	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "sb", "sl", "fp", "ip",
	"sp", "lr", "pc",
};

static bool starts(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n))
		return false;
	*s += n;
	return true;
}

static int take_reg(const char **s)
{
	int i;

	for (i = 15; i >= 0; i--)
		if (starts(s, registers[i]))
			return i;
	return -1;
}

static s32 take_number(const char **s)
{
	char *end;
	s32 val;

	starts(s, "#");
	val = strtoll(*s, &end, 0);
	*s = end;
	return val;
}

/* The rest of a mnemonic: condition and width, then nothing */
static bool take_suffix(const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	u32 i;

	op->cond = 0xe;
	for (i = 0; i < 14; i++)
		if (starts(&s, conditions[i]))
			op->cond = i;
	if (thumb)
		starts(&s, ".w");
	return !*s;
}

/* ", asr #3" and the like after an offset register */
static void take_shift(const char **s, struct kvm_arm_ldst *op)
{
	static const char * const names[] = { "lsl", "lsr", "asr", "ror", "rrx" };
	int i;

	if (!starts(s, ", "))
		return;
	for (i = 0; i < 5; i++) {
		if (starts(s, names[i])) {
			op->shift = i;
			starts(s, " ");
			op->amount = i == 4 ? 1 : take_number(s);
			return;
		}
	}
}

static void take_offset(const char **s, struct kvm_arm_ldst *op)
{
	int rm;

	if (**s == '#') {
		op->imm = take_number(s);
		return;
	}
	op->sub = starts(s, "-");
	rm = take_reg(s);
	if (rm < 0)
		return;
	op->rm = rm;
	take_shift(s, op);
}

/* "[r1, #4]!" or "[r1], -r2, lsl #3" up to the end */
static bool take_address(const char *s, struct kvm_arm_ldst *op)
{
	if (!starts(&s, "["))
		return false;
	op->rn = take_reg(&s);
	op->index = true;
	if (starts(&s, ", "))
		take_offset(&s, op);
	if (!starts(&s, "]"))
		return false;
	op->wback = starts(&s, "!");
	if (starts(&s, ", ")) {
		op->index = false;
		op->wback = true;
		take_offset(&s, op);
	}
	return !*s;
}

static bool take_list(const char *s, struct kvm_arm_ldst *op, bool up, bool before)
{
	int reg, last, first = -1;

	op->nr = 0;
	if (!starts(&s, "{"))
		return false;
	do {
		first = take_reg(&s);
		last = starts(&s, "-") ? take_reg(&s) : first;
		if (first < 0)
			return false;
		for (reg = first; reg <= last; reg++)
			op->reg[op->nr++] = reg;
	} while (starts(&s, ", "));
	if (!starts(&s, "}"))
		return false;
	op->user = starts(&s, " ^") || starts(&s, "^");
	op->imm = up ? 4 * op->nr : -4 * op->nr;
	op->index = !up;
	op->bias = up == before ? 4 : 0;
	return !*s;
}

/* One register; the sizes' letters are what comes after ldr and str */
static bool read_single(const char *m, const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	static const struct {
		const char *letters;
		u8 size;
		bool sign;
	} sizes[] = {
		{ "sbt", 1, true }, { "sht", 2, true }, { "bt", 1, false }, { "ht", 2, false },
		{ "sb", 1, true }, { "sh", 2, true }, { "d", 8, false }, { "b", 1, false },
		{ "h", 2, false }, { "t", 4, false }, { "", 4, false },
	};
	struct kvm_arm_ldst start;
	unsigned int i, j;
	const char *rest;
	int reg;

	op->load = starts(&m, "ldr");
	if (!op->load && !starts(&m, "str"))
		return false;
	start = *op;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		*op = start;
		rest = m;
		if (!starts(&rest, sizes[i].letters) || !take_suffix(rest, op, thumb))
			continue;
		op->size = sizes[i].size == 8 ? 4 : sizes[i].size;
		op->sign = sizes[i].sign;
		op->nr = sizes[i].size == 8 ? 2 : 1;
		for (j = 0; j < op->nr; j++) {
			reg = take_reg(&s);
			if (reg < 0 || !starts(&s, ", "))
				return false;
			op->reg[j] = reg;
		}
		return take_address(s, op);
	}
	return false;
}

static bool read_list(const char *m, const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	bool up = true, before = false;

	op->load = starts(&m, "ldm");
	if (!op->load && !starts(&m, "stm"))
		return false;
	/* "ldmib": IB; but "ldmle" is IA, which is not written */
	if (starts(&m, "da"))
		up = false;
	else if (starts(&m, "db"))
		up = false, before = true;
	else if (starts(&m, "ib"))
		before = true;
	if (!take_suffix(m, op, thumb))
		return false;
	op->rn = take_reg(&s);
	op->wback = starts(&s, "!");
	return starts(&s, ", ") && take_list(s, op, up, before);
}

static bool read_stack(const char *m, const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	op->load = starts(&m, "pop");
	if (!op->load && !starts(&m, "push"))
		return false;
	op->rn = 13;
	op->wback = true;
	return take_suffix(m, op, thumb) && take_list(s, op, op->load, !op->load);
}

static bool read_swap(const char *m, const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	if (!starts(&m, "swp"))
		return false;
	op->size = starts(&m, "b") ? 1 : 4;
	op->load = true;
	op->swap = true;
	op->nr = 2;
	op->reg[0] = take_reg(&s);
	starts(&s, ", ");
	op->reg[1] = take_reg(&s);
	starts(&s, ", ");
	return take_suffix(m, op, thumb) && take_address(s, op);
}

static bool read_hint(const char *m, const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	if (!starts(&m, "pldw") && !starts(&m, "pld") && !starts(&m, "pli"))
		return false;
	op->nr = 0;
	return take_suffix(m, op, thumb);
}

/* "s4" or "d2": the number of the first word */
static int take_fp_reg(const char **s, struct kvm_arm_ldst *op)
{
	op->dual = starts(s, "d");
	if (!op->dual && !starts(s, "s"))
		return -1;
	return take_number(s) << op->dual;
}

static bool take_fp_list(const char *s, struct kvm_arm_ldst *op)
{
	int reg, next = -1;

	op->nr = 0;
	if (!starts(&s, "{"))
		return false;
	do {
		reg = take_fp_reg(&s, op);
		if (reg < 0 || (op->nr && reg != next))
			return false;
		if (!op->nr)
			op->reg[0] = reg;
		next = reg + 1 + op->dual;
		op->nr += 1 + op->dual;
	} while (starts(&s, ", "));
	return starts(&s, "}") && !*s;
}

static bool read_fp(const char *m, const char *s, struct kvm_arm_ldst *op, bool thumb)
{
	bool up;
	int reg;

	op->fp = true;
	op->load = starts(&m, "vldr") || starts(&m, "vldm") || starts(&m, "vpop");
	if (m[-1] == 'r' || starts(&m, "vstr")) {
		reg = take_fp_reg(&s, op);
		op->reg[0] = reg;
		op->nr = 1 + op->dual;
		return reg >= 0 && take_suffix(m, op, thumb) && starts(&s, ", ") &&
		       take_address(s, op);
	}
	if (m[-1] == 'p' || starts(&m, "vpush")) {
		up = op->load;
		op->rn = 13;
		op->wback = true;
	} else {
		if (!op->load && !starts(&m, "vstm"))
			return false;
		up = starts(&m, "ia");
		if (!up && !starts(&m, "db"))
			return false;
		op->rn = take_reg(&s);
		op->wback = starts(&s, "!");
		if (!starts(&s, ", "))
			return false;
	}
	if (!take_suffix(m, op, thumb) || !take_fp_list(s, op))
		return false;
	op->imm = up ? 4 * op->nr : -4 * op->nr;
	op->index = !up;
	return true;
}

/* What capstone's text says; false if it is no load or store of our kind */
static bool read_text(const cs_insn *cs, struct kvm_arm_ldst *op, bool thumb)
{
	bool (*const readers[])(const char *m, const char *s, struct kvm_arm_ldst *op,
				bool thumb) = {
		read_single, read_list, read_stack, read_swap, read_fp, read_hint,
	};
	unsigned int i;

	for (i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		memset(op, 0, sizeof(*op));
		op->insn_len = cs->size;
		op->nr = 1;
		op->size = 4;
		op->rm = LDST_NO_REG;
		if (readers[i](cs->mnemonic, cs->op_str, op, thumb))
			return true;
	}
	return false;
}

static bool same(const struct kvm_arm_ldst *a, const struct kvm_arm_ldst *b)
{
	if (!a->nr && !b->nr)
		return a->insn_len == b->insn_len;
	return !memcmp(a, b, sizeof(*a));
}

static bool in_list(const struct kvm_arm_ldst *op, u32 reg)
{
	u32 i;

	for (i = 0; i < op->nr; i++)
		if (op->reg[i] == reg)
			return true;
	return false;
}

/* Reasons */
enum {
	AGREED_YES,
	AGREED_NO,
	RETURN,
	LIST_USER_WBACK,
	BASE_PC,
	BASE_LOADED,
	OFFSET_PC,
	DATA_PC,
	ODD_PAIR,
	SAME_PAIR,
	THUMB_LIST,
	UNPRIVILEGED_PC,
	FP_LIST,
	SHOULD_BE_ZERO,
	CAPSTONE_HINT,
	NR_REASONS,
	UNEXPLAINED = NR_REASONS,
};

static const char * const reasons[] = {
	[AGREED_YES] = "the same",
	[AGREED_NO] = "not a load or store that is emulated",
	[RETURN] = "exception return: not emulated",
	[LIST_USER_WBACK] = "LDM or STM with ^ and writeback: UNPREDICTABLE",
	[BASE_PC] = "base is the PC where that is UNPREDICTABLE",
	[BASE_LOADED] = "base is written back and transferred: UNPREDICTABLE",
	[OFFSET_PC] = "offset register is the PC: UNPREDICTABLE",
	[DATA_PC] = "the PC as data where that is UNPREDICTABLE",
	[ODD_PAIR] = "odd first register of a pair: UNPREDICTABLE",
	[SAME_PAIR] = "pair of the same registers: UNPREDICTABLE",
	[THUMB_LIST] = "the SP, or both LR and PC, in a Thumb list: UNPREDICTABLE",
	[UNPRIVILEGED_PC] = "unprivileged load of the PC, or pair: UNPREDICTABLE",
	[FP_LIST] = "floating-point list that is empty or too long: UNPREDICTABLE",
	[SHOULD_BE_ZERO] = "bits that should be zero are not: UNPREDICTABLE",
	[CAPSTONE_HINT] = "reserved hint, which capstone does not know",
};

/* Why the decoder refuses what capstone takes: from capstone's text */
static int why_refused(u32 insn, const cs_insn *cs, const struct kvm_arm_ldst *op,
		       bool thumb)
{
	bool list = strchr(cs->op_str, '{'), pair = !list && op->nr == 2;

	if (op->fp && op->rn == 15 && (op->wback || (thumb && (list || !op->load))))
		return BASE_PC;
	/* Capstone gives a list one register at least, and 16 or those there are at most */
	if (op->fp)
		return list && (insn & 0xff) != op->nr ? FP_LIST : UNEXPLAINED;
	if (op->user && op->wback)
		return LIST_USER_WBACK;
	if (op->user && op->load && in_list(op, 15))
		return RETURN;
	if (op->rn == 15 && (op->wback || list || op->swap || (thumb && !op->load)))
		return BASE_PC;
	if ((op->wback || op->swap) && in_list(op, op->rn) && !(list && !op->load))
		return BASE_LOADED;
	if (op->rm == 15)
		return OFFSET_PC;
	if (!list && in_list(op, 15) && (pair || op->size < 4 || (thumb && !op->load)))
		return DATA_PC;
	if (pair && !thumb && op->reg[0] & 1)
		return ODD_PAIR;
	if (pair && thumb && op->load && op->reg[0] == op->reg[1])
		return SAME_PAIR;
	if (thumb && list && (in_list(op, 13) || (in_list(op, 15) && in_list(op, 14))))
		return THUMB_LIST;
	/* Bits 11:8 of the register forms of halfwords, pairs and of swaps */
	if (!thumb && insn & 0xf00 && ((insn & 0x0e400090) == 0x90 || op->swap))
		return SHOULD_BE_ZERO;
	if (strstr(cs->mnemonic, "rt") && op->load && in_list(op, 15))
		return UNPRIVILEGED_PC;
	return UNEXPLAINED;
}

static int explain(u32 insn, bool thumb, const cs_insn *cs, const struct kvm_arm_ldst *ours,
		   const struct kvm_arm_ldst *theirs)
{
	if (!ours)
		return why_refused(insn, cs, theirs, thumb);
	/* A halfword load, maybe signed, to the PC: A6.3.8 */
	if (!theirs && thumb && !cs->mnemonic[0] && (insn & 0xfe70f000) == 0xf830f000)
		return CAPSTONE_HINT;
	return UNEXPLAINED;
}

static u64 counts[NR_REASONS + 1];
static u64 random_state;

static u32 random32(void)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (random_state >> 16 ^ random_state >> 40) & 0xffffffff;
}

static void show(const char *who, const struct kvm_arm_ldst *op)
{
	const u8 *byte = (const u8 *)op;
	size_t i;

	printf("# %s", who);
	for (i = 0; op && i < sizeof(*op); i++)
		printf(" %02x", byte[i]);
	printf("%s\n", op ? "" : " does not take it");
}

static void compare(csh handle, cs_insn *cs, u32 insn, bool thumb)
{
	struct kvm_arm_ldst ours, theirs;
	bool we, they;
	u8 bytes[4];
	const u8 *code = bytes;
	size_t left = 4;
	uint64_t address = 0;
	int why;

	if (thumb && insn > 0xffff)
		insn = insn << 16 | insn >> 16;
	memcpy(bytes, &insn, 4);
	if (thumb && insn > 0xffff)
		insn = insn << 16 | insn >> 16;
	else if (thumb)
		left = 2;
	memset(&ours, 0, sizeof(ours));
	we = kvm_arm_ldst_decode(insn, thumb, &ours);
	they = cs_disasm_iter(handle, &code, &left, &address, cs);
	if (!they)
		cs->mnemonic[0] = cs->op_str[0] = 0;
	they = they && read_text(cs, &theirs, thumb);

	if (we && they && same(&ours, &theirs))
		why = AGREED_YES;
	else if (!we && !they)
		why = AGREED_NO;
	else
		why = explain(insn, thumb, cs, we ? &ours : NULL, they ? &theirs : NULL);
	if (why == UNEXPLAINED && counts[why] < 40) {
		printf("# %s %08x: capstone: %s %s\n", thumb ? "Thumb" : "Arm", insn,
		       cs->mnemonic, cs->op_str);
		show("ours: ", we ? &ours : NULL);
		show("theirs:", they ? &theirs : NULL);
	}
	counts[why]++;
}

static const struct class {
	const char *name;
	u32 mask;	/* of the bits that are not random */
	u32 value;
	bool thumb;
} classes[] = {
	{ "Arm: word and byte, immediate", 0x0e000000, 0x04000000, false },
	{ "Arm: word and byte, register", 0x0e000010, 0x06000000, false },
	{ "Arm: halfword, signed, pair, swap, exclusive", 0x0e000090, 0x00000090, false },
	{ "Arm: lists", 0x0e000000, 0x08000000, false },
	{ "Arm: floating point", 0x0e000e00, 0x0c000a00, false },
	{ "Arm: unconditional", 0xf0000000, 0xf0000000, false },
	{ "Arm: everything", 0, 0, false },
	{ "Thumb: lists, pairs, exclusives", 0xfe000000, 0xe8000000, true },
	{ "Thumb: one register", 0xfe000000, 0xf8000000, true },
	{ "Thumb: floating point", 0xfe000e00, 0xec000a00, true },
	{ "Thumb: everything of 32 bits", 0xe0000000, 0xe0000000, true },
};

static int report(int number, const char *name)
{
	bool bad = counts[UNEXPLAINED] || !counts[AGREED_YES];
	int i;

	for (i = 0; i < NR_REASONS; i++)
		if (counts[i])
			printf("# %12llu %s\n", (unsigned long long)counts[i], reasons[i]);
	if (counts[UNEXPLAINED])
		printf("# %12llu unexplained\n", (unsigned long long)counts[UNEXPLAINED]);
	printf("%s %d - %s\n", bad ? "not ok" : "ok", number, name);
	memset(counts, 0, sizeof(counts));
	return bad;
}

int main(int argc, char **argv)
{
	u64 n = (argc > 1 ? atof(argv[1]) : 2) * 1000000, i;
	int bad = 0, c, nr = sizeof(classes) / sizeof(classes[0]);
	cs_insn *insn[2];
	csh handle[2];
	u32 word;

	random_state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	for (c = 0; c < 2; c++) {
		if (cs_open(CS_ARCH_ARM, c ? CS_MODE_THUMB : CS_MODE_ARM, &handle[c])) {
			puts("Bail out! capstone cannot be used.");
			return 1;
		}
		insn[c] = cs_malloc(handle[c]);
	}

	printf("TAP version 13\n1..%d\n", nr + 1);
	/* Not IT: capstone would give its conditions to what follows */
	for (i = 0; i < 0x10000; i++)
		if (!kvm_arm_insn_is_wide(i) && i >> 8 != 0xbf)
			compare(handle[1], insn[1], i, true);
	bad |= report(1, "Thumb: all of 16 bits");
	for (c = 0; c < nr; c++) {
		bool thumb = classes[c].thumb;

		for (i = 0; i < n; i++) {
			word = (random32() & ~classes[c].mask) | classes[c].value;
			if (thumb && !kvm_arm_insn_is_wide(word >> 16))
				continue;
			compare(handle[thumb], insn[thumb], word, thumb);
		}
		bad |= report(c + 2, classes[c].name);
	}
	return bad;
}
