/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and stores, as the emulation of accesses without a syndrome needs them */
#ifndef __ARM_KVM_MMIO_DECODE_H
#define __ARM_KVM_MMIO_DECODE_H

#include <linux/types.h>

#define LDST_NO_REG	16

enum ldst_shift {
	LDST_LSL,
	LDST_LSR,
	LDST_ASR,
	LDST_ROR,
	LDST_RRX,
};

/**
 * struct kvm_arm_ldst - what a load or store does
 * @insn_len: bytes of the instruction: 2, 4
 * @cond: condition, bits 31:28 of an Arm instruction; 0xe for Thumb, where the
 *	IT block has it
 * @nr: accesses that it makes; 0: it is a hint (PLD, PLDW, PLI)
 * @size: bytes of each: 1, 2, 4
 * @reg: their registers, by ascending address. For a swap the one loaded to and
 *	the one stored, at the same address. With @fp the first one alone
 * @fp: of the floating-point registers: S0 is 0, D1 and S2 are 2, up to D31, 62;
 *	one after the other
 * @dual: they are doublewords, each moved by two accesses
 * @load: a load, or a swap
 * @sign: sign-extend what is loaded
 * @swap: SWP, SWPB
 * @user: registers of User mode (LDM, STM with ^)
 * @rn: base register; 15: the PC, rounded down to a word
 * @index: the offset is part of the address
 * @wback: base plus offset is written to @rn
 * @rm: offset register, or LDST_NO_REG
 * @sub: @rm is subtracted
 * @shift: what is done to @rm
 * @amount: by how many bits
 * @imm: offset if there is no @rm
 * @bias: added to the address in any case (LDMIB, LDMDA and their stores)
 */
struct kvm_arm_ldst {
	u8 insn_len;
	u8 cond;
	u8 nr;
	u8 size;
	u8 reg[16];
	bool fp;
	bool dual;
	bool load;
	bool sign;
	bool swap;
	bool user;
	u8 rn;
	bool index;
	bool wback;
	u8 rm;
	bool sub;
	u8 shift;
	u8 amount;
	s32 imm;
	u8 bias;
};

static inline bool kvm_arm_insn_is_wide(u16 first)
{
	return first >= 0xe800;
}

bool kvm_arm_ldst_decode(u32 insn, bool thumb, struct kvm_arm_ldst *op);
u32 kvm_arm_ldst_offset(const struct kvm_arm_ldst *op, u32 rm, bool carry);

#endif /* __ARM_KVM_MMIO_DECODE_H */
