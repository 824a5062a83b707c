// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GICv2: each register of the distributor with each access size
 * that IHI 0048B allows, and the life of SGIs, PPIs and SPIs.
 */
#include "gic.h"

#define SPI		40	/* a shared interrupt that nobody uses */

static u32 lines(void)
{
	return ((gicd_read(GICD_TYPER) & 31) + 1) * 32;
}

/* Takes the next interrupt and completes it; its number or SPURIOUS */
static u32 take(void)
{
	u32 iar = gicc_read(GICC_IAR);

	if ((iar & 0x3ff) < 1020)
		gicc_write(GICC_EOIR, iar);
	return iar;
}

static u32 wait_take(void)
{
	u32 iar = gic_wait_iar();

	if ((iar & 0x3ff) < 1020)
		gicc_write(GICC_EOIR, iar);
	return iar;
}

/* Registers, chapter 4.3 */

GUEST_TEST(ctlr, 1)
{
	CHECK_EQ(gicd_read(GICD_CTLR) & 1, 0);
	gicd_write(GICD_CTLR, 1);
	CHECK_EQ(gicd_read(GICD_CTLR) & 1, 1);
	gicd_write(GICD_CTLR, 0);
	CHECK_EQ(gicd_read(GICD_CTLR) & 1, 0);
}

GUEST_TEST(typer, 2)
{
	u32 typer = gicd_read(GICD_TYPER);

	CHECK(lines() >= 64 && lines() <= 1024);
	if (have_vmm())
		CHECK_EQ(typer >> 5 & 7, 1);		/* CPUs less one */
	gicd_write(GICD_TYPER, ~typer);
	CHECK_EQ(gicd_read(GICD_TYPER), typer);
}

GUEST_TEST(identification, 1)
{
	CHECK_EQ(gicd_read(GICD_ICPIDR2) >> 4 & 15, 2);		/* GICv2 */
	if (have_vmm()) {
		CHECK(gicd_read(GICD_IIDR));
		CHECK_EQ(gicc_read(GICC_IIDR) >> 16 & 15, 2);
	}
}

/* A pair of set and clear registers, whole words, for banked and shared ones */
static void set_and_clear(u32 set, u32 clear, u32 irq)
{
	u32 reg = irq / 32 * 4, bit = 1U << irq % 32, before = gicd_read(set + reg);

	gicd_write(set + reg, 0);
	CHECK_EQ(gicd_read(set + reg), before);
	gicd_write(set + reg, bit);
	CHECK_EQ(gicd_read(set + reg), before | bit);
	CHECK_EQ(gicd_read(clear + reg), before | bit);
	gicd_write(clear + reg, 0);
	CHECK_EQ(gicd_read(set + reg), before | bit);
	gicd_write(clear + reg, bit);
	CHECK_EQ(gicd_read(set + reg), before & ~bit);
	CHECK_EQ(gicd_read(clear + reg), before & ~bit);
}

GUEST_TEST(enable_registers, 1)
{
	/* SGIs are always enabled, or may be: only PPIs and SPIs are checked */
	set_and_clear(GICD_ISENABLER, GICD_ICENABLER, 20);
	set_and_clear(GICD_ISENABLER, GICD_ICENABLER, 31);
	set_and_clear(GICD_ISENABLER, GICD_ICENABLER, 32);
	set_and_clear(GICD_ISENABLER, GICD_ICENABLER, lines() - 32);
	/* All at once */
	gicd_write(GICD_ISENABLER + 4, ~0);
	CHECK_EQ(gicd_read(GICD_ISENABLER + 4), ~0u);
	gicd_write(GICD_ICENABLER + 4, ~0);
	CHECK_EQ(gicd_read(GICD_ISENABLER + 4), 0);
}

GUEST_TEST(pending_registers, 1)
{
	set_and_clear(GICD_ISPENDR, GICD_ICPENDR, 20);
	gic_target(SPI, 1);
	set_and_clear(GICD_ISPENDR, GICD_ICPENDR, SPI);
	/* Those of SGIs are read-only, 4.3.7 */
	gicd_write(GICD_ISPENDR, 0xffff);
	CHECK_EQ(gicd_read(GICD_ISPENDR) & 0xffff, 0);
}

