// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of every mode keep their values across exits of every kind.
 * SP_svc is the payload's own stack: were it lost, nothing would work.
 */
#include "gic.h"

/* Of one mode: SP, LR, SPSR */
#define SET_BANK(mode, base)						\
do {									\
	u32 b_ = (base);						\
	register u32 sp_ asm("r0") = b_;				\
	register u32 lr_ asm("r1") = b_ | 4;				\
	register u32 spsr_ asm("r2") = spsr_value(b_);			\
									\
	asm volatile("cps	#" #mode "\n"				\
		     "	mov	sp, %0\n"				\
		     "	mov	lr, %1\n"				\
		     "	msr	spsr_cxsf, %2\n"			\
		     "	cps	#0x13\n"				\
		     : : "r" (sp_), "r" (lr_), "r" (spsr_) : "memory");	\
} while (0)

#define CHECK_BANK(mode, base)						\
do {									\
	register u32 sp_ asm("r0");					\
	register u32 lr_ asm("r1");					\
	register u32 spsr_ asm("r2");					\
	u32 sp, lr, spsr, b_ = (base);					\
									\
	asm volatile("cps	#" #mode "\n"				\
		     "	mov	%0, sp\n"				\
		     "	mov	%1, lr\n"				\
		     "	mrs	%2, spsr\n"				\
		     "	cps	#0x13\n"				\
		     : "=r" (sp_), "=r" (lr_), "=r" (spsr_) : : "memory");	\
	sp = sp_;							\
	lr = lr_;							\
	spsr = spsr_;							\
	CHECK_EQ(sp, b_);						\
	CHECK_EQ(lr, b_ | 4);						\
	CHECK_EQ(spsr, spsr_value(b_));					\
} while (0)

/* Flags and mode vary, the rest of an SPSR stays legal */
static u32 spsr_value(u32 base)
{
	return (base & 0xf0000000) | 0x1d0 | (base >> 8 & 1 ? 3 : 2);
}

static void fill(u32 seed)
{
	u32 fiq[5] = { seed | 0x500, seed | 0x504, seed | 0x508, seed | 0x50c, seed | 0x510 };

	SET_BANK(0x17, seed | 0x100);
	SET_BANK(0x1b, seed | 0x200);
	SET_BANK(0x12, seed | 0x300);
	SET_BANK(0x11, seed | 0x400);
	asm volatile("	mov	r0, %0\n"
		     "	cps	#0x11\n"
		     "	ldm	r0, {r8-r12}\n"
		     "	cps	#0x1f\n"
		     "	mov	sp, %1\n"
		     "	add	lr, %1, #4\n"
		     "	cps	#0x13\n"
		     : : "r" (fiq), "r" (seed | 0x600) : "r0", "memory");
}

static void verify(u32 seed)
{
	u32 fiq[5], usr[2], i;

	CHECK_BANK(0x17, seed | 0x100);
	CHECK_BANK(0x1b, seed | 0x200);
	CHECK_BANK(0x12, seed | 0x300);
	CHECK_BANK(0x11, seed | 0x400);
	asm volatile("	mov	r0, %0\n"
		     "	mov	r1, %1\n"
		     "	cps	#0x11\n"
		     "	stm	r0, {r8-r12}\n"
		     "	cps	#0x1f\n"
		     "	str	sp, [r1]\n"
		     "	str	lr, [r1, #4]\n"
		     "	cps	#0x13\n" : : "r" (fiq), "r" (usr) : "r0", "r1", "memory");
	for (i = 0; i < 5; i++)
		CHECK_EQ(fiq[i], (seed | 0x500) + 4 * i);
	CHECK_EQ(usr[0], seed | 0x600);
	CHECK_EQ(usr[1], (seed | 0x600) + 4);
}

static void exit_hvc(void)
{
	hvc(PSCI_VERSION, 0, 0, 0);
}

static void exit_mmio_user(void)
{
	io_write32(TESTDEV_BASE + DEV_NULL, 1);
	io_read32(TESTDEV_BASE + DEV_NULL);
}

static void exit_mmio_kernel(void)
{
	gicd_read(GICD_TYPER);
	gicd_write(GICD_ICENABLER + 4, ~0);
}

static void exit_cp15(void)
{
	(void)READ_CP(p15, 0, c1, c0, 1);
	(void)READ_CP(p15, 0, c0, c1, 0);
}

static void exit_set_way(void)
{
	WRITE_CP(0, p15, 0, c7, c14, 2);
}

static void exit_fault(void)
{
	static u32 page;

	io_write32(RAM_BASE + 0x2000000 + page++ * 4096, 1);
}

/* Long enough for ticks of the host's timer */
static void exit_interrupt(void)
{
	u64 end = counter() + counter_hz() / 50;

	while (counter() < end)
		barrier();
}

