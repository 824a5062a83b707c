// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest with big-endian data: SCTLR.EE, which gives exception handlers CPSR.E
 * and makes translation tables big-endian, and SETEND (DDI 0406C, A3.3, B3.4).
 */
#include "gic.h"

#define MEM		(TESTDEV_BASE + DEV_MEM)
#define PSR_E		BIT(9)
#define SCTLR_M		BIT(0)
#define SCTLR_C		BIT(2)
#define SCTLR_I		BIT(12)
#define SCTLR_EE	BIT(25)
#define SGI		3
#define SWAPPED(x)	((u32)__builtin_bswap32(x))

static u32 be_read(u32 addr)
{
	u32 val;

	asm volatile("	setend	be\n"
		     "	ldr	%0, [%1]\n"
		     "	setend	le\n" : "=&r" (val) : "r" (addr) : "memory");
	return val;
}

static void be_write(u32 addr, u32 val)
{
	asm volatile("	setend	be\n"
		     "	str	%0, [%1]\n"
		     "	setend	le\n" : : "r" (val), "r" (addr) : "memory");
}

/* Registers of the GIC are words with a little-endian byte order on the bus */
GUEST_TEST(gic, 1)
{
	u32 byte;

	CHECK_EQ(be_read(GICD_BASE + GICD_TYPER), SWAPPED(gicd_read(GICD_TYPER)));
	CHECK_EQ(be_read(GICC_BASE + GICC_IIDR), SWAPPED(gicc_read(GICC_IIDR)));

	gicd_write(GICD_ICENABLER + 4, ~0);
	be_write(GICD_BASE + GICD_ISENABLER + 4, SWAPPED(0x00010204));
	CHECK_EQ(gicd_read(GICD_ISENABLER + 4), 0x00010204);
	be_write(GICD_BASE + GICD_ICENABLER + 4, SWAPPED(0x00000004));
	CHECK_EQ(be_read(GICD_BASE + GICD_ISENABLER + 4), SWAPPED(0x00010200));

	be_write(GICD_BASE + GICD_IPRIORITYR + 32, 0x10203040);
	CHECK_EQ(io_read8(GICD_BASE + GICD_IPRIORITYR + 32), 0x10);
	CHECK_EQ(io_read8(GICD_BASE + GICD_IPRIORITYR + 35), 0x40);
	asm volatile("	setend	be\n"
		     "	strb	%1, [%2, #1]\n"
		     "	ldrb	%0, [%2, #2]\n"
		     "	setend	le\n"
		     : "=&r" (byte) : "r" (0x80), "r" (GICD_BASE + GICD_IPRIORITYR + 32)
		     : "memory");
	CHECK_EQ(byte, 0x30);
	CHECK_EQ(gicd_read(GICD_IPRIORITYR + 32), 0x40308010);

	be_write(GICC_BASE + GICC_PMR, SWAPPED(0xf0));
	CHECK_EQ(gicc_read(GICC_PMR), 0xf0);
}

/*
 * Each vector leaves the CPSR that the exception was taken with in TPIDRURW and
 * goes on, little-endian, as all others do.
 */
asm("	.macro	big_endian_vector n\n"
	"	push	{r0}\n"
	"	mrs	r0, cpsr\n"
	"	mcr	p15, 0, r0, c13, c0, 2\n"
	"	pop	{r0}\n"
	"	setend	le\n"
	"	b	vectors + 4 * \\n\n"
	"	.endm\n"
	"	.align	5\n"
	"big_endian_vectors:\n"
	"	b	.\n"
	"	b	1f\n"
	"	b	.\n"
	"	b	3f\n"
	"	b	4f\n"
	"	b	.\n"
	"	b	6f\n"
	"	b	.\n"
	"1:	big_endian_vector 1\n"
	"3:	big_endian_vector 3\n"
	"4:	big_endian_vector 4\n"
	"6:	big_endian_vector 6\n");

static void big_endian_exceptions(void)
{
	WRITE_CP(big_endian_vectors, p15, 0, c12, c0, 0);
	WRITE_CP(READ_CP(p15, 0, c1, c0, 0) | SCTLR_EE, p15, 0, c1, c0, 0);
	isb();
}

/* @n exceptions came, the last one with CPSR.E set, from where it was @big */
static void check_taken(u32 n, bool big)
{
	u32 cpsr;

	asm volatile("mrs %0, cpsr" : "=r" (cpsr));
	CHECK(!(cpsr & PSR_E));
	CHECK_EQ(n, 1);
	CHECK(READ_CP(p15, 0, c13, c0, 2) & PSR_E);
	CHECK_EQ(me()->spsr & PSR_E, big ? PSR_E : 0);
	WRITE_CP(0, p15, 0, c13, c0, 2);
}