GUEST_TEST(active_registers, 1)
{
	set_and_clear(GICD_ISACTIVER, GICD_ICACTIVER, 20);
	set_and_clear(GICD_ISACTIVER, GICD_ICACTIVER, SPI);
}

/* Words and bytes, 4.3.11 */
GUEST_TEST(priority_registers, 1)
{
	u32 reg = GICD_IPRIORITYR + SPI, mask, i;

	gicd_write(reg, ~0);
	mask = gicd_read(reg);
	/* At least 16 levels, the same for each interrupt, high bits */
	CHECK((mask & 0xf0f0f0f0) == 0xf0f0f0f0);
	CHECK_EQ(mask & 0xff, mask >> 24);
	gicd_write(reg, 0x80604020);
	CHECK_EQ(gicd_read(reg), 0x80604020);
	for (i = 0; i < 4; i++)
		CHECK_EQ(io_read8(GICD_BASE + reg + i), 0x20 * (i + 1));
	for (i = 0; i < 4; i++) {
		io_write8(GICD_BASE + reg + i, 0xa0 - 0x20 * i);
		CHECK_EQ(io_read8(GICD_BASE + reg + i), 0xa0 - 0x20 * i);
	}
	CHECK_EQ(gicd_read(reg), 0x406080a0);
	/* Neighbours are as they were */
	CHECK_EQ(gicd_read(reg + 4), 0);
	CHECK_EQ(gicd_read(reg - 4), 0);
	/* Banked ones: SGI and PPI */
	gicd_write(GICD_IPRIORITYR, 0x10203040);
	CHECK_EQ(gicd_read(GICD_IPRIORITYR), 0x10203040);
	gicd_write(GICD_IPRIORITYR + 28, 0x50607080);
	CHECK_EQ(gicd_read(GICD_IPRIORITYR + 28), 0x50607080);
}

GUEST_TEST(target_registers, 2)
{
	u32 reg = GICD_ITARGETSR + SPI, i;

	/* Of SGIs and PPIs: this CPU, read-only, 4.3.12 */
	for (i = 0; i < 32; i += 4) {
		CHECK_EQ(gicd_read(GICD_ITARGETSR + i), 0x01010101);
		gicd_write(GICD_ITARGETSR + i, 0x02020202);
		CHECK_EQ(gicd_read(GICD_ITARGETSR + i), 0x01010101);
	}
	gicd_write(reg, 0x03020100);
	CHECK_EQ(gicd_read(reg), 0x03020100);
	for (i = 0; i < 4; i++) {
		CHECK_EQ(io_read8(GICD_BASE + reg + i), i);
		io_write8(GICD_BASE + reg + i, 3 - i);
	}
	CHECK_EQ(gicd_read(reg), 0x00010203);
}

GUEST_TEST(config_registers, 1)
{
	u32 reg = GICD_ICFGR + SPI / 16 * 4;

	CHECK_EQ(gicd_read(GICD_ICFGR), 0xaaaaaaaa);	/* SGIs are edge-triggered */
	gicd_write(GICD_ICFGR, 0);
	CHECK_EQ(gicd_read(GICD_ICFGR), 0xaaaaaaaa);
	gicd_write(reg, 0xaaaaaaaa);
	CHECK_EQ(gicd_read(reg) & 0xaaaaaaaa, 0xaaaaaaaa);
	gicd_write(reg, 0);
	CHECK_EQ(gicd_read(reg) & 0xaaaaaaaa, 0);
}

GUEST_TEST(reserved_space, 1)
{
	static const u16 reserved[] = { 0x00c, 0x010, 0x03c, 0xf04, 0xf30, 0xfc0 };
	u32 i;

	for (i = 0; i < sizeof(reserved) / 2; i++) {
		gicd_write(reserved[i], ~0);
		CHECK_EQ(gicd_read(reserved[i]), 0);
	}
	/* Interrupts beyond the last are RAZ/WI */
	if (lines() < 1020) {
		gicd_write(GICD_ISENABLER + lines() / 8, ~0);
		CHECK_EQ(gicd_read(GICD_ISENABLER + lines() / 8), 0);
		gicd_write(GICD_IPRIORITYR + lines(), ~0);
		CHECK_EQ(gicd_read(GICD_IPRIORITYR + lines()), 0);
		gicd_write(GICD_ITARGETSR + lines(), ~0);
		CHECK_EQ(gicd_read(GICD_ITARGETSR + lines()), 0);
	}
}

