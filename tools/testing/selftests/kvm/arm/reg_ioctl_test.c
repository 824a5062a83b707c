// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_ONE_REG, KVM_SET_ONE_REG, KVM_GET_REG_LIST.
 */
#include <stdlib.h>
#include "harness.h"

FIXTURE(reg) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(reg)
{
	vm_create(&self->vm, 2, VM_NO_RAM);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(reg)
{
	vm_destroy(&self->vm);
}

static struct kvm_reg_list *reg_list(struct vcpu *vcpu)
{
	struct kvm_reg_list probe = { .n = 0 }, *list;

	if (!ioctl(vcpu->fd, KVM_GET_REG_LIST, &probe) || errno != E2BIG)
		return NULL;
	list = calloc(1, sizeof(*list) + probe.n * sizeof(u64));
	list->n = probe.n;
	if (ioctl(vcpu->fd, KVM_GET_REG_LIST, list))
		return NULL;
	return list;
}

TEST_F(reg, list_size)
{
	struct kvm_reg_list probe = { .n = 0 };
	u64 n;

	EXPECT_ERRNO(E2BIG, ioctl(self->vcpu->fd, KVM_GET_REG_LIST, &probe));
	EXPECT_LT(80, probe.n);
	n = probe.n;
	probe.n = 1;
	EXPECT_ERRNO(E2BIG, ioctl(self->vcpu->fd, KVM_GET_REG_LIST, &probe));
	EXPECT_EQ(n, probe.n);
	EXPECT_ERRNO(EFAULT, ioctl(self->vcpu->fd, KVM_GET_REG_LIST, NULL));
}

/* Each register can be read, and what was read can be written */
TEST_F(reg, list_is_true)
{
	struct kvm_reg_list *list = reg_list(self->vcpu);
	unsigned int i, j;

	ASSERT_TRUE(!!list);
	for (i = 0; i < list->n; i++) {
		u64 id = list->reg[i], val = 0;

		EXPECT_EQ(KVM_REG_ARM, id & KVM_REG_ARCH_MASK);
		EXPECT_EQ(0, get_reg(self->vcpu, id, &val))
			TH_LOG("read of 0x%llx: errno %d", (unsigned long long)id, errno);
		EXPECT_EQ(0, set_reg(self->vcpu, id, &val))
			TH_LOG("write of 0x%llx: errno %d", (unsigned long long)id, errno);
		for (j = 0; j < i; j++)
			EXPECT_NE(list->reg[j], id);
	}
}

static bool listed(const struct kvm_reg_list *list, u64 id)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (list->reg[i] == id)
			return true;
	return false;
}

