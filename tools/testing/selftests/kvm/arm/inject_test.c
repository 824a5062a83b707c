// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions that KVM raises in a guest, from each mode and instruction set and
 * for all that SCTLR says about the handler (ARM ARM B1.8, B1.9).
 *
 * There is no payload: each vector is one instruction, a store to nowhere. It
 * stops the vCPU where its state is what the exception left.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "harness.h"

#define VECTORS		(RAM_BASE + 0x1000)
#define HIGH_VECTORS	0xffff0000
#define CODE		(RAM_BASE + 0x2000)
#define NOTHING		0x0b000000

#define PSR_T		0x00000020
#define PSR_F		0x00000040
#define PSR_I		0x00000080
#define PSR_A		0x00000100
#define PSR_E		0x00000200
/* IT of a block of one instruction, condition AL: 0b11101000 */
#define PSR_IT_AL	0x0000e800
#define PSR_IT_MASK	0x0600fc00

#define SCTLR_V		0x00002000
#define SCTLR_EE	0x02000000
#define SCTLR_TE	0x40000000
#define TTBCR_EAE	0x80000000

#define REG_SCTLR	ARM_CP15_REG32(0, 1, 0, 0)
#define REG_TTBCR	ARM_CP15_REG32(0, 2, 0, 2)
#define REG_DFSR	ARM_CP15_REG32(0, 5, 0, 0)
#define REG_IFSR	ARM_CP15_REG32(0, 5, 0, 1)
#define REG_DFAR	ARM_CP15_REG32(0, 6, 0, 0)
#define REG_IFAR	ARM_CP15_REG32(0, 6, 0, 2)
#define REG_VBAR	ARM_CP15_REG32(0, 12, 0, 0)

static const struct {
	const char *name;
	u32 mode;
} modes[] = {
	{ "usr", 0x10 }, { "fiq", 0x11 }, { "irq", 0x12 }, { "svc", 0x13 },
	{ "abt", 0x17 }, { "und", 0x1b }, { "sys", 0x1f },
};

#define NR_MODES	7
#define NR_CASES	(NR_MODES << 6)

FIXTURE(inject) {
	struct vm *vm;
	struct vcpu *vcpu;
	u8 *high;
	u32 cpsr;
	u32 sctlr;
	bool lpae;
};

FIXTURE_SETUP(inject)
{
	self->vm = calloc(1, sizeof(*self->vm));
	vm_create(self->vm, 1, VM_NO_GIC);
	self->vcpu = &self->vm->vcpus[0];
	self->high = alloc_aligned(0x10000);
	vm_map(self->vm, 1, 0, HIGH_VECTORS, 0x10000, self->high);
}

FIXTURE_TEARDOWN(inject)
{
	vm_destroy(self->vm);
	munmap(self->high, 0x10000);
	free(self->vm);
}

/* One case of each: mode, instruction set, endianness, masks, the handler's state */
static void set_case(struct _test_data_inject *self, unsigned int n, u32 insn)
{
	u32 store, vector;
	unsigned int i;

	self->cpsr = 0x80000000 | modes[n >> 6].mode;
	if (n & 1)
		self->cpsr |= PSR_T | PSR_IT_AL;
	if (n & 2)
		self->cpsr |= PSR_E | PSR_F;
	else
		self->cpsr |= PSR_A | PSR_I;
	self->sctlr = (n & 4 ? SCTLR_TE : 0) | (n & 8 ? SCTLR_EE : 0) |
		      (n & 16 ? SCTLR_V : 0);
	self->lpae = n & 32;

	vcpu_init(self->vcpu);
	/* str r0, [r1] */
	store = n & 4 ? 0x60086008 : 0xe5810000;
	for (i = 0; i < 8; i++) {
		vector = i * 4;
		memcpy(self->high + vector, &store, 4);
		memcpy(self->vm->ram + VECTORS - RAM_BASE + vector, &store, 4);
	}
	memcpy(self->vm->ram + CODE - RAM_BASE, &insn, 4);

	set_reg32(self->vcpu, REG_SCTLR,
		  get_reg32(self->vcpu, REG_SCTLR) | self->sctlr);
	set_reg32(self->vcpu, REG_TTBCR, self->lpae ? TTBCR_EAE : 0);
	set_reg32(self->vcpu, REG_VBAR, VECTORS);
	set_reg32(self->vcpu, REG_CPSR, self->cpsr);
	set_reg32(self->vcpu, REG_PC, CODE);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r0), 0x11223344);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r1), NOTHING);
	set_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r3), NOTHING + 0x200);
}

static void log_case(struct __test_metadata *_metadata, unsigned int n)
{
	TH_LOG("mode %s, case 0x%x", modes[n >> 6].name, n & 0x3f);
}