/* 1020-1023 are no interrupts */
GUEST_TEST(special_numbers, 1)
{
	gicd_write(GICD_ISENABLER + 0x7c, 0xf0000000);
	gicd_write(GICD_ISPENDR + 0x7c, 0xf0000000);
	CHECK_EQ(gicd_read(GICD_ISENABLER + 0x7c) & 0xf0000000, 0);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 0x7c) & 0xf0000000, 0);
}

/* Accesses of bytes and halfwords to word registers harm nobody */
GUEST_TEST(odd_sizes, 1)
{
	u32 offset;

	for (offset = 0; offset < 0x1000; offset += 2) {
		if (offset >= GICD_SGIR && offset < GICD_SGIR + 4)
			continue;
		(void)io_read8(GICD_BASE + offset);
		(void)io_read16(GICD_BASE + offset);
	}
	gicd_write(GICD_ISENABLER + 4, 0x100);
	io_write8(GICD_BASE + GICD_ICENABLER + 7, 1);
	io_write16(GICD_BASE + GICD_ICENABLER + 6, 1);
	CHECK(gicd_read(GICD_ISENABLER + 4) & 0x100);
}

/* Registers that are words: nothing is written by a part of one, 4.1.4 */
GUEST_TEST(parts_of_words, 1)
{
	static const u16 words[] = {
		GICD_CTLR, GICD_IGROUPR + 4, GICD_ISENABLER + 4, GICD_ICENABLER + 4,
		GICD_ISPENDR + 4, GICD_ICPENDR + 4, GICD_ISACTIVER + 4, GICD_ICACTIVER + 4,
		GICD_ICFGR + 8,
	};
	u32 reg, was, i, byte;

	if (!have_vmm())
		skip("UNPREDICTABLE: what KVM makes of it.");
	gicd_write(GICD_CTLR, 3);
	gicd_write(GICD_ICFGR + 8, 0x80000002);
	for (i = 1; i < sizeof(words) / 2 - 1; i++)
		if (words[i] != GICD_ICENABLER + 4 && words[i] != GICD_ICPENDR + 4 &&
		    words[i] != GICD_ICACTIVER + 4)
			gicd_write(words[i], 0x80010101);
	for (i = 0; i < sizeof(words) / 2; i++) {
		reg = words[i];
		was = gicd_read(reg);
		for (byte = 0; byte < 4; byte++)
			io_write8(GICD_BASE + reg + byte, 0xff);
		io_write16(GICD_BASE + reg, 0xffff);
		io_write16(GICD_BASE + reg + 2, 0xffff);
		CHECK_EQ(gicd_read(reg), was);
	}
	CHECK_EQ(gicd_read(GICD_ISENABLER + 4), 0x80010101);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 4), 0x80010101);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + 4), 0x80010101);
	CHECK_EQ(gicd_read(GICD_IGROUPR + 4), 0x80010101);
}

/* Banked for SGIs and PPIs, 4.3.4 */
GUEST_TEST(group_registers, 1)
{
	u32 reg;

	for (reg = GICD_IGROUPR; reg < GICD_IGROUPR + lines() / 8; reg += 4) {
		CHECK_EQ(gicd_read(reg), 0);
		gicd_write(reg, 0xa5a50000 | reg);
		CHECK_EQ(gicd_read(reg), 0xa5a50000 | reg);
	}
}

GUEST_TEST(read_only_and_write_only, 1)
{
	u32 iidr = gicd_read(GICD_IIDR), reg;

	CHECK_EQ(gicd_read(GICD_SGIR), 0);
	gicd_write(GICD_IIDR, ~iidr);
	CHECK_EQ(gicd_read(GICD_IIDR), iidr);
	for (reg = 0xfd0; reg < 0x1000; reg += 4) {
		u32 was = gicd_read(reg);

		gicd_write(reg, ~was);
		CHECK_EQ(gicd_read(reg), was);
	}
	/* There are no Security Extensions: no access to be given away */
	gicd_write(GICD_NSACR, ~0);
	CHECK_EQ(gicd_read(GICD_NSACR), 0);
}