/* What user space has always found */
TEST_F(reg, list_is_complete)
{
	static const u64 cp15[] = {
		ARM_CP15_REG32(0, 0, 0, 0),	/* MIDR */
		ARM_CP15_REG32(0, 0, 0, 1),	/* CTR */
		ARM_CP15_REG32(0, 0, 0, 5),	/* MPIDR */
		ARM_CP15_REG32(0, 0, 1, 0),	/* ID_PFR0 */
		ARM_CP15_REG32(0, 0, 1, 4),	/* ID_MMFR0 */
		ARM_CP15_REG32(0, 0, 2, 0),	/* ID_ISAR0 */
		ARM_CP15_REG32(1, 0, 0, 1),	/* CLIDR */
		ARM_CP15_REG32(2, 0, 0, 0),	/* CSSELR */
		ARM_CP15_REG32(0, 1, 0, 0),	/* SCTLR */
		ARM_CP15_REG32(0, 1, 0, 1),	/* ACTLR */
		ARM_CP15_REG32(0, 1, 0, 2),	/* CPACR */
		ARM_CP15_REG32(0, 2, 0, 2),	/* TTBCR */
		ARM_CP15_REG64(0, 2),		/* TTBR0 */
		ARM_CP15_REG64(1, 2),		/* TTBR1 */
		ARM_CP15_REG32(0, 3, 0, 0),	/* DACR */
		ARM_CP15_REG32(0, 5, 0, 0),	/* DFSR */
		ARM_CP15_REG32(0, 5, 0, 1),	/* IFSR */
		ARM_CP15_REG32(0, 5, 1, 0),	/* ADFSR */
		ARM_CP15_REG32(0, 5, 1, 1),	/* AIFSR */
		ARM_CP15_REG32(0, 6, 0, 0),	/* DFAR */
		ARM_CP15_REG32(0, 6, 0, 2),	/* IFAR */
		ARM_CP15_REG64(0, 7),		/* PAR */
		ARM_CP15_REG32(0, 10, 2, 0),	/* PRRR, MAIR0 */
		ARM_CP15_REG32(0, 10, 2, 1),	/* NMRR, MAIR1 */
		ARM_CP15_REG32(0, 10, 3, 0),	/* AMAIR0 */
		ARM_CP15_REG32(0, 10, 3, 1),	/* AMAIR1 */
		ARM_CP15_REG32(0, 12, 0, 0),	/* VBAR */
		ARM_CP15_REG32(0, 13, 0, 1),	/* CONTEXTIDR */
		ARM_CP15_REG32(0, 13, 0, 2),	/* TPIDRURW */
		ARM_CP15_REG32(0, 13, 0, 3),	/* TPIDRURO */
		ARM_CP15_REG32(0, 13, 0, 4),	/* TPIDRPRW */
		ARM_CP15_REG32(0, 14, 1, 0),	/* CNTKCTL */
		KVM_REG_ARM_TIMER_CTL,
		KVM_REG_ARM_TIMER_CNT,
		KVM_REG_ARM_TIMER_CVAL,
		KVM_REG_ARM_PSCI_VERSION,
		KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1,
	};
	struct kvm_reg_list *list = reg_list(self->vcpu);
	unsigned int i;

	ASSERT_TRUE(!!list);
	for (i = 0; i < sizeof(struct kvm_regs) / 4; i++)
		EXPECT_TRUE(listed(list, KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE | i));
	for (i = 0; i < ARRAY_SIZE(cp15); i++)
		EXPECT_TRUE(listed(list, cp15[i]))
			TH_LOG("0x%llx is missing", (unsigned long long)cp15[i]);
	for (i = 0; i < 32; i++)
		EXPECT_TRUE(listed(list, KVM_REG_ARM | KVM_REG_SIZE_U64 | KVM_REG_ARM_VFP | i));
	EXPECT_TRUE(listed(list, KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_VFP |
			   KVM_REG_ARM_VFP_FPSCR));
	EXPECT_TRUE(listed(list, KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_VFP |
			   KVM_REG_ARM_VFP_FPEXC));
	EXPECT_TRUE(listed(list, KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_DEMUX |
			   KVM_REG_ARM_DEMUX_ID_CCSIDR));
}

TEST_F(reg, core)
{
	unsigned int i, cpsr = KVM_REG_ARM_CORE_REG(usr_regs.ARM_cpsr);

	for (i = 0; i < sizeof(struct kvm_regs) / 4; i++) {
		u64 id = KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE | i;

		/* ORIG_r0 of struct pt_regs is no register */
		if (i == cpsr || i == cpsr + 1)
			continue;
		set_reg32(self->vcpu, id, 0x10 + 0x01000000 * i);
	}
	for (i = 0; i < sizeof(struct kvm_regs) / 4; i++) {
		if (i == cpsr || i == cpsr + 1)
			continue;
		EXPECT_EQ(0x10 + 0x01000000 * i,
			  get_reg32(self->vcpu,
				    KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE | i))
			TH_LOG("core register %u", i);
	}
}

TEST_F(reg, core_bad)
{
	const u64 core = KVM_REG_ARM | KVM_REG_ARM_CORE;
	u64 val = 0;

	EXPECT_EQ(-1, get_reg(self->vcpu, core | KVM_REG_SIZE_U64, &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, core | KVM_REG_SIZE_U8, &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, core | KVM_REG_SIZE_U1024, &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, core | KVM_REG_SIZE_U32 |
				     sizeof(struct kvm_regs) / 4, &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, core | KVM_REG_SIZE_U32 | 0xffff, &val));
	EXPECT_ERRNO(ENOENT, set_reg(self->vcpu, core | KVM_REG_SIZE_U32 | 0xffff, &val));
	EXPECT_ERRNO(EFAULT, get_reg(self->vcpu, REG_PC, NULL));
	EXPECT_ERRNO(EFAULT, set_reg(self->vcpu, REG_PC, NULL));
}