/* The vCPU stops at the vector: is all as the manual has it? */
static void check_handler(struct __test_metadata *_metadata,
			  struct _test_data_inject *self, unsigned int n,
			  u32 vector, u32 mode, u32 mask)
{
	struct kvm_run *run = self->vcpu->run;
	u32 cpsr, data;

	ASSERT_EQ(VMM_EXIT, vcpu_run(self->vcpu)) log_case(_metadata, n);
	ASSERT_EQ(KVM_EXIT_MMIO, run->exit_reason) log_case(_metadata, n);
	ASSERT_EQ(NOTHING, run->mmio.phys_addr) log_case(_metadata, n);
	ASSERT_TRUE(run->mmio.is_write) log_case(_metadata, n);
	memcpy(&data, run->mmio.data, 4);
	ASSERT_EQ(self->sctlr & SCTLR_EE ? 0x44332211 : 0x11223344, data) log_case(_metadata, n);

	cpsr = self->cpsr & ~(0x1f | PSR_T | PSR_E | PSR_IT_MASK);
	cpsr |= mode | mask | (self->sctlr & SCTLR_TE ? PSR_T : 0) |
		(self->sctlr & SCTLR_EE ? PSR_E : 0);
	ASSERT_EQ(cpsr, get_reg32(self->vcpu, REG_CPSR)) log_case(_metadata, n);
	ASSERT_EQ((self->sctlr & SCTLR_V ? HIGH_VECTORS : VECTORS) + vector,
		  get_reg32(self->vcpu, REG_PC) & ~3) log_case(_metadata, n);
}

TEST_F(inject, undefined)
{
	struct vcpu *v = self->vcpu;
	unsigned int n;

	/* mrc p14, 6, r2, c0, c0, 0: TEECR, which guests do not have */
	for (n = 0; n < NR_CASES; n++) {
		set_case(self, n, n & 1 ? 0x2e10eed0 : 0xeed02e10);
		check_handler(_metadata, self, n, 0x04, 0x1b, PSR_I);
		ASSERT_EQ(CODE + (n & 1 ? 2 : 4), get_reg32(v, CORE_REG(und_regs[1])))
			log_case(_metadata, n);
		ASSERT_EQ(self->cpsr, get_reg32(v, CORE_REG(und_regs[2])))
			log_case(_metadata, n);
	}
}

TEST_F(inject, prefetch_abort)
{
	struct vcpu *v = self->vcpu;
	unsigned int n;

	for (n = 0; n < NR_CASES; n++) {
		set_case(self, n, 0);
		set_reg32(v, REG_PC, NOTHING + 0x104);
		check_handler(_metadata, self, n, 0x0c, 0x17, PSR_I | PSR_A);
		ASSERT_EQ(NOTHING + 0x108, get_reg32(v, CORE_REG(abt_regs[1])))
			log_case(_metadata, n);
		ASSERT_EQ(self->cpsr, get_reg32(v, CORE_REG(abt_regs[2])))
			log_case(_metadata, n);
		ASSERT_EQ(NOTHING + 0x104, get_reg32(v, REG_IFAR)) log_case(_metadata, n);
		ASSERT_EQ(self->lpae ? 0x210 : 0x008, get_reg32(v, REG_IFSR))
			log_case(_metadata, n);
	}
}

TEST_F(inject, data_abort)
{
	struct kvm_vcpu_events events = { .exception.ext_dabt_pending = 1 };
	struct vcpu *v = self->vcpu;
	unsigned int n;

	for (n = 0; n < NR_CASES; n++) {
		/* ldr r2, [r3] */
		set_case(self, n, n & 1 ? 0x681a681a : 0xe5932000);
		ASSERT_EQ(VMM_EXIT, vcpu_run(v)) log_case(_metadata, n);
		ASSERT_EQ(KVM_EXIT_MMIO, v->run->exit_reason) log_case(_metadata, n);
		ASSERT_EQ(NOTHING + 0x200, v->run->mmio.phys_addr) log_case(_metadata, n);
		ASSERT_EQ(0, ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events));

		check_handler(_metadata, self, n, 0x10, 0x17, PSR_I | PSR_A);
		ASSERT_EQ(CODE + 8, get_reg32(v, CORE_REG(abt_regs[1]))) log_case(_metadata, n);
		ASSERT_EQ(self->cpsr, get_reg32(v, CORE_REG(abt_regs[2])))
			log_case(_metadata, n);
		ASSERT_EQ(NOTHING + 0x200, get_reg32(v, REG_DFAR)) log_case(_metadata, n);
		ASSERT_EQ(self->lpae ? 0x210 : 0x008, get_reg32(v, REG_DFSR))
			log_case(_metadata, n);
		ASSERT_EQ(0, get_reg32(v, CORE_REG(usr_regs.ARM_r2))) log_case(_metadata, n);
	}
}

TEST_HARNESS_MAIN