/* SGIs */

GUEST_TEST(sgi_to_self, 1)
{
	u32 i;

	gic_on();
	for (i = 0; i < 16; i++) {
		gicd_write(GICD_SGIR, SGIR_SELF | i);
		CHECK_EQ(gicd_read(GICD_ISPENDR), 1U << i);
		CHECK_EQ(gic_wait_iar(), i);		/* from CPU 0 */
		CHECK_EQ(gicd_read(GICD_ISACTIVER), 1U << i);
		CHECK_EQ(gicd_read(GICD_ISPENDR), 0);
		gicc_write(GICC_EOIR, i);
		CHECK_EQ(gicd_read(GICD_ISACTIVER), 0);
		CHECK_EQ(take(), SPURIOUS);
	}
}

GUEST_TEST(sgi_by_target_list, 1)
{
	gic_on();
	gicd_write(GICD_SGIR, SGIR_TO(1) | 7);
	CHECK_EQ(wait_take(), 7);
	gicd_write(GICD_SGIR, SGIR_OTHERS | 7);		/* nobody else is there */
	CHECK_EQ(take(), SPURIOUS);
	gicd_write(GICD_SGIR, SGIR_TO(0) | 7);
	CHECK_EQ(take(), SPURIOUS);
}

GUEST_TEST(sgi_pending_registers, 1)
{
	gic_on();
	gicc_write(GICC_PMR, 0);
	io_write8(GICD_BASE + GICD_SPENDSGIR + 5, 1);
	CHECK_EQ(gicd_read(GICD_SPENDSGIR + 4), 0x0100);
	CHECK_EQ(gicd_read(GICD_CPENDSGIR + 4), 0x0100);
	CHECK(gicd_read(GICD_ISPENDR) & 1 << 5);
	io_write8(GICD_BASE + GICD_CPENDSGIR + 5, 1);
	CHECK_EQ(gicd_read(GICD_SPENDSGIR + 4), 0);
	CHECK_EQ(gicd_read(GICD_ISPENDR) & 1 << 5, 0);
	/* Two sources make two interrupts */
	io_write8(GICD_BASE + GICD_SPENDSGIR + 5, 1);
	gicc_write(GICC_PMR, 0xf8);
	CHECK_EQ(wait_take(), 5);
	CHECK_EQ(take(), SPURIOUS);
}

/* The same by words, of two sources */
GUEST_TEST(sgi_pending_words, 2)
{
	u32 first;

	/* -M virt makes an SGI pending for a byte of 0 */
	if (!have_vmm())
		skip("For KVM alone.");
	gic_on();
	gicc_write(GICC_PMR, 0);
	gicd_write(GICD_SPENDSGIR + 8, 0x03000100);
	CHECK_EQ(gicd_read(GICD_SPENDSGIR + 8), 0x03000100);
	CHECK_EQ(gicd_read(GICD_ISPENDR), 1 << 9 | 1 << 11);
	gicd_write(GICD_SPENDSGIR + 8, 0);
	gicd_write(GICD_CPENDSGIR + 8, 0x01000000);
	CHECK_EQ(gicd_read(GICD_CPENDSGIR + 8), 0x02000100);
	gicd_write(GICD_SPENDSGIR + 8, 0x01000000);
	gicd_write(GICD_CPENDSGIR + 8, 0x00000100);
	CHECK_EQ(gicd_read(GICD_SPENDSGIR + 8), 0x03000000);
	gicc_write(GICC_PMR, 0xf8);
	first = wait_take();
	CHECK_EQ(first & 0x3ff, 11);
	CHECK_EQ(wait_take(), first ^ 1 << 10);
	CHECK_EQ(take(), SPURIOUS);
}

static void answer(void)
{
	u32 iar;

	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_CTLR, 1);
	iar = gic_wait_iar();
	gicc_write(GICC_EOIR, iar);
	/* IAR tells who it was: send the sender's number back as an SGI */
	gicd_write(GICD_SGIR, SGIR_TO(1 << (iar >> 10 & 7)) | ((iar & 15) + 1));
}