TEST_F(reg, cpsr_modes)
{
	static const u8 good[] = { 0x10, 0x11, 0x12, 0x13, 0x17, 0x1b, 0x1f };
	static const u8 bad[] = { 0x00, 0x0f, 0x14, 0x15, 0x16, 0x18, 0x1a, 0x1c, 0x1e };
	u32 before, val;
	unsigned int i;

	for (i = 0; i < sizeof(good); i++) {
		set_reg32(self->vcpu, REG_CPSR, 0x1c0 | good[i]);
		EXPECT_EQ(0x1c0U | good[i], get_reg32(self->vcpu, REG_CPSR));
	}
	before = get_reg32(self->vcpu, REG_CPSR);
	for (i = 0; i < sizeof(bad); i++) {
		val = 0x1c0 | bad[i];
		EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, REG_CPSR, &val));
		EXPECT_EQ(before, get_reg32(self->vcpu, REG_CPSR));
	}
}

TEST_F(reg, foreign_ids)
{
	u64 val = 0;

	EXPECT_EQ(-1, get_reg(self->vcpu, 0, &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, ~0ULL, &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, KVM_REG_ARM64 | KVM_REG_SIZE_U64 | 0x100000, &val));
	EXPECT_TRUE(errno == EINVAL || errno == ENOENT);
	/* Coprocessor 13; a CP15 register that nobody has */
	EXPECT_EQ(-1, get_reg(self->vcpu, KVM_REG_ARM | KVM_REG_SIZE_U32 | 13 << 16, &val));
	EXPECT_TRUE(errno == EINVAL || errno == ENOENT);
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, ARM_CP15_REG32(7, 7, 7, 7), &val));
	EXPECT_ERRNO(ENOENT, set_reg(self->vcpu, ARM_CP15_REG32(7, 7, 7, 7), &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, ARM_CP15_REG64(7, 7), &val));
	/* The right register in the wrong size */
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, (ARM_CP15_REG32(0, 1, 0, 0) &
						  ~KVM_REG_SIZE_MASK) | KVM_REG_SIZE_U8, &val));
}

/* Identification registers take their own value and no other */
TEST_F(reg, invariant)
{
	u32 midr = get_reg32(self->vcpu, ARM_CP15_REG32(0, 0, 0, 0)), val = ~midr;

	EXPECT_EQ(0, set_reg(self->vcpu, ARM_CP15_REG32(0, 0, 0, 0), &midr));
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, ARM_CP15_REG32(0, 0, 0, 0), &val));
	EXPECT_EQ(midr, get_reg32(self->vcpu, ARM_CP15_REG32(0, 0, 0, 0)));
}

TEST_F(reg, mpidr_of_each_vcpu)
{
	EXPECT_EQ(0x80000000, get_reg32(self->vcpu, REG_MPIDR));
	EXPECT_EQ(0x80000001, get_reg32(&self->vm.vcpus[1], REG_MPIDR));
}

TEST_F(reg, cp15)
{
	static const u64 ids[] = {
		ARM_CP15_REG32(0, 3, 0, 0), ARM_CP15_REG32(0, 6, 0, 0),
		ARM_CP15_REG32(0, 6, 0, 2), ARM_CP15_REG32(0, 13, 0, 2),
		ARM_CP15_REG32(0, 13, 0, 3), ARM_CP15_REG32(0, 13, 0, 4),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++)
		set_reg32(self->vcpu, ids[i], 0x11111110 * (i + 1));
	for (i = 0; i < ARRAY_SIZE(ids); i++)
		EXPECT_EQ(0x11111110 * (i + 1), get_reg32(self->vcpu, ids[i]));
	/* 64 bits wide, of which 40 and the ASID are real */
	set_reg64(self->vcpu, ARM_CP15_REG64(0, 2), 0x0012000040004000ULL);
	EXPECT_EQ(0x0012000040004000ULL, get_reg64(self->vcpu, ARM_CP15_REG64(0, 2)));
	/* The other vCPU has its own */
	EXPECT_NE(0x11111110, get_reg32(&self->vm.vcpus[1], ids[0]));
}

/* The guest's debug registers: Debug v7.1 */
#define CP14(op1, crn, crm, op2)					\
	(ARM_CP15_REG32(op1, crn, crm, op2) - (1 << KVM_REG_ARM_COPROC_SHIFT))