/* TEECR, and a load exclusive from a device: KVM makes the exceptions */
GUEST_TEST(exceptions_of_kvm, 1)
{
	u32 val;

	if (!have_vmm())
		skip("These are KVM's exceptions.");
	big_endian_exceptions();
	check_taken(EXCEPTIONS(EXC_UNDEF, READ_CP(p14, 6, c0, c0, 0)), false);
	check_taken(EXCEPTIONS(EXC_UNDEF,
			       asm volatile("	setend	be\n"
					    "	mrc	p14, 6, %0, c0, c0, 0\n"
					    "	setend	le\n" : "=r" (val))), true);
	check_taken(EXCEPTIONS(EXC_DABT,
			       asm volatile("ldrex %0, [%1]" : "=&r" (val) : "r" (MEM))),
		    false);
	check_taken(EXCEPTIONS(EXC_DABT,
			       asm volatile("	setend	be\n"
					    "	ldrex	%0, [%1]\n"
					    "	setend	le\n" : "=&r" (val) : "r" (MEM))),
		    true);
	CHECK_EQ(me()->far, MEM);
}

GUEST_TEST(interrupts, 1)
{
	gic_on();
	gic_enable(SGI);
	big_endian_exceptions();
	irq_on();
	check_taken(EXCEPTIONS(EXC_IRQ, ({
		gicd_write(GICD_SGIR, SGIR_SELF | SGI);
		WAIT_FOR(me()->count[EXC_IRQ], 1000);
	})), false);
	CHECK_EQ(me()->iar, SGI);
	/* Sent and taken with CPSR.E set */
	check_taken(EXCEPTIONS(EXC_IRQ,
			       asm volatile("	setend	be\n"
					    "	str	%0, [%1]\n"
					    "	mov	r12, #0x100000\n"
					    "1:	mrc	p15, 0, r3, c13, c0, 2\n"
					    "	tst	r3, #0x200\n"
					    "	bne	2f\n"
					    "	subs	r12, r12, #1\n"
					    "	bne	1b\n"
					    "2:	setend	le\n" : :
					    "r" (SWAPPED(SGIR_SELF | SGI)),
					    "r" (GICD_BASE + GICD_SGIR) :
					    "r3", "r12", "cc", "memory")), true);
	CHECK_EQ(me()->iar, SGI);
	irq_off();
}

static u32 short_table[4096] __section(".noinit") __aligned(16384);
static u64 lpae_table[4] __section(".noinit") __aligned(32);

static void mmu_on(u32 table, u32 ttbcr)
{
	dsb();
	WRITE_CP(ttbcr, p15, 0, c2, c0, 2);
	WRITE_CP64(table, p15, 0, c2);		/* TTBR0 */
	WRITE_CP(1, p15, 0, c3, c0, 0);		/* DACR */
	WRITE_CP(0x000004ff, p15, 0, c10, c2, 0);	/* MAIR0, PRRR without TEX remap */
	WRITE_CP(0, p15, 0, c8, c7, 0);		/* TLBIALL */
	WRITE_CP(0, p15, 0, c7, c5, 0);		/* ICIALLU */
	dsb();
	isb();
	WRITE_CP(READ_CP(p15, 0, c1, c0, 0) | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_EE,
		 p15, 0, c1, c0, 0);
	isb();
}

/* A device's registers by one load, and by some for which KVM walks the tables */
static void check_device(void)
{
	register u32 a asm("r4");
	register u32 b asm("r5");
	u32 first, second;

	be_write(MEM, 0x11223344);
	io_write32(MEM + 4, 0x55667788);
	CHECK_EQ(io_read32(MEM), 0x44332211);
	CHECK_EQ(be_read(MEM), 0x11223344);
	asm volatile("	setend	be\n"
		     "	ldmia	%2, {%0, %1}\n"
		     "	setend	le\n"
		     : "=&r" (a), "=&r" (b) : "r" (MEM) : "memory");
	first = a;
	second = b;
	CHECK_EQ(first, 0x11223344);
	CHECK_EQ(second, 0x88776655);
	asm volatile("	setend	be\n"
		     "	strd	%0, %H0, [%1]\n"
		     "	setend	le\n" : : "r" (0x0102030405060708ULL), "r" (MEM) : "memory");
	CHECK_EQ(io_read32(MEM), 0x08070605);
	CHECK_EQ(io_read32(MEM + 4), 0x04030201);
}

GUEST_TEST(short_tables, 1)
{
	u32 i;

	if (!have_vmm())
		skip("The VMM emulates the device.");
	/* Sections, AP 0b11; shareable device, then shareable write-back */
	for (i = 0; i < 4096; i++)
		short_table[i] = SWAPPED(i << 20 | (i < RAM_BASE >> 20 ?
			0x00000c02 | 1 << 2 : 0x00011c02 | 3 << 2));
	mmu_on((u32)short_table, 0);
	check_device();
}

GUEST_TEST(long_tables, 1)
{
	u64 i;

	if (!have_vmm())
		skip("The VMM emulates the device.");
	/* Blocks of 1 GiB: AF, inner shareable, PL0 too, attribute 1 is device */
	for (i = 0; i < 4; i++)
		lpae_table[i] = __builtin_bswap64(i << 30 | 0x741 | (i ? 0 : 1 << 2));
	mmu_on((u32)lpae_table, BIT(31));
	check_device();
}