GUEST_TEST(sgi_source, 2)
{
	u32 iar;

	gic_on();
	CHECK_EQ(cpu_on(1, answer), PSCI_SUCCESS);
	gicd_write(GICD_SGIR, SGIR_TO(2) | 8);
	CHECK(WAIT_FOR((iar = gicc_read(GICC_IAR)) != SPURIOUS, 5000));
	CHECK_EQ(iar, 1 << 10 | 9);
	gicc_write(GICC_EOIR, iar);
	CHECK(cpu_wait(1, 5000));
}

/* Every CPU sends to every other; each SGI of each source arrives, none twice */
static shared u32 storm_ready[MAX_CPUS], storm_got[MAX_CPUS][MAX_CPUS];
static shared bool storm_go;
#define ROUNDS	50

static void storm(void)
{
	u32 self = this_cpu(), round, i, iar, sources;
	u64 end;

	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_CTLR, 1);
	storm_ready[self] = 1;
	while (!storm_go)
		barrier();
	for (round = 0; round < ROUNDS; round++) {
		gicd_write(GICD_SGIR, SGIR_OTHERS | (round & 15));
		/* One of each other CPU, in any order, before the next round */
		end = counter() + (u64)counter_hz() * 20;
		do {
			iar = gicc_read(GICC_IAR);
			if (iar != SPURIOUS) {
				storm_got[self][iar >> 10 & 7]++;
				gicc_write(GICC_EOIR, iar);
			}
			sources = 0;
			for (i = 0; i < MAX_CPUS; i++)
				sources += i != self && storm_got[self][i] > round;
		} while (sources < MAX_CPUS - 1 && counter() < end);
	}
	storm_ready[self] = 2;
}

GUEST_TEST(sgi_storm_between_8_cpus, 8)
{
	u32 i, j;

	gic_on();
	for (i = 1; i < 8; i++)
		CHECK_EQ(cpu_on(i, storm), PSCI_SUCCESS);
	for (i = 1; i < 8; i++)
		CHECK(WAIT_FOR(storm_ready[i], 20000));
	storm_go = true;
	storm();
	for (i = 0; i < 8; i++)
		CHECK(WAIT_FOR(storm_ready[i] == 2, 40000));
	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			CHECK_EQ(storm_got[i][j], i == j ? 0 : ROUNDS);
}

/* As handlers take them, with interrupts on */
static shared u32 irq_seen[64];

static void count_irq(void)
{
	u32 iar = gicc_read(GICC_IAR);

	if ((iar & 0x3ff) >= 1020)
		return;
	irq_seen[iar & 63]++;
	gicc_write(GICC_EOIR, iar);
}

GUEST_TEST(interrupt_exception, 1)
{
	expect(EXC_IRQ);
	me()->irq = count_irq;
	gic_on();
	irq_on();
	gicd_write(GICD_SGIR, SGIR_SELF | 2);
	CHECK(WAIT_FOR(irq_seen[2] == 1, 100));
	irq_off();
	gicd_write(GICD_SGIR, SGIR_SELF | 2);
	dsb();
	isb();
	CHECK_EQ(irq_seen[2], 1);
	/* It is in ISR while it is masked, B4.1.83 */
	CHECK(WAIT_FOR(READ_CP(p15, 0, c12, c1, 0) & 1 << 7, 100));
	irq_on();
	CHECK(WAIT_FOR(irq_seen[2] == 2, 100));
	CHECK_EQ(me()->count[EXC_IRQ], 2);
}

/* SPIs that software makes pending */

static void spi_on(u32 irq, u8 prio)
{
	gic_priority(irq, prio);
	gic_target(irq, 1);
	gic_edge(irq, true);
	gic_enable(irq);
}

GUEST_TEST(spi_pending_by_software, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(gic_wait_iar(), SPI);
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
	/* Pending again while active: after the completion, not before */
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(wait_take(), SPI);
	CHECK_EQ(take(), SPURIOUS);
	CHECK(!gic_bit(GICD_ISACTIVER, SPI));
}

GUEST_TEST(spi_disabled, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	gic_disable(SPI);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(take(), SPURIOUS);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	gic_enable(SPI);
	CHECK_EQ(wait_take(), SPI);
	/* Taken back before it is acknowledged */
	gic_set_bit(GICD_ISPENDR, SPI);
	gic_disable(SPI);
	CHECK_EQ(take(), SPURIOUS);
	gic_set_bit(GICD_ICPENDR, SPI);
	gic_enable(SPI);
	CHECK_EQ(take(), SPURIOUS);
}

