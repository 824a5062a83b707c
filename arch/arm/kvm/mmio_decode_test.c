// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the decoder of loads and stores: each class of encodings, and
 * what is not to be emulated. tests/decode-fuzz of the project's repository
 * compares it with a disassembler.
 */
#include <kunit/test.h>
#include <asm/kvm/mmio_decode.h>

#define IN_THUMB BIT(0)
#define LOAD	BIT(1)
#define SIGN	BIT(2)
#define SWAP	BIT(3)
#define USER	BIT(4)
#define INDEX	BIT(5)
#define WBACK	BIT(6)
#define SUB	BIT(7)
#define BIAS	BIT(8)	/* by 4, as LDMIB and LDMDA */
#define LIST	BIT(9)	/* .list, not .rt */
#define PAIR	BIT(10)	/* .rt and .rt2 */
#define REG	BIT(11)	/* .rm, not .imm */
#define HINT	BIT(12)
#define REFUSED	BIT(13)
#define FP	BIT(14)	/* .rt is the first word's number, .rt2 how many */
#define DUAL	BIT(15)

struct decode_case {
	const char *text;
	u32 insn;
	u32 flags;
	u8 size;
	u8 rn;
	union {
		u16 list;
		struct {
			u8 rt;
			u8 rt2;
		};
	};
	union {
		s32 imm;
		struct {
			u8 rm;
			u8 shift;
			u8 amount;
		};
	};
};

