/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fields of the Hyp-mode registers that say what traps, and of the syndrome of
 * a trap. Names and sections are those of DDI 0406C; usable from assembly.
 */
#ifndef __ARM_KVM_TRAP_BITS_H
#define __ARM_KVM_TRAP_BITS_H

#include <linux/bits.h>

/* HCR, Hyp Configuration Register, B4.1.65 */
#define HCR_VM			BIT(0)	/* Stage-2 translation */
#define HCR_SWIO		BIT(1)	/* set/way invalidate also cleans */
#define HCR_PTW			BIT(2)	/* no table walks from device memory */
#define HCR_FMO			BIT(3)	/* FIQs to Hyp mode, enables VF */
#define HCR_IMO			BIT(4)	/* IRQs to Hyp mode, enables VI */
#define HCR_AMO			BIT(5)	/* async. aborts to Hyp mode, enables VA */
#define HCR_VF			BIT(6)	/* virtual FIQ pending */
#define HCR_VI			BIT(7)	/* virtual IRQ pending */
#define HCR_VA			BIT(8)	/* virtual asynchronous abort pending */
#define HCR_FB			BIT(9)	/* TLB, cache maintenance: broadcast */
#define HCR_BSU_SHIFT		10	/* least shareability of barriers */
#define HCR_BSU_INNER		BIT(10)
#define HCR_DC			BIT(12)	/* default cacheable */
#define HCR_TWI			BIT(13)	/* WFI */
#define HCR_TWE			BIT(14)	/* WFE */
#define HCR_TID0		BIT(15)	/* FPSID, JIDR */
#define HCR_TID1		BIT(16)	/* TCMTR, TLBTR, REVIDR, AIDR */
#define HCR_TID2		BIT(17)	/* CTR, CCSIDR, CLIDR, CSSELR */
#define HCR_TID3		BIT(18)	/* ID_* and MVFR* */
#define HCR_TSC			BIT(19)	/* SMC */
#define HCR_TIDCP		BIT(20)	/* c9-c11 implementation defined */
#define HCR_TAC			BIT(21)	/* ACTLR */
#define HCR_TSW			BIT(22)	/* data cache by set/way */
#define HCR_TPC			BIT(23)	/* data cache to point of coherency */
#define HCR_TPU			BIT(24)	/* cache to point of unification */
#define HCR_TTLB		BIT(25)	/* TLB maintenance */
#define HCR_TVM			BIT(26)	/* writes of Stage-1 controls */
#define HCR_TGE			BIT(27)	/* all exceptions of PL0 */

/* HCPTR, Hyp Coprocessor Trap Register, B4.1.62 */
#define HCPTR_TCP(n)		BIT(n)	/* coprocessor 0 - 13 */
#define HCPTR_TCP10		BIT(10)
#define HCPTR_TCP11		BIT(11)
#define HCPTR_VFP		(HCPTR_TCP10 | HCPTR_TCP11)
#define HCPTR_TCP_ALL		0x3fff
#define HCPTR_TASE		BIT(15)	/* Advanced SIMD */
#define HCPTR_TTA		BIT(20)	/* trace registers */
#define HCPTR_TCPAC		BIT(31)	/* CPACR */
/* Bits that read as one */
#define HCPTR_RES1		0x33ff

/* HSTR, Hyp System Trap Register, B4.1.74 */
#define HSTR_T(n)		BIT(n)	/* CP15 primary register 0-3, 5-13, 15 */
#define HSTR_TTEE		BIT(16)	/* ThumbEE configuration */
#define HSTR_TJDBX		BIT(17)	/* Jazelle */

/* HDCR, Hyp Debug Configuration Register, B4.1.64 */
#define HDCR_HPMN_MASK		0x1f	/* event counters for PL1 and PL0 */
#define HDCR_TPMCR		BIT(5)	/* PMCR */
#define HDCR_TPM		BIT(6)	/* performance monitors */
#define HDCR_HPME		BIT(7)	/* Hyp's event counters run */
#define HDCR_TDE		BIT(8)	/* debug exceptions to Hyp mode */
#define HDCR_TDA		BIT(9)	/* debug registers */
#define HDCR_TDOSA		BIT(10)	/* OS lock, double lock, power down */
#define HDCR_TDRA		BIT(11)	/* DBGDRAR, DBGDSAR */