GUEST_TEST(distributor_off, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	gicd_write(GICD_CTLR, 0);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(take(), SPURIOUS);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	gicd_write(GICD_CTLR, 1);
	CHECK_EQ(wait_take(), SPI);
}

GUEST_TEST(cpu_interface_off, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	gicc_write(GICC_CTLR, 0);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(!(READ_CP(p15, 0, c12, c1, 0) & 1 << 7));
	gicc_write(GICC_CTLR, 1);
	CHECK_EQ(wait_take(), SPI);
}

GUEST_TEST(not_for_this_cpu, 2)
{
	gic_on();
	spi_on(SPI, 0x80);
	gic_target(SPI, 2);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(take(), SPURIOUS);
	/* -M virt keeps what is pending by CPU: the next is for KVM alone */
	if (!have_vmm())
		return;
	gic_target(SPI, 0);
	CHECK_EQ(take(), SPURIOUS);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	gic_target(SPI, 1);
	CHECK_EQ(wait_take(), SPI);
}

/* Priorities, 3.3: the highest first, masked ones not at all */

GUEST_TEST(priority_order, 1)
{
	u32 i;

	gic_on();
	for (i = 0; i < 8; i++)
		spi_on(SPI + i, 0x10 + (i * 3 & 7) * 0x10);
	gicc_write(GICC_PMR, 0);
	for (i = 0; i < 8; i++)
		gic_set_bit(GICD_ISPENDR, SPI + i);
	gicc_write(GICC_PMR, 0xf8);
	for (i = 0; i < 8; i++) {
		u32 iar = wait_take();

		CHECK_EQ((iar - SPI) * 3 & 7, i);
	}
	CHECK_EQ(take(), SPURIOUS);
}

GUEST_TEST(priority_mask, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	gicc_write(GICC_PMR, 0x80);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(take(), SPURIOUS);		/* must be higher than the mask */
	gicc_write(GICC_PMR, 0x88);
	CHECK_EQ(wait_take(), SPI);
}

GUEST_TEST(preemption, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	spi_on(SPI + 1, 0x40);
	spi_on(SPI + 2, 0x80);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(gic_wait_iar(), SPI);
	CHECK_EQ(gicc_read(GICC_RPR), 0x80);
	gic_set_bit(GICD_ISPENDR, SPI + 2);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);	/* not higher than the running one */
	gic_set_bit(GICD_ISPENDR, SPI + 1);
	CHECK_EQ(gic_wait_iar(), SPI + 1);
	CHECK_EQ(gicc_read(GICC_RPR), 0x40);
	gicc_write(GICC_EOIR, SPI + 1);
	CHECK_EQ(gicc_read(GICC_RPR), 0x80);
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(wait_take(), SPI + 2);
	CHECK_EQ(gicc_read(GICC_RPR), 0xff);
}

GUEST_TEST(highest_pending, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	CHECK_EQ(gicc_read(GICC_HPPIR), SPURIOUS);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK(WAIT_FOR(gicc_read(GICC_HPPIR) == SPI, 100));
	CHECK_EQ(wait_take(), SPI);
}

/* Split drop and deactivation, 3.2.2 */
GUEST_TEST(eoimode, 1)
{
	gic_on();
	gicc_write(GICC_CTLR, 1 | 1 << 9);
	if (!(gicc_read(GICC_CTLR) & 1 << 9))
		skip("This CPU interface has no EOImode.");
	spi_on(SPI, 0x80);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(gic_wait_iar(), SPI);
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(gicc_read(GICC_RPR), 0xff);
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	gicc_write(GICC_DIR, SPI);
	CHECK(WAIT_FOR(!gic_bit(GICD_ISACTIVER, SPI), 100));
	CHECK_EQ(gic_wait_iar(), SPI);
	gicc_write(GICC_EOIR, SPI);
	gicc_write(GICC_DIR, SPI);
}