static void exit_wfi(void)
{
	WRITE_CP64(counter() + counter_hz() / 500, p15, 3, c14);
	WRITE_CP(1, p15, 0, c14, c3, 1);
	isb();
	while (!(READ_CP(p15, 0, c14, c3, 1) & 4))
		wfi();
	WRITE_CP(0, p15, 0, c14, c3, 1);
	WRITE_CP(1 << 27, p15, 0, c14, c3, 0);
}

static void exit_vfp(void)
{
	WRITE_CP(15 << 20, p15, 0, c1, c0, 2);
	isb();
	asm volatile(".fpu vfpv3\n\tmov r0, #1 << 30\n\tvmsr fpexc, r0\n"
		     "\tvmov s0, r0\n\tvadd.f32 s0, s0, s0" : : : "r0", "memory");
}

static void across(void (*fn)(void))
{
	u32 i;

	gic_on();
	gic_enable(27);
	for (i = 0; i < 20; i++) {
		u32 seed = 0x10000000 * (i & 15) | 0x00a50000 | i << 12;

		fill(seed);
		fn();
		verify(seed);
	}
}

GUEST_TEST(across_hvc, 1)
{
	across(exit_hvc);
}

GUEST_TEST(across_mmio_user, 1)
{
	across(exit_mmio_user);
}

GUEST_TEST(across_mmio_kernel, 1)
{
	across(exit_mmio_kernel);
}

GUEST_TEST(across_cp15, 1)
{
	across(exit_cp15);
}

GUEST_TEST(across_set_way, 1)
{
	across(exit_set_way);
}

GUEST_TEST(across_fault, 1)
{
	across(exit_fault);
}

GUEST_TEST(across_interrupt, 1)
{
	across(exit_interrupt);
}

GUEST_TEST(across_wfi, 1)
{
	across(exit_wfi);
}

GUEST_TEST(across_vfp, 1)
{
	across(exit_vfp);
}

/* r0-r12, LR of the current mode and the flags through an exit for an interrupt */
GUEST_TEST(general_registers, 1)
{
	register u32 bad asm("r0");
	u32 i;

	for (i = 0; i < 20; i++) {
		asm volatile("	push	{r11}\n"
			     "	ldr	r0, =0x00c0ffee\n"
			     "	add	r1, r0, #1\n"
			     "	add	r2, r0, #2\n"
			     "	add	r3, r0, #3\n"
			     "	add	r4, r0, #4\n"
			     "	add	r5, r0, #5\n"
			     "	add	r6, r0, #6\n"
			     "	add	r7, r0, #7\n"
			     "	add	r8, r0, #8\n"
			     "	add	r9, r0, #9\n"
			     "	add	r10, r0, #10\n"
			     "	add	r11, r0, #11\n"
			     "	add	r12, r0, #12\n"
			     "	ldr	lr, =3000000\n"
			     "1:	subs	lr, lr, #1\n"
			     "	bne	1b\n"
			     "	sub	r1, r1, #1\n"
			     "	sub	r2, r2, #2\n"
			     "	sub	r3, r3, #3\n"
			     "	sub	r4, r4, #4\n"
			     "	sub	r5, r5, #5\n"
			     "	sub	r6, r6, #6\n"
			     "	sub	r7, r7, #7\n"
			     "	sub	r8, r8, #8\n"
			     "	sub	r9, r9, #9\n"
			     "	sub	r10, r10, #10\n"
			     "	sub	r11, r11, #11\n"
			     "	sub	r12, r12, #12\n"
			     "	eor	r1, r1, r2\n	eor	r3, r3, r4\n"
			     "	eor	r5, r5, r6\n	eor	r7, r7, r8\n"
			     "	eor	r9, r9, r10\n	eor	r11, r11, r12\n"
			     "	orr	r1, r1, r3\n	orr	r5, r5, r7\n"
			     "	orr	r9, r9, r11\n	orr	r1, r1, r5\n"
			     "	orr	r1, r1, r9\n"
			     "	ldr	r2, =0x00c0ffee\n"
			     "	eor	r0, r0, r2\n"
			     "	orr	%0, r0, r1\n"
			     "	pop	{r11}\n"
			     : "=r" (bad) : : "r1", "r2", "r3", "r4", "r5", "r6",
			       "r7", "r8", "r9", "r10", "r12", "lr", "cc", "memory");
		CHECK_EQ(bad, 0);
	}
}

/* For the VMM: fills, hands over, verifies the pattern of the new seed in arg 1 */
GUEST_TEST(one_reg, 1)
{
	if (!have_vmm())
		skip("The VMM reads and writes the registers.");
	fill(arg(0));
	sync(1);
	verify(arg(1));
}

/* For the VMM: as long as it likes, with a seed of this VM's own */
GUEST_TEST(neighbours, 1)
{
	u32 i, seed = arg(0);

	if (!have_vmm())
		skip("The VMM runs two of them.");
	fill(seed);
	for (i = 0; i < 300; i++) {
		exit_hvc();
		exit_mmio_user();
		exit_fault();
		verify(seed);
	}
}
