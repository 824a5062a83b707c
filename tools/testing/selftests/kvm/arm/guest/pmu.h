/* SPDX-License-Identifier: GPL-2.0-only */
/* The performance monitors: PMUv2, DDI 0406C chapter C12 */
#ifndef PMU_H
#define PMU_H

#include "guest.h"

#define PMU_PPI		23

#define PMCR_E		BIT(0)
#define PMCR_P		BIT(1)
#define PMCR_C		BIT(2)
#define PMCR_D		BIT(3)
#define CYCLES		BIT(31)
#define NOT_PL1		BIT(31)
#define NOT_PL0		BIT(30)
#define EVENT_CYCLES	0x11

#define READ_PMCR()	READ_CP(p15, 0, c9, c12, 0)
#define READ_CNTEN()	READ_CP(p15, 0, c9, c12, 1)
#define READ_OVSR()	READ_CP(p15, 0, c9, c12, 3)
#define READ_SELR()	READ_CP(p15, 0, c9, c12, 5)
#define READ_CCNTR()	READ_CP(p15, 0, c9, c13, 0)
#define READ_TYPER()	READ_CP(p15, 0, c9, c13, 1)
#define READ_EVCNTR()	READ_CP(p15, 0, c9, c13, 2)
#define READ_USERENR()	READ_CP(p15, 0, c9, c14, 0)
#define READ_INTEN()	READ_CP(p15, 0, c9, c14, 1)

#define SET_PMCR(v)	WRITE_CP(v, p15, 0, c9, c12, 0)
#define ENABLE(v)	WRITE_CP(v, p15, 0, c9, c12, 1)
#define DISABLE(v)	WRITE_CP(v, p15, 0, c9, c12, 2)
#define CLEAR_OVSR(v)	WRITE_CP(v, p15, 0, c9, c12, 3)
#define SWINC(v)	WRITE_CP(v, p15, 0, c9, c12, 4)
#define SET_SELR(v)	WRITE_CP(v, p15, 0, c9, c12, 5)
#define SET_CCNTR(v)	WRITE_CP(v, p15, 0, c9, c13, 0)
#define SET_TYPER(v)	WRITE_CP(v, p15, 0, c9, c13, 1)
#define SET_EVCNTR(v)	WRITE_CP(v, p15, 0, c9, c13, 2)
#define SET_USERENR(v)	WRITE_CP(v, p15, 0, c9, c14, 0)
#define INTERRUPT(v)	WRITE_CP(v, p15, 0, c9, c14, 1)
#define NO_INTERRUPT(v)	WRITE_CP(v, p15, 0, c9, c14, 2)

#endif