/* CNTHCTL, Timer PL2 Control Register, B4.1.28 */
#define CNTHCTL_PL1PCTEN	BIT(0)	/* PL1, PL0 can read CNTPCT */
#define CNTHCTL_PL1PCEN		BIT(1)	/* PL1, PL0 can use CNTP_* */
#define CNTHCTL_EVNTEN		BIT(2)
#define CNTHCTL_EVNTDIR		BIT(3)
#define CNTHCTL_EVNTI_SHIFT	4

/* DBGDSCR, Debug Status and Control Register, C11.11.20 */
#define DBGDSCR_MOE_SHIFT	2	/* what the last debug exception was */
#define DBGDSCR_MOE_MASK	0x0000003c
#define DBGDSCR_UDCCDIS		BIT(12)	/* nothing for PL0 */
#define DBGDSCR_MDBGEN		BIT(15)	/* breakpoints, watchpoints: monitor mode */

#define DBGDSCR_MOE_BREAKPOINT	1
#define DBGDSCR_MOE_BKPT	3	/* the instruction */
#define DBGDSCR_MOE_WATCHPOINT	10	/* synchronous */

/* DBGBCR, DBGWCR, C11.11.2, C11.11.44; PL, LSC: a bit each, as below */
#define DBG_ENABLE		BIT(0)
#define DBG_PL1			BIT(1)
#define DBG_PL0			BIT(2)
#define DBG_PL_MASK		0x00000006
#define DBGWCR_LSC_MASK		0x00000018	/* load: bit 3, store: bit 4 */
#define DBG_BAS_SHIFT		5
#define DBGBCR_BAS_MASK		0x000001e0
#define DBGWCR_BAS_MASK		0x00001fe0
#define DBG_LBN_SHIFT		16
#define DBG_LBN_MASK		0x000f0000
#define DBG_LINKED		BIT(20)	/* DBGBCR.BT[0], DBGWCR.WT */
#define DBGBCR_CONTEXT		BIT(21)	/* BT[1]: CONTEXTIDR, not an address */
#define DBGBCR_MISMATCH		BIT(22)	/* BT[2] */
#define DBGBCR_BT_MASK		0x00f00000

/* DBGDIDR, C11.11.15: numbers less 1 */
#define DBGDIDR_CTX_SHIFT	20
#define DBGDIDR_BRPS_SHIFT	24
#define DBGDIDR_WRPS_SHIFT	28

/* HSR, Hyp Syndrome Register, B3.13.6 */
#define HSR_EC_SHIFT		26
#define HSR_EC_MASK		0xfc000000
#define HSR_EC(hsr)		((hsr) >> HSR_EC_SHIFT)
#define HSR_IL			BIT(25)	/* instruction of 32 bits, not 16 */
#define HSR_ISS_MASK		0x01ffffff

#define HSR_EC_UNKNOWN		0x00
#define HSR_EC_WFX		0x01
#define HSR_EC_CP15_32		0x03	/* MCR, MRC */
#define HSR_EC_CP15_64		0x04	/* MCRR, MRRC */
#define HSR_EC_CP14_32		0x05	/* MCR, MRC */
#define HSR_EC_CP14_LS		0x06	/* LDC, STC */
#define HSR_EC_CP_0_13		0x07	/* HCPTR trap */
#define HSR_EC_CP10_ID		0x08	/* VMRS of an ID register */
#define HSR_EC_BXJ		0x0a
#define HSR_EC_CP14_64		0x0c	/* MRRC */
#define HSR_EC_SVC		0x11
#define HSR_EC_HVC		0x12
#define HSR_EC_SMC		0x13
#define HSR_EC_PABT		0x20	/* from PL1 or PL0 */
#define HSR_EC_PABT_HYP		0x21
#define HSR_EC_DABT		0x24	/* from PL1 or PL0 */
#define HSR_EC_DABT_HYP		0x25