TEST_F(reg, cp14)
{
	struct vcpu *other = &self->vm.vcpus[1];
	struct kvm_reg_list *list = reg_list(self->vcpu);
	u32 dfr0 = get_reg32(self->vcpu, ARM_CP15_REG32(0, 0, 1, 2)), didr, n, val;

	ASSERT_TRUE(!!list);
	if (!(dfr0 & 15)) {
		EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, CP14(0, 0, 0, 0), &val));
		SKIP(return, "The host has no hardware breakpoints.");
	}
	EXPECT_EQ(5, dfr0 & 15);
	didr = get_reg32(self->vcpu, CP14(0, 0, 0, 0));
	EXPECT_EQ(5, didr >> 16 & 15);
	val = didr ^ 1 << 28;
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, CP14(0, 0, 0, 0), &val));

	for (n = 0; n < 16; n++) {
		bool bp = n <= (didr >> 24 & 15), wp = n <= didr >> 28;

		EXPECT_EQ(bp, listed(list, CP14(0, 0, n, 4)));
		EXPECT_EQ(bp, listed(list, CP14(0, 0, n, 5)));
		EXPECT_EQ(wp, listed(list, CP14(0, 0, n, 6)));
		EXPECT_EQ(wp, listed(list, CP14(0, 0, n, 7)));
		if (bp) {
			set_reg32(self->vcpu, CP14(0, 0, n, 4), 0x40000000 + n);
			set_reg32(self->vcpu, CP14(0, 0, n, 5), 0x1e0 + n);
		}
		if (wp) {
			set_reg32(self->vcpu, CP14(0, 0, n, 6), 0x80000000 + 4 * n);
			set_reg32(self->vcpu, CP14(0, 0, n, 7), ~0);
		}
		EXPECT_EQ(!bp, !!get_reg(self->vcpu, CP14(0, 0, n, 4), &val));
		EXPECT_EQ(!wp, !!get_reg(self->vcpu, CP14(0, 0, n, 7), &val));
	}
	EXPECT_EQ(0x40000000, get_reg32(self->vcpu, CP14(0, 0, 0, 4)));
	EXPECT_EQ(0x1e1, get_reg32(self->vcpu, CP14(0, 0, 1, 5)));
	EXPECT_EQ(0x80000004, get_reg32(self->vcpu, CP14(0, 0, 1, 6)));
	EXPECT_EQ(0x001f1fff, get_reg32(self->vcpu, CP14(0, 0, 0, 7)));
	EXPECT_EQ(0, get_reg32(other, CP14(0, 0, 0, 4)));
	EXPECT_EQ(0, get_reg32(other, CP14(0, 0, 0, 7)));

	/* Of DBGOSLSR the lock alone can be written; it and the claim are listed */
	EXPECT_TRUE(listed(list, CP14(0, 1, 1, 4)));
	EXPECT_EQ(8, get_reg32(self->vcpu, CP14(0, 1, 1, 4)));
	set_reg32(self->vcpu, CP14(0, 1, 1, 4), ~0);
	EXPECT_EQ(10, get_reg32(self->vcpu, CP14(0, 1, 1, 4)));
	EXPECT_TRUE(listed(list, CP14(0, 7, 9, 6)));

	/* DBGDSCRint is a view of DBGDSCRext, DBGOSLAR is written only; trace; sizes */
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, CP14(0, 0, 1, 0), &val));
	EXPECT_ERRNO(ENOENT, set_reg(self->vcpu, CP14(0, 1, 0, 4), &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, CP14(1, 0, 2, 2), &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, CP14(0, 8, 0, 4), &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, CP14(0, 0, 2, 2) ^ KVM_REG_SIZE_U32 ^ KVM_REG_SIZE_U64,
			      &(u64){ 0 }));
	free(list);
}

#define VFP64(n)	(KVM_REG_ARM | KVM_REG_SIZE_U64 | KVM_REG_ARM_VFP | (n))
#define VFP32(n)	(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_VFP | (n))