/* An active interrupt is not signalled until the distributor's bit is cleared */
GUEST_TEST(active_by_software, 1)
{
	gic_on();
	spi_on(SPI, 0x80);
	gic_set_bit(GICD_ISACTIVER, SPI);
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(take(), SPURIOUS);
	gic_set_bit(GICD_ICACTIVER, SPI);
	CHECK_EQ(wait_take(), SPI);
}

/* More pending interrupts than there can be list registers (at most 64) */
GUEST_TEST(list_register_overflow, 1)
{
	u32 i, n = 0, iar, last = 0;
	u32 seen[3] = {};

	if (lines() < 128)
		skip("64 shared interrupts are needed.");
	gic_on();
	gicc_write(GICC_PMR, 0);
	for (i = 32; i < 96; i++)
		spi_on(i, 0x80);
	for (i = 32; i < 96; i++)
		gic_set_bit(GICD_ISPENDR, i);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 4), ~0u);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 8), ~0u);
	gicc_write(GICC_PMR, 0xf8);
	while ((iar = wait_take()) != SPURIOUS && n < 70) {
		CHECK(iar >= 32 && iar < 96);
		CHECK(!(seen[iar / 32 % 3] & 1U << iar % 32));
		seen[iar / 32 % 3] |= 1U << iar % 32;
		n++;
		last = iar;
	}
	CHECK_EQ(n, 64);
	CHECK(last >= 32);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 4), 0);
	CHECK_EQ(gicd_read(GICD_ISPENDR + 8), 0);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + 4), 0);
	CHECK_EQ(gicd_read(GICD_ISACTIVER + 8), 0);
}

/* The same by interrupt exceptions, with 16 SGIs on top, the urgent ones first */
GUEST_TEST(overflow_by_interrupts, 1)
{
	u32 i;

	expect(EXC_IRQ);
	me()->irq = count_irq;
	gic_on();
	for (i = 32; i < 64; i++) {
		spi_on(i, 0x80);
		gic_set_bit(GICD_ISPENDR, i);
	}
	for (i = 0; i < 16; i++) {
		gic_priority(i, 0x40);
		gicd_write(GICD_SGIR, SGIR_SELF | i);
	}
	irq_on();
	CHECK(WAIT_FOR(({
		u32 n = 0, k;

		for (k = 0; k < 64; k++)
			n += irq_seen[k];
		n == 48;
	}), 5000));
	for (i = 0; i < 64; i++)
		CHECK_EQ(irq_seen[i], i < 16 || i >= 32 ? 1 : 0);
}

/* More urgent than all of those that fill the list registers */
GUEST_TEST(overflow_and_priority, 1)
{
	u32 i;

	gic_on();
	gicc_write(GICC_PMR, 0);
	for (i = 32; i < 63; i++) {
		spi_on(i, 0x80);
		gic_set_bit(GICD_ISPENDR, i);
	}
	spi_on(63, 0x20);
	gic_set_bit(GICD_ISPENDR, 63);
	gicc_write(GICC_PMR, 0xf8);
	CHECK_EQ(wait_take(), 63);
	for (i = 32; i < 63; i++)
		CHECK(wait_take() < 63);
	CHECK_EQ(take(), SPURIOUS);
}

/* Many nested active interrupts, more than list registers */
GUEST_TEST(nested_active, 1)
{
	u32 i;

	gic_on();
	for (i = 0; i < 16; i++)
		spi_on(SPI + i, 0xf0 - 0x10 * i);
	for (i = 0; i < 16; i++) {
		gic_set_bit(GICD_ISPENDR, SPI + i);
		CHECK_EQ(gic_wait_iar(), SPI + i);
	}
	for (i = 16; i-- > 0;) {
		CHECK_EQ(gicc_read(GICC_RPR), 0xf0 - 0x10 * i);
		CHECK(gic_bit(GICD_ISACTIVER, SPI + i));
		gicc_write(GICC_EOIR, SPI + i);
		CHECK(WAIT_FOR(!gic_bit(GICD_ISACTIVER, SPI + i), 100));
	}
	CHECK_EQ(gicc_read(GICC_RPR), 0xff);
}

/* Lines that the VMM raises: level-triggered until lowered */

static void line(u32 irq, bool level)
{
	io_write32(TESTDEV_BASE + DEV_IRQ_LEVEL, irq << 1 | level);
}