/* ISS of conditional instructions: EC 0x01 to 0x0c */
#define HSR_CV			BIT(24)	/* the condition is valid */
#define HSR_COND_SHIFT		20
#define HSR_COND_MASK		0x00f00000

/* ISS of EC_WFX */
#define HSR_WFX_WFE		BIT(0)	/* WFE, not WFI */

/* ISS of MCR, MRC and, where they have the field, MCRR, MRRC, LDC, STC, VMRS */
#define HSR_CP_READ		BIT(0)	/* to core register or memory */
#define HSR_CP_CRM_SHIFT	1
#define HSR_CP_CRM_MASK		0x0000001e
#define HSR_CP_RT_SHIFT		5
#define HSR_CP_RT_MASK		0x000001e0
#define HSR_CP_RT(hsr)		(((hsr) & HSR_CP_RT_MASK) >> HSR_CP_RT_SHIFT)
#define HSR_CP_CRN_SHIFT	10
#define HSR_CP_CRN_MASK		0x00003c00
#define HSR_CP_RT2_SHIFT	10	/* 64-bit accesses */
#define HSR_CP_RT2_MASK		0x00003c00
#define HSR_CP_RT2(hsr)		(((hsr) & HSR_CP_RT2_MASK) >> HSR_CP_RT2_SHIFT)
#define HSR_CP_OPC1_SHIFT	14
#define HSR_CP_OPC1_MASK	0x0001c000
#define HSR_CP_OPC1_64_SHIFT	16	/* 64-bit accesses */
#define HSR_CP_OPC1_64_MASK	0x000f0000
#define HSR_CP_OPC2_SHIFT	17
#define HSR_CP_OPC2_MASK	0x000e0000

/* ISS of EC_CP_0_13 */
#define HSR_CP_TASE		BIT(5)	/* Advanced SIMD */
#define HSR_CP_NUM_MASK		0x0000000f

/* ISS of EC_HVC */
#define HSR_HVC_IMM_MASK	0x0000ffff

/* ISS of aborts; ISV and the fields above EA are of data aborts alone */
#define HSR_ABT_FSC_MASK	0x0000003f
#define HSR_ABT_WNR		BIT(6)	/* write, or cache maintenance */
#define HSR_ABT_S1PTW		BIT(7)	/* in a Stage-1 table walk */
#define HSR_ABT_CM		BIT(8)	/* cache maintenance */
#define HSR_ABT_EA		BIT(9)	/* external abort type */
#define HSR_ABT_SRT_SHIFT	16
#define HSR_ABT_SRT_MASK	0x000f0000
#define HSR_ABT_SSE		BIT(21)	/* sign-extend */
#define HSR_ABT_SAS_SHIFT	22	/* 0 byte, 1 halfword, 2 word */
#define HSR_ABT_SAS_MASK	0x00c00000
#define HSR_ABT_ISV		BIT(24)	/* SAS, SSE and SRT are valid */

/* Fault status, Long-descriptor format, B3.13.3; LL in bits 1:0 is the level */
#define FSC_TYPE_MASK		0x3c
#define FSC_TRANSLATION		0x04
#define FSC_ACCESS_FLAG		0x08
#define FSC_PERMISSION		0x0c
#define FSC_EXTERNAL		0x10	/* synchronous */
#define FSC_EXTERNAL_ASYNC	0x11
#define FSC_EXTERNAL_TTW	0x14
#define FSC_PARITY		0x18
#define FSC_PARITY_ASYNC	0x19
#define FSC_PARITY_TTW		0x1c
#define FSC_ALIGNMENT		0x21
#define FSC_DEBUG		0x22

/* CPSR.IT; the mode, mask, endianness and state bits are in asm/ptrace.h */
#define PSR_IT_1_0_SHIFT	25
#define PSR_IT_7_2_SHIFT	10
#define PSR_GE_MASK		0x000f0000

#endif /* __ARM_KVM_TRAP_BITS_H */