TEST_F(reg, vfp)
{
	u64 val = 0;
	u32 fpsid;
	unsigned int i;

	for (i = 0; i < 32; i++)
		set_reg64(self->vcpu, VFP64(i), 0x0123456789abcd00ULL + i);
	for (i = 0; i < 32; i++)
		EXPECT_EQ(0x0123456789abcd00ULL + i, get_reg64(self->vcpu, VFP64(i)));
	set_reg32(self->vcpu, VFP32(KVM_REG_ARM_VFP_FPSCR), 0x90000010);
	EXPECT_EQ(0x90000010, get_reg32(self->vcpu, VFP32(KVM_REG_ARM_VFP_FPSCR)));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, VFP64(32), &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, VFP32(0), &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, VFP64(KVM_REG_ARM_VFP_FPSCR), &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, VFP32(0x1fff), &val));
	fpsid = ~get_reg32(self->vcpu, VFP32(KVM_REG_ARM_VFP_FPSID));
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, VFP32(KVM_REG_ARM_VFP_FPSID), &fpsid));
	EXPECT_NE(0, get_reg32(self->vcpu, VFP32(KVM_REG_ARM_VFP_MVFR0)));
}

#define CCSIDR(n)	(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_DEMUX | \
			 KVM_REG_ARM_DEMUX_ID_CCSIDR | (n))

TEST_F(reg, ccsidr)
{
	u32 l1 = get_reg32(self->vcpu, CCSIDR(0)), val;

	EXPECT_NE(0, l1);
	EXPECT_EQ(0, set_reg(self->vcpu, CCSIDR(0), &l1));
	val = ~l1;
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, CCSIDR(0), &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, CCSIDR(0xff), &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, (CCSIDR(0) & ~KVM_REG_SIZE_MASK) | KVM_REG_SIZE_U64,
			      &val));
	EXPECT_EQ(-1, get_reg(self->vcpu, CCSIDR(0) | 0x0100, &val));
}

TEST_F(reg, timer)
{
	u64 now;

	set_reg64(self->vcpu, KVM_REG_ARM_TIMER_CVAL, 0x123456789abcULL);
	EXPECT_EQ(0x123456789abcULL, get_reg64(self->vcpu, KVM_REG_ARM_TIMER_CVAL));
	set_reg32(self->vcpu, KVM_REG_ARM_TIMER_CTL, 3);
	EXPECT_EQ(3, get_reg32(self->vcpu, KVM_REG_ARM_TIMER_CTL) & 3);
	set_reg32(self->vcpu, KVM_REG_ARM_TIMER_CTL, 0);
	set_reg64(self->vcpu, KVM_REG_ARM_TIMER_CNT, 1ULL << 44);
	now = get_reg64(self->vcpu, KVM_REG_ARM_TIMER_CNT);
	EXPECT_LE(1ULL << 44, now);
	EXPECT_GT((1ULL << 44) + (1ULL << 32), now);
	/* One offset for the whole VM */
	now = get_reg64(&self->vm.vcpus[1], KVM_REG_ARM_TIMER_CNT);
	EXPECT_LE(1ULL << 44, now);
	EXPECT_GT((1ULL << 44) + (1ULL << 32), now);
}

TEST_F(reg, psci_version)
{
	static const u64 good[] = { 0x2, 0x10000, 0x10001 };
	u64 val = get_reg64(self->vcpu, KVM_REG_ARM_PSCI_VERSION);
	unsigned int i;

	EXPECT_EQ(0x10001, val);
	for (i = 0; i < 3; i++) {
		val = good[i];
		EXPECT_EQ(0, set_reg(self->vcpu, KVM_REG_ARM_PSCI_VERSION, &val));
		EXPECT_EQ(good[i], get_reg64(self->vcpu, KVM_REG_ARM_PSCI_VERSION));
	}
	/* 0.1 is not what feature PSCI_0_2 stands for, 9.9 is unknown */
	val = 1;
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, KVM_REG_ARM_PSCI_VERSION, &val));
	val = 0x90009;
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, KVM_REG_ARM_PSCI_VERSION, &val));
	EXPECT_EQ(0x10001, get_reg64(self->vcpu, KVM_REG_ARM_PSCI_VERSION));
}

TEST_F(reg, workaround)
{
	u64 val = get_reg64(self->vcpu, KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1);

	EXPECT_GE(2, val);
	EXPECT_EQ(0, set_reg(self->vcpu, KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1, &val));
	val = 77;
	EXPECT_ERRNO(EINVAL, set_reg(self->vcpu, KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1, &val));
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, KVM_REG_ARM_FW_REG(0xfff0), &val));
}

TEST_HARNESS_MAIN