GUEST_TEST(level_line, 1)
{
	if (!have_vmm())
		skip("The VMM raises the line.");
	gic_on();
	spi_on(SPI, 0x80);
	gic_edge(SPI, false);
	line(SPI, true);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	CHECK_EQ(gic_wait_iar(), SPI);
	/* Active and, as the line is high, pending, 4.3.7 */
	CHECK(gic_bit(GICD_ISACTIVER, SPI));
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(gic_wait_iar(), SPI);		/* still high: again */
	line(SPI, false);
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(gicc_read(GICC_IAR), SPURIOUS);
	CHECK(!gic_bit(GICD_ISACTIVER, SPI));
}

GUEST_TEST(level_line_lowered_before_ack, 1)
{
	if (!have_vmm())
		skip("The VMM raises the line.");
	gic_on();
	spi_on(SPI, 0x80);
	gic_edge(SPI, false);
	line(SPI, true);
	line(SPI, false);
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
	CHECK_EQ(take(), SPURIOUS);
	/* ICPENDR does not clear what the line holds */
	line(SPI, true);
	gic_set_bit(GICD_ICPENDR, SPI);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	CHECK_EQ(gic_wait_iar(), SPI);
	line(SPI, false);
	gicc_write(GICC_EOIR, SPI);
	/* What software set stays until it is taken, the line being low */
	gic_set_bit(GICD_ISPENDR, SPI);
	CHECK_EQ(wait_take(), SPI);
	CHECK_EQ(take(), SPURIOUS);
}

GUEST_TEST(edge_line, 1)
{
	if (!have_vmm())
		skip("The VMM raises the line.");
	gic_on();
	spi_on(SPI, 0x80);
	line(SPI, true);
	line(SPI, false);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	CHECK_EQ(gic_wait_iar(), SPI);
	CHECK(!gic_bit(GICD_ISPENDR, SPI));
	line(SPI, true);
	line(SPI, false);
	CHECK(gic_bit(GICD_ISPENDR, SPI));
	gicc_write(GICC_EOIR, SPI);
	CHECK_EQ(wait_take(), SPI);
	CHECK_EQ(take(), SPURIOUS);
}

/* PPIs are each CPU's own */
static shared u32 other_ppi[4];

static void look_at_ppis(void)
{
	other_ppi[0] = gicd_read(GICD_ISENABLER);
	other_ppi[1] = gicd_read(GICD_IPRIORITYR + 24);
	other_ppi[2] = gicd_read(GICD_ISPENDR);
	other_ppi[3] = gicd_read(GICD_ITARGETSR);
}

GUEST_TEST(banked_registers, 2)
{
	gicd_write(GICD_ICENABLER, 0xffff0000);
	gicd_write(GICD_ISENABLER, 1 << 25);
	gicd_write(GICD_IPRIORITYR + 24, 0x10203040);
	gicd_write(GICD_ISPENDR, 1 << 25);
	CHECK_EQ(cpu_on(1, look_at_ppis), PSCI_SUCCESS);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(other_ppi[0] & 1 << 25, 0);
	CHECK_EQ(other_ppi[1], 0);
	CHECK_EQ(other_ppi[2] & 1 << 25, 0);
	CHECK_EQ(other_ppi[3], 0x02020202);
	CHECK_EQ(gicd_read(GICD_IPRIORITYR + 24), 0x10203040);
}

/* An interrupt for a CPU that sleeps wakes it */
static shared bool asleep;

static void sleeper(void)
{
	expect(EXC_IRQ);
	me()->irq = count_irq;
	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_CTLR, 1);
	asleep = true;
	while (!irq_seen[4]) {
		wfi();
		irq_on();
		isb();
		irq_off();
	}
}

GUEST_TEST(sgi_wakes_sleeper, 2)
{
	u64 end;

	gic_on();
	CHECK_EQ(cpu_on(1, sleeper), PSCI_SUCCESS);
	CHECK(WAIT_FOR(asleep, 5000));
	end = counter() + counter_hz() / 20;
	while (counter() < end)
		barrier();
	gicd_write(GICD_SGIR, SGIR_TO(2) | 4);
	CHECK(cpu_wait(1, 5000));
	CHECK_EQ(irq_seen[4], 1);
}
