/* SPDX-License-Identifier: GPL-2.0-only */
/* GICv2 registers, as named in IHI 0048B */
#ifndef GIC_H
#define GIC_H

#include "guest.h"

#define GICD_CTLR		0x000
#define GICD_TYPER		0x004
#define GICD_IIDR		0x008
#define GICD_IGROUPR		0x080
#define GICD_ISENABLER		0x100
#define GICD_ICENABLER		0x180
#define GICD_ISPENDR		0x200
#define GICD_ICPENDR		0x280
#define GICD_ISACTIVER		0x300
#define GICD_ICACTIVER		0x380
#define GICD_IPRIORITYR		0x400
#define GICD_ITARGETSR		0x800
#define GICD_ICFGR		0xc00
#define GICD_NSACR		0xe00
#define GICD_SGIR		0xf00
#define GICD_CPENDSGIR		0xf10
#define GICD_SPENDSGIR		0xf20
#define GICD_ICPIDR2		0xfe8

#define GICC_CTLR		0x000
#define GICC_PMR		0x004
#define GICC_BPR		0x008
#define GICC_IAR		0x00c
#define GICC_EOIR		0x010
#define GICC_RPR		0x014
#define GICC_HPPIR		0x018
#define GICC_ABPR		0x01c
#define GICC_AIAR		0x020
#define GICC_AEOIR		0x024
#define GICC_AHPPIR		0x028
#define GICC_APR0		0x0d0
#define GICC_IIDR		0x0fc
#define GICC_DIR		0x1000

#define SGIR_TO(mask)		((u32)(mask) << 16)
#define SGIR_OTHERS		BIT(24)
#define SGIR_SELF		(2 << 24)

#define SPURIOUS		1023

#define gicd_read(o)		io_read32(GICD_BASE + (o))
#define gicd_write(o, v)	io_write32(GICD_BASE + (o), v)
#define gicc_read(o)		io_read32(GICC_BASE + (o))
#define gicc_write(o, v)	io_write32(GICC_BASE + (o), v)

/* Distributor and this CPU's interface on, every priority let through */
static inline void gic_on(void)
{
	gicd_write(GICD_CTLR, 1);
	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_BPR, 0);
	gicc_write(GICC_CTLR, 1);
}

static inline void gic_enable(u32 irq)
{
	gicd_write(GICD_ISENABLER + irq / 32 * 4, 1U << irq % 32);
}

static inline void gic_disable(u32 irq)
{
	gicd_write(GICD_ICENABLER + irq / 32 * 4, 1U << irq % 32);
}

static inline bool gic_bit(u32 reg, u32 irq)
{
	return gicd_read(reg + irq / 32 * 4) >> irq % 32 & 1;
}

static inline void gic_set_bit(u32 reg, u32 irq)
{
	gicd_write(reg + irq / 32 * 4, 1U << irq % 32);
}

static inline void gic_priority(u32 irq, u8 prio)
{
	io_write8(GICD_BASE + GICD_IPRIORITYR + irq, prio);
}

static inline void gic_target(u32 irq, u8 cpus)
{
	io_write8(GICD_BASE + GICD_ITARGETSR + irq, cpus);
}

static inline void gic_edge(u32 irq, bool edge)
{
	u32 reg = GICD_ICFGR + irq / 16 * 4, bit = 2U << irq % 16 * 2;

	gicd_write(reg, (gicd_read(reg) & ~bit) | (edge ? bit : 0));
}

/* What the CPU interface would give now, waiting for it for up to 100 ms */
static inline u32 gic_wait_iar(void)
{
	u32 iar = SPURIOUS;

	(void)WAIT_FOR((iar = gicc_read(GICC_IAR)) != SPURIOUS, 100);
	return iar;
}

#endif