static const struct decode_case decode_cases[] = {
	/* Arm */
	{ "ldr r1, [r2]", 0xe5921000, LOAD | INDEX,
	  .size = 4, .rn = 2, .rt = 1, .imm = 0 },
	{ "ldr r1, [r2, #4]!", 0xe5b21004, LOAD | INDEX | WBACK,
	  .size = 4, .rn = 2, .rt = 1, .imm = 4 },
	{ "ldr r1, [r2], #-4095", 0xe4121fff, LOAD | WBACK,
	  .size = 4, .rn = 2, .rt = 1, .imm = -4095 },
	{ "ldr pc, [r2]", 0xe592f000, LOAD | INDEX,
	  .size = 4, .rn = 2, .rt = 15, .imm = 0 },
	{ "ldr r0, [pc, #-8]", 0xe51f0008, LOAD | INDEX,
	  .size = 4, .rn = 15, .rt = 0, .imm = -8 },
	{ "str r1, [r2, #4]!", 0xe5a21004, INDEX | WBACK,
	  .size = 4, .rn = 2, .rt = 1, .imm = 4 },
	{ "str pc, [r2]", 0xe582f000, INDEX,
	  .size = 4, .rn = 2, .rt = 15, .imm = 0 },
	{ "ldrb r1, [r2], #1", 0xe4d21001, LOAD | WBACK,
	  .size = 1, .rn = 2, .rt = 1, .imm = 1 },
	{ "strb r1, [r2, #-1]!", 0xe5621001, INDEX | WBACK,
	  .size = 1, .rn = 2, .rt = 1, .imm = -1 },
	{ "ldrt r1, [r2], #4", 0xe4b21004, LOAD | WBACK,
	  .size = 4, .rn = 2, .rt = 1, .imm = 4 },
	{ "strbt r1, [r2], #4", 0xe4e21004, WBACK,
	  .size = 1, .rn = 2, .rt = 1, .imm = 4 },
	{ "ldr r1, [r2, r3]", 0xe7921003, LOAD | INDEX | REG,
	  .size = 4, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldr r1, [r2, -r3, lsl #2]!", 0xe7321103, LOAD | INDEX | WBACK | SUB | REG,
	  .size = 4, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 2 },
	{ "str r1, [r2], r3, lsr #32", 0xe6821023, WBACK | REG,
	  .size = 4, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSR, .amount = 32 },
	{ "ldrb r1, [r2, r3, asr #32]", 0xe7d21043, LOAD | INDEX | REG,
	  .size = 1, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_ASR, .amount = 32 },
	{ "strb r1, [r2, r3, ror #7]", 0xe7c213e3, INDEX | REG,
	  .size = 1, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_ROR, .amount = 7 },
	{ "ldr r1, [r2, r3, rrx]", 0xe7921063, LOAD | INDEX | REG,
	  .size = 4, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_RRX, .amount = 1 },
	{ "ldrh r1, [r2], #2", 0xe0d210b2, LOAD | WBACK,
	  .size = 2, .rn = 2, .rt = 1, .imm = 2 },
	{ "strh r1, [r2, -r3]!", 0xe12210b3, INDEX | WBACK | SUB | REG,
	  .size = 2, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrsb r1, [r2, #-255]", 0xe1521fdf, LOAD | SIGN | INDEX,
	  .size = 1, .rn = 2, .rt = 1, .imm = -255 },
	{ "ldrsb r1, [r2, r3]!", 0xe1b210d3, LOAD | SIGN | INDEX | WBACK | REG,
	  .size = 1, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrsh r1, [r2, #2]!", 0xe1f210f2, LOAD | SIGN | INDEX | WBACK,
	  .size = 2, .rn = 2, .rt = 1, .imm = 2 },
	{ "ldrsht r1, [r2], r3", 0xe0b210f3, LOAD | SIGN | WBACK | REG,
	  .size = 2, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "strht r1, [r2], #2", 0xe0e210b2, WBACK,
	  .size = 2, .rn = 2, .rt = 1, .imm = 2 },
	{ "ldrd r4, r5, [r2, #8]!", 0xe1e240d8, LOAD | INDEX | WBACK | PAIR,
	  .size = 4, .rn = 2, .rt = 4, .rt2 = 5, .imm = 8 },
	{ "ldrd r4, r5, [r2, -r3]", 0xe10240d3, LOAD | INDEX | SUB | PAIR | REG,
	  .size = 4, .rn = 2, .rt = 4, .rt2 = 5, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "strd r4, r5, [r2], #-8", 0xe04240f8, WBACK | PAIR,
	  .size = 4, .rn = 2, .rt = 4, .rt2 = 5, .imm = -8 },
	{ "swp r1, r3, [r2]", 0xe1021093, LOAD | SWAP | INDEX,
	  .size = 4, .rn = 2, .rt = 1, .rt2 = 3, .imm = 0 },
	{ "swpb r1, r3, [r2]", 0xe1421093, LOAD | SWAP | INDEX,
	  .size = 1, .rn = 2, .rt = 1, .rt2 = 3, .imm = 0 },
	{ "ldmia r2!, {r0, r1, pc}", 0xe8b28003, LOAD | WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x8003, .imm = 12 },
	{ "ldmib r2, {r2, r3}", 0xe992000c, LOAD | BIAS | LIST,
	  .size = 4, .rn = 2, .list = 0x000c, .imm = 8 },
	{ "ldmda r2!, {r3, lr}", 0xe8324008, LOAD | INDEX | WBACK | BIAS | LIST,
	  .size = 4, .rn = 2, .list = 0x4008, .imm = -8 },
	{ "ldmdb r2, {r0-r7}", 0xe91200ff, LOAD | INDEX | LIST,
	  .size = 4, .rn = 2, .list = 0x00ff, .imm = -32 },
	{ "stmia r2!, {r2, r3}", 0xe8a2000c, WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x000c, .imm = 8 },
	{ "stmib r2!, {r0, r15}", 0xe9a28001, WBACK | BIAS | LIST,
	  .size = 4, .rn = 2, .list = 0x8001, .imm = 8 },
	{ "stmda r2, {r0-r14}", 0xe8027fff, INDEX | BIAS | LIST,
	  .size = 4, .rn = 2, .list = 0x7fff, .imm = -60 },
	{ "push {r4, lr}", 0xe92d4010, INDEX | WBACK | LIST,
	  .size = 4, .rn = 13, .list = 0x4010, .imm = -8 },
	{ "pop {r4, pc}", 0xe8bd8010, LOAD | WBACK | LIST,
	  .size = 4, .rn = 13, .list = 0x8010, .imm = 8 },
	{ "ldmia r2, {r8, sp, lr}^", 0xe8d26100, LOAD | USER | LIST,
	  .size = 4, .rn = 2, .list = 0x6100, .imm = 12 },
	{ "stmdb r2, {r13, r14}^", 0xe9426000, USER | INDEX | LIST,
	  .size = 4, .rn = 2, .list = 0x6000, .imm = -8 },
	{ "vldr s3, [r2, #-4]", 0xed521a01, LOAD | INDEX | FP,
	  .size = 4, .rn = 2, .rt = 3, .rt2 = 1, .imm = -4 },
	{ "vldr d17, [pc, #1020]", 0xeddf1bff, LOAD | INDEX | FP | DUAL,
	  .size = 4, .rn = 15, .rt = 34, .rt2 = 2, .imm = 1020 },
	{ "vstr s31, [r2, #4]", 0xedc2fa01, INDEX | FP,
	  .size = 4, .rn = 2, .rt = 31, .rt2 = 1, .imm = 4 },
	{ "vstr d0, [r2]", 0xed820b00, INDEX | FP | DUAL,
	  .size = 4, .rn = 2, .rt = 0, .rt2 = 2, .imm = 0 },
	{ "vldmia r2, {s1-s4}", 0xecd20a04, LOAD | FP,
	  .size = 4, .rn = 2, .rt = 1, .rt2 = 4, .imm = 16 },
	{ "vldmia r2!, {d16-d31}", 0xecf20b20, LOAD | WBACK | FP | DUAL,
	  .size = 4, .rn = 2, .rt = 32, .rt2 = 32, .imm = 128 },
	{ "vldmdb r2!, {s0-s31}", 0xed320a20, LOAD | INDEX | WBACK | FP,
	  .size = 4, .rn = 2, .rt = 0, .rt2 = 32, .imm = -128 },
	{ "vstmia r2!, {d1}", 0xeca21b02, WBACK | FP | DUAL,
	  .size = 4, .rn = 2, .rt = 2, .rt2 = 2, .imm = 8 },
	{ "vstmdb r2!, {d8-d15}", 0xed228b10, INDEX | WBACK | FP | DUAL,
	  .size = 4, .rn = 2, .rt = 16, .rt2 = 16, .imm = -64 },
	{ "vpush {s2}", 0xed2d1a01, INDEX | WBACK | FP,
	  .size = 4, .rn = 13, .rt = 2, .rt2 = 1, .imm = -4 },
	{ "vpop {d8}", 0xecbd8b02, LOAD | WBACK | FP | DUAL,
	  .size = 4, .rn = 13, .rt = 16, .rt2 = 2, .imm = 8 },
	{ "pld [r2, #4]", 0xf5d2f004, HINT },
	{ "pldw [r2, r3]", 0xf792f003, HINT },
	{ "pli [r2, #-4]", 0xf452f004, HINT },
	{ "pli [r2, r3, lsl #1]", 0xf6d2f083, HINT },

	/* Thumb */
	{ "ldr r1, [r2, r3]", 0x000058d1, IN_THUMB | LOAD | INDEX | REG,
	  .size = 4, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "str r1, [r2, r3]", 0x000050d1, IN_THUMB | INDEX | REG,
	  .size = 4, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "strh r1, [r2, r3]", 0x000052d1, IN_THUMB | INDEX | REG,
	  .size = 2, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "strb r1, [r2, r3]", 0x000054d1, IN_THUMB | INDEX | REG,
	  .size = 1, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrsb r1, [r2, r3]", 0x000056d1, IN_THUMB | LOAD | SIGN | INDEX | REG,
	  .size = 1, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrh r1, [r2, r3]", 0x00005ad1, IN_THUMB | LOAD | INDEX | REG,
	  .size = 2, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrb r1, [r2, r3]", 0x00005cd1, IN_THUMB | LOAD | INDEX | REG,
	  .size = 1, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrsh r1, [r2, r3]", 0x00005ed1, IN_THUMB | LOAD | SIGN | INDEX | REG,
	  .size = 2, .rn = 2, .rt = 1, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "str r1, [r2, #124]", 0x000067d1, IN_THUMB | INDEX,
	  .size = 4, .rn = 2, .rt = 1, .imm = 124 },
	{ "ldr r1, [r2, #4]", 0x00006851, IN_THUMB | LOAD | INDEX,
	  .size = 4, .rn = 2, .rt = 1, .imm = 4 },
	{ "strb r1, [r2, #31]", 0x000077d1, IN_THUMB | INDEX,
	  .size = 1, .rn = 2, .rt = 1, .imm = 31 },
	{ "ldrb r1, [r2, #1]", 0x00007851, IN_THUMB | LOAD | INDEX,
	  .size = 1, .rn = 2, .rt = 1, .imm = 1 },
	{ "strh r1, [r2, #62]", 0x000087d1, IN_THUMB | INDEX,
	  .size = 2, .rn = 2, .rt = 1, .imm = 62 },
	{ "ldrh r1, [r2, #2]", 0x00008851, IN_THUMB | LOAD | INDEX,
	  .size = 2, .rn = 2, .rt = 1, .imm = 2 },
	{ "str r1, [sp, #1020]", 0x000091ff, IN_THUMB | INDEX,
	  .size = 4, .rn = 13, .rt = 1, .imm = 1020 },
	{ "ldr r1, [sp, #4]", 0x00009901, IN_THUMB | LOAD | INDEX,
	  .size = 4, .rn = 13, .rt = 1, .imm = 4 },
	{ "ldr r1, [pc, #8]", 0x00004902, IN_THUMB | LOAD | INDEX,
	  .size = 4, .rn = 15, .rt = 1, .imm = 8 },
	{ "push {r0, r7, lr}", 0x0000b581, IN_THUMB | INDEX | WBACK | LIST,
	  .size = 4, .rn = 13, .list = 0x4081, .imm = -12 },
	{ "pop {r0, pc}", 0x0000bd01, IN_THUMB | LOAD | WBACK | LIST,
	  .size = 4, .rn = 13, .list = 0x8001, .imm = 8 },
	{ "stmia r2!, {r0, r1}", 0x0000c203, IN_THUMB | WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x0003, .imm = 8 },
	{ "ldmia r2!, {r0, r1}", 0x0000ca03, IN_THUMB | LOAD | WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x0003, .imm = 8 },
	{ "ldmia r2, {r1, r2}", 0x0000ca06, IN_THUMB | LOAD | LIST,
	  .size = 4, .rn = 2, .list = 0x0006, .imm = 8 },
	{ "ldmia.w r2!, {r0, r8, pc}", 0xe8b28101, IN_THUMB | LOAD | WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x8101, .imm = 12 },
	{ "ldmdb r2, {r0, r8}", 0xe9120101, IN_THUMB | LOAD | INDEX | LIST,
	  .size = 4, .rn = 2, .list = 0x0101, .imm = -8 },
	{ "stmia.w r2!, {r0, lr}", 0xe8a24001, IN_THUMB | WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x4001, .imm = 8 },
	{ "stmdb r2!, {r0, r8}", 0xe9220101, IN_THUMB | INDEX | WBACK | LIST,
	  .size = 4, .rn = 2, .list = 0x0101, .imm = -8 },
	{ "push.w {r4, r8, lr}", 0xe92d4110, IN_THUMB | INDEX | WBACK | LIST,
	  .size = 4, .rn = 13, .list = 0x4110, .imm = -12 },
	{ "ldrd r1, r8, [r2, #1020]", 0xe9d218ff, IN_THUMB | LOAD | INDEX | PAIR,
	  .size = 4, .rn = 2, .rt = 1, .rt2 = 8, .imm = 1020 },
	{ "ldrd r1, r8, [r2], #-4", 0xe8721801, IN_THUMB | LOAD | WBACK | PAIR,
	  .size = 4, .rn = 2, .rt = 1, .rt2 = 8, .imm = -4 },
	{ "strd r1, r1, [r2, #-8]!", 0xe9621102, IN_THUMB | INDEX | WBACK | PAIR,
	  .size = 4, .rn = 2, .rt = 1, .rt2 = 1, .imm = -8 },
	{ "str.w r8, [r2, #4095]", 0xf8c28fff, IN_THUMB | INDEX,
	  .size = 4, .rn = 2, .rt = 8, .imm = 4095 },
	{ "ldr.w pc, [r2, #4]", 0xf8d2f004, IN_THUMB | LOAD | INDEX,
	  .size = 4, .rn = 2, .rt = 15, .imm = 4 },
	{ "ldrb.w r8, [r2, #4]", 0xf8928004, IN_THUMB | LOAD | INDEX,
	  .size = 1, .rn = 2, .rt = 8, .imm = 4 },
	{ "strh.w r8, [r2, #4]", 0xf8a28004, IN_THUMB | INDEX,
	  .size = 2, .rn = 2, .rt = 8, .imm = 4 },
	{ "ldrsb.w r8, [r2, #4]", 0xf9928004, IN_THUMB | LOAD | SIGN | INDEX,
	  .size = 1, .rn = 2, .rt = 8, .imm = 4 },
	{ "ldrsh.w r8, [r2, #4]", 0xf9b28004, IN_THUMB | LOAD | SIGN | INDEX,
	  .size = 2, .rn = 2, .rt = 8, .imm = 4 },
	{ "ldr r8, [r2, #-255]", 0xf8528cff, IN_THUMB | LOAD | INDEX,
	  .size = 4, .rn = 2, .rt = 8, .imm = -255 },
	{ "ldr r8, [r2], #4", 0xf8528b04, IN_THUMB | LOAD | WBACK,
	  .size = 4, .rn = 2, .rt = 8, .imm = 4 },
	{ "str r8, [r2, #-4]!", 0xf8428d04, IN_THUMB | INDEX | WBACK,
	  .size = 4, .rn = 2, .rt = 8, .imm = -4 },
	{ "ldrsh r8, [r2], #-2", 0xf9328902, IN_THUMB | LOAD | SIGN | WBACK,
	  .size = 2, .rn = 2, .rt = 8, .imm = -2 },
	{ "strb r8, [r2, #1]!", 0xf8028f01, IN_THUMB | INDEX | WBACK,
	  .size = 1, .rn = 2, .rt = 8, .imm = 1 },
	{ "ldrht r8, [r2, #2]", 0xf8328e02, IN_THUMB | LOAD | INDEX,
	  .size = 2, .rn = 2, .rt = 8, .imm = 2 },
	{ "strt r8, [r2, #4]", 0xf8428e04, IN_THUMB | INDEX,
	  .size = 4, .rn = 2, .rt = 8, .imm = 4 },
	{ "ldr.w r8, [r2, r3, lsl #3]", 0xf8528033, IN_THUMB | LOAD | INDEX | REG,
	  .size = 4, .rn = 2, .rt = 8, .rm = 3, .shift = LDST_LSL, .amount = 3 },
	{ "strh.w r8, [r2, r3]", 0xf8228003, IN_THUMB | INDEX | REG,
	  .size = 2, .rn = 2, .rt = 8, .rm = 3, .shift = LDST_LSL, .amount = 0 },
	{ "ldrsb.w r8, [pc, #-4]", 0xf91f8004, IN_THUMB | LOAD | SIGN | INDEX,
	  .size = 1, .rn = 15, .rt = 8, .imm = -4 },
	{ "pop.w {r8}", 0xf85d8b04, IN_THUMB | LOAD | WBACK,
	  .size = 4, .rn = 13, .rt = 8, .imm = 4 },
	{ "vldr d16, [r2, #8]", 0xedd20b02, IN_THUMB | LOAD | INDEX | FP | DUAL,
	  .size = 4, .rn = 2, .rt = 32, .rt2 = 2, .imm = 8 },
	{ "vldr s0, [pc, #4]", 0xed9f0a01, IN_THUMB | LOAD | INDEX | FP,
	  .size = 4, .rn = 15, .rt = 0, .rt2 = 1, .imm = 4 },
	{ "vstmia r2!, {s4, s5}", 0xeca22a02, IN_THUMB | WBACK | FP,
	  .size = 4, .rn = 2, .rt = 4, .rt2 = 2, .imm = 8 },
	{ "vpop {d0-d3}", 0xecbd0b08, IN_THUMB | LOAD | WBACK | FP | DUAL,
	  .size = 4, .rn = 13, .rt = 0, .rt2 = 8, .imm = 32 },
	{ "pld [r2, #4]", 0xf892f004, IN_THUMB | HINT },
	{ "pldw [r2, #-4]", 0xf832fc04, IN_THUMB | HINT },
	{ "pli [r2, r3]", 0xf912f003, IN_THUMB | HINT },

	/* Not emulated, or UNPREDICTABLE */
	{ "ldrex r1, [r2]", 0xe1921f9f, REFUSED },
	{ "ldrexb r1, [r2]", 0xe1d21f9f, REFUSED },
	{ "ldrexh r1, [r2]", 0xe1f21f9f, REFUSED },
	{ "ldrexd r4, r5, [r2]", 0xe1b24f9f, REFUSED },
	{ "strex r0, r1, [r2]", 0xe1820f91, REFUSED },
	{ "strexb r0, r1, [r2]", 0xe1c20f91, REFUSED },
	{ "strexh r0, r1, [r2]", 0xe1e20f91, REFUSED },
	{ "strexd r0, r4, r5, [r2]", 0xe1a20f94, REFUSED },
	{ "ldmia r2, {r0, pc}^", 0xe8d28001, REFUSED },
	{ "rfeia r2", 0xf8920a00, REFUSED },
	{ "srsia sp, #19", 0xf8cd0513, REFUSED },
	{ "vldm r2, {}", 0xec920a00, REFUSED },
	{ "vldm r2, {s31, ...}", 0xecd2fa02, REFUSED },
	{ "vstm r2, {d31, ...}", 0xecc2fb04, REFUSED },
	{ "vstm r2, {17 doublewords}", 0xec820b22, REFUSED },
	{ "vstm r2, {33 words}", 0xec820a21, REFUSED },
	{ "vldm pc!, {d0}", 0xecbf0b02, REFUSED },
	{ "vldmdb r2!, 1, 1, 1", 0xedb20b02, REFUSED },
	{ "vldmda r2!, 0, 0, 1", 0xec320b02, REFUSED },
	{ "fldmiax r2, {d0}", 0xec920b03, REFUSED },
	{ "vmov d0, r1, r2", 0xec421b10, REFUSED },
	{ "vadd.f32 s0, s1, s2", 0xee300a81, REFUSED },
	{ "vld1.8 {d0}, [r2]", 0xf422070f, REFUSED },
	{ "ldc p1, c0, [r2]", 0xed920100, REFUSED },
	{ "add r1, r2, r3", 0xe0821003, REFUSED },
	{ "mul r1, r2, r3", 0xe0010392, REFUSED },
	{ "mcr p15, 0, r1, c7, c5, 0", 0xee071f15, REFUSED },
	{ "ldr r2, [r2], #4", 0xe4922004, REFUSED },
	{ "ldr r1, [pc, #4]!", 0xe5bf1004, REFUSED },
	{ "ldr r1, [r2, pc]", 0xe792100f, REFUSED },
	{ "ldrb pc, [r2]", 0xe5d2f000, REFUSED },
	{ "ldrd r3, r4, [r2]", 0xe1c230d0, REFUSED },
	{ "ldrd lr, pc, [r2]", 0xe1c2e0d0, REFUSED },
	{ "ldm r2!, {r1, r2}", 0xe8b20006, REFUSED },
	{ "ldm r2, {}", 0xe8920000, REFUSED },
	{ "ldm r2!, {r0, r1}^", 0xe8f20003, REFUSED },
	{ "ldm pc, {r0, r1}", 0xe89f0003, REFUSED },
	{ "swp r2, r3, [r2]", 0xe1022093, REFUSED },
	{ "ldrt pc, [r2], #4", 0xe4b2f004, REFUSED },
	{ "ldrex r1, [r2]", 0xe8521f00, IN_THUMB | REFUSED },
	{ "ldrexb r1, [r2]", 0xe8d21f4f, IN_THUMB | REFUSED },
	{ "ldrexh r1, [r2]", 0xe8d21f5f, IN_THUMB | REFUSED },
	{ "ldrexd r4, r5, [r2]", 0xe8d2457f, IN_THUMB | REFUSED },
	{ "strex r0, r1, [r2]", 0xe8421000, IN_THUMB | REFUSED },
	{ "strexb r0, r1, [r2]", 0xe8c21f40, IN_THUMB | REFUSED },
	{ "strexh r0, r1, [r2]", 0xe8c21f50, IN_THUMB | REFUSED },
	{ "strexd r0, r4, r5, [r2]", 0xe8c24570, IN_THUMB | REFUSED },
	{ "tbb [pc, r0]", 0xe8dff000, IN_THUMB | REFUSED },
	{ "tbh [r1, r0, lsl #1]", 0xe8d1f010, IN_THUMB | REFUSED },
	{ "rfeia r2", 0xe992c000, IN_THUMB | REFUSED },
	{ "srsdb sp!, #19", 0xe82dc013, IN_THUMB | REFUSED },
	{ "vstr s0, [pc]", 0xed8f0a00, IN_THUMB | REFUSED },
	{ "vldm pc, {s0}", 0xec9f0a01, IN_THUMB | REFUSED },
	{ "vld1.8 {d0}, [r2]", 0xf922070f, IN_THUMB | REFUSED },
	{ "adds r1, r2, r3", 0x000018d1, IN_THUMB | REFUSED },
	{ "bx lr", 0x00004770, IN_THUMB | REFUSED },
	{ "mov.w r8, r9", 0xea4f0809, IN_THUMB | REFUSED },
	{ "ldm.w r2, {}", 0xe8920000, IN_THUMB | REFUSED },
	{ "ldm.w r2, {sp, lr, pc}", 0xe892e000, IN_THUMB | REFUSED },
	{ "ldm.w r2!, {r1, r2}", 0xe8b20006, IN_THUMB | REFUSED },
	{ "ldrd r1, r1, [r2]!", 0xe9f21100, IN_THUMB | REFUSED },
	{ "strd r1, pc, [r2]", 0xe9421f00, IN_THUMB | REFUSED },
	{ "str.w pc, [r2]", 0xf8c2f000, IN_THUMB | REFUSED },
	{ "str.w r1, [pc]", 0xf8cf1000, IN_THUMB | REFUSED },
	{ "ldr r2, [r2], #4", 0xf8522b04, IN_THUMB | REFUSED },
	{ "ldrb pc, [r2], #4", 0xf812fb04, IN_THUMB | REFUSED },
	{ "ldrt pc, [r2, #4]", 0xf852fe04, IN_THUMB | REFUSED },
	{ "size 3", 0xf8f21000, IN_THUMB | REFUSED },
	{ "ldrs word", 0xf9d21000, IN_THUMB | REFUSED },
};

static void decode_case_name(const struct decode_case *c, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%s: %s",
		 c->flags & IN_THUMB ? "Thumb" : "Arm", c->text);
}

KUNIT_ARRAY_PARAM(decode, decode_cases, decode_case_name);

static void decode_test(struct kunit *test)
{
	const struct decode_case *c = test->param_value;
	struct kvm_arm_ldst op;
	u32 f = c->flags, i, n = 0;
	bool ok;

	ok = kvm_arm_ldst_decode(c->insn, f & IN_THUMB, &op);
	KUNIT_ASSERT_EQ(test, ok, !(f & REFUSED));
	if (f & REFUSED)
		return;

	KUNIT_EXPECT_EQ(test, op.insn_len, f & IN_THUMB && c->insn < 0x10000 ? 2 : 4);
	if (f & HINT) {
		KUNIT_EXPECT_EQ(test, op.nr, 0);
		return;
	}
	KUNIT_EXPECT_EQ(test, op.cond, 0xe);
	KUNIT_EXPECT_EQ(test, op.size, c->size);
	KUNIT_EXPECT_EQ(test, op.load, !!(f & LOAD));
	KUNIT_EXPECT_EQ(test, op.sign, !!(f & SIGN));
	KUNIT_EXPECT_EQ(test, op.swap, !!(f & SWAP));
	KUNIT_EXPECT_EQ(test, op.user, !!(f & USER));
	KUNIT_EXPECT_EQ(test, op.index, !!(f & INDEX));
	KUNIT_EXPECT_EQ(test, op.wback, !!(f & WBACK));
	KUNIT_EXPECT_EQ(test, op.bias, f & BIAS ? 4 : 0);
	KUNIT_EXPECT_EQ(test, op.rn, c->rn);
	KUNIT_EXPECT_EQ(test, op.fp, !!(f & FP));
	KUNIT_EXPECT_EQ(test, op.dual, !!(f & DUAL));

	if (f & FP) {
		KUNIT_EXPECT_EQ(test, op.reg[0], c->rt);
		KUNIT_EXPECT_EQ(test, op.nr, c->rt2);
	} else if (f & LIST) {
		for (i = 0; i < 16; i++)
			if (c->list & BIT(i))
				KUNIT_EXPECT_EQ(test, op.reg[n++], i);
		KUNIT_EXPECT_EQ(test, op.nr, n);
	} else {
		KUNIT_EXPECT_EQ(test, op.nr, f & (PAIR | SWAP) ? 2 : 1);
		KUNIT_EXPECT_EQ(test, op.reg[0], c->rt);
		KUNIT_EXPECT_EQ(test, op.reg[1], c->rt2);
	}

	if (f & REG) {
		KUNIT_EXPECT_EQ(test, op.rm, c->rm);
		KUNIT_EXPECT_EQ(test, op.sub, !!(f & SUB));
		KUNIT_EXPECT_EQ(test, op.shift, c->shift);
		KUNIT_EXPECT_EQ(test, op.amount, c->amount);
	} else {
		KUNIT_EXPECT_EQ(test, op.rm, LDST_NO_REG);
		KUNIT_EXPECT_EQ(test, op.imm, c->imm);
	}
}

/* The condition is a part of an Arm instruction, and makes it another one if 15 */
static void condition_test(struct kunit *test)
{
	struct kvm_arm_ldst op;
	u32 cond;

	for (cond = 0; cond < 15; cond++) {
		KUNIT_EXPECT_TRUE(test, kvm_arm_ldst_decode(cond << 28 | 0x05921000, false, &op));
		KUNIT_EXPECT_EQ(test, op.cond, cond);
	}
	KUNIT_EXPECT_FALSE(test, kvm_arm_ldst_decode(0xf5921000, false, &op));
}

static u32 offset(u32 insn, u32 rm, bool carry)
{
	struct kvm_arm_ldst op;

	return kvm_arm_ldst_decode(insn, false, &op) ?
	       kvm_arm_ldst_offset(&op, rm, carry) : 0xdeadbeef;
}

static void offset_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, offset(0xe5921fff, 1, false), 0xfff);
	KUNIT_EXPECT_EQ(test, offset(0xe5121fff, 1, false), -0xfff);
	/* [r2, r3], [r2, -r3], lsl #31, lsr #1, lsr #32, asr #1, asr #32, ror #8, rrx */
	KUNIT_EXPECT_EQ(test, offset(0xe7921003, 0x80000005, false), 0x80000005);
	KUNIT_EXPECT_EQ(test, offset(0xe7121003, 5, false), -5);
	KUNIT_EXPECT_EQ(test, offset(0xe7921f83, 3, false), 0x80000000);
	KUNIT_EXPECT_EQ(test, offset(0xe79210a3, 0x80000003, false), 0x40000001);
	KUNIT_EXPECT_EQ(test, offset(0xe7921023, 0x80000003, false), 0);
	KUNIT_EXPECT_EQ(test, offset(0xe79210c3, 0x80000003, false), 0xc0000001);
	KUNIT_EXPECT_EQ(test, offset(0xe7921043, 0x80000003, false), 0xffffffff);
	KUNIT_EXPECT_EQ(test, offset(0xe7921043, 0x40000003, false), 0);
	KUNIT_EXPECT_EQ(test, offset(0xe7921463, 0x12345678, false), 0x78123456);
	KUNIT_EXPECT_EQ(test, offset(0xe7921063, 0x00000003, true), 0x80000001);
	KUNIT_EXPECT_EQ(test, offset(0xe7921063, 0x00000003, false), 1);
}

/* Every 16-bit Thumb instruction: nothing but what the classes have is taken */
static void thumb16_test(struct kunit *test)
{
	struct kvm_arm_ldst op;
	u32 insn, taken = 0, loads_and_stores = 0;

	for (insn = 0; !kvm_arm_insn_is_wide(insn); insn++) {
		u32 top = insn >> 12;

		taken += kvm_arm_ldst_decode(insn, true, &op);
		/* A6.2: 0x48-0x9f, PUSH, POP, STM, LDM, the lists not empty */
		loads_and_stores += insn >> 11 == 0x9 || (top >= 5 && top <= 9) ||
			((insn & 0xf600) == 0xb400 && insn & 0x1ff) ||
			(top == 0xc && insn & 0xff);
	}
	KUNIT_EXPECT_EQ(test, taken, loads_and_stores);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(decode_test, decode_gen_params),
	KUNIT_CASE(condition_test),
	KUNIT_CASE(offset_test),
	KUNIT_CASE(thumb16_test),
	{}
};

static struct kunit_suite suite = {
	.name = "kvm-arm-mmio-decode",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KVM/Arm: tests of the decoder of loads and stores");
MODULE_LICENSE("GPL");
