// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_ARM_VCPU_INIT, KVM_GET_REG_LIST, KVM_{GET,SET}_ONE_REG and
 * KVM_{GET,SET}_VCPU_EVENTS: good and bad arguments, and what the guest sees.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "harness.h"

#define ID32(op1, crn, crm, op2)	ARM_CP15_REG32(op1, crn, crm, op2)
#define ID64(op1, crm)			ARM_CP15_REG64(op1, crm)
#define ARM32	(KVM_REG_ARM | KVM_REG_SIZE_U32)
#define ARM64	(KVM_REG_ARM | KVM_REG_SIZE_U64)
#define MAX_IDS	1000

/* The last error of an ioctl, as in "ioctl failed with this errno" */
#define ERR(call)	((call) < 0 ? errno : 0)

static int get_list(struct vcpu *vcpu, u64 *ids, u64 *n)
{
	struct kvm_reg_list *list = calloc(1, sizeof(*list) + MAX_IDS * 8);
	int ret;

	list->n = *n;
	ret = ioctl(vcpu->fd, KVM_GET_REG_LIST, list);
	*n = list->n;
	if (!ret)
		memcpy(ids, list->reg, list->n * 8);
	free(list);
	return ret;
}

FIXTURE(onereg) {
	struct vm *vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(onereg)
{
	self->vm = calloc(1, sizeof(*self->vm));
	vm_create(self->vm, 1, 0);
	self->vcpu = &self->vm->vcpus[0];
}

FIXTURE_TEARDOWN(onereg)
{
	vm_destroy(self->vm);
	free(self->vm);
}

TEST(init_arguments)
{
	struct kvm_vcpu_init init, good;
	static struct vm vm;
	struct vcpu *a, *b;
	unsigned int i;
	u64 n = MAX_IDS, ids[MAX_IDS];
	u32 val;
	struct kvm_vcpu_events events;

	vm_create(&vm, 2, VM_NO_INIT | VM_NO_GIC);
	a = &vm.vcpus[0];
	b = &vm.vcpus[1];
	good = vm.init;
	ASSERT_LT(good.target, KVM_ARM_NUM_TARGETS);
	good.features[0] = 1 << KVM_ARM_VCPU_PSCI_0_2;

	/* Nothing works before it */
	ASSERT_EQ(ENOEXEC, ERR(get_reg(a, REG_PC, &val)));
	ASSERT_EQ(ENOEXEC, ERR(set_reg(a, REG_PC, &val)));
	ASSERT_EQ(ENOEXEC, ERR(get_list(a, ids, &n)));
	ASSERT_EQ(ENOEXEC, ERR(ioctl(a->fd, KVM_GET_VCPU_EVENTS, &events)));
	ASSERT_EQ(ENOEXEC, ERR(ioctl(a->fd, KVM_RUN, 0)));

	init = good;
	init.target = KVM_ARM_NUM_TARGETS;
	ASSERT_EQ(EINVAL, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &init)));
	init.target = -1;
	ASSERT_EQ(EINVAL, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &init)));
	for (i = 2; i < 7 * 32; i++) {
		/* pmu_test.c has this one */
		if (i == KVM_ARM_VCPU_PMU_V3)
			continue;
		init = good;
		init.features[i / 32] |= 1U << i % 32;
		ASSERT_EQ(ENOENT, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &init)));
	}
	ASSERT_EQ(EFAULT, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, 8)));
	ASSERT_EQ(ENOEXEC, ERR(get_reg(a, REG_PC, &val)));

	/* The first good one, again, and others */
	ASSERT_EQ(0, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &good)));
	ASSERT_EQ(0, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &good)));
	init = good;
	init.features[0] ^= 1 << KVM_ARM_VCPU_POWER_OFF;
	ASSERT_EQ(EINVAL, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &init)));
	init = good;
	init.target = good.target == KVM_ARM_TARGET_GENERIC_V7 ?
		      KVM_ARM_TARGET_CORTEX_A15 : KVM_ARM_TARGET_GENERIC_V7;
	ASSERT_EQ(EINVAL, ERR(ioctl(a->fd, KVM_ARM_VCPU_INIT, &init)));
	/* All vCPUs are of one target, but their power states may differ */
	ASSERT_EQ(EINVAL, ERR(ioctl(b->fd, KVM_ARM_VCPU_INIT, &init)));
	init = good;
	init.features[0] |= 1 << KVM_ARM_VCPU_POWER_OFF;
	ASSERT_EQ(0, ERR(ioctl(b->fd, KVM_ARM_VCPU_INIT, &init)));
	ASSERT_EQ(0x80000000, get_reg32(a, REG_MPIDR));
	ASSERT_EQ(0x80000001, get_reg32(b, REG_MPIDR));
	vm_destroy(&vm);

	/* The generic target is there on every core */
	vm_create(&vm, 1, VM_NO_INIT | VM_NO_GIC);
	init = good;
	init.target = KVM_ARM_TARGET_GENERIC_V7;
	ASSERT_EQ(0, ERR(ioctl(vm.vcpus[0].fd, KVM_ARM_VCPU_INIT, &init)));
	vm_destroy(&vm);
}

TEST_F(onereg, init_resets)
{
	struct vcpu *v = self->vcpu;

	set_reg32(v, CORE_REG(usr_regs.ARM_r0), 1);
	set_reg32(v, CORE_REG(fiq_regs[7]), 1);
	set_reg32(v, REG_PC, 0x40000000);
	set_reg32(v, REG_CPSR, 0x10);
	set_reg32(v, ID32(0, 12, 0, 0), 0x1000);
	set_reg64(v, ARM64 | KVM_REG_ARM_VFP | 5, 77);
	vcpu_init(v);
	EXPECT_EQ(0, get_reg32(v, CORE_REG(usr_regs.ARM_r0)));
	EXPECT_EQ(0, get_reg32(v, CORE_REG(fiq_regs[7])));
	EXPECT_EQ(0, get_reg32(v, REG_PC));
	EXPECT_EQ(0x1d3, get_reg32(v, REG_CPSR));
	EXPECT_EQ(0, get_reg32(v, ID32(0, 12, 0, 0)));
	EXPECT_EQ(0, get_reg64(v, ARM64 | KVM_REG_ARM_VFP | 5));
	/* SCTLR: MMU, caches, alignment checks, high vectors, TE, EE off */
	EXPECT_EQ(0, get_reg32(v, ID32(0, 1, 0, 0)) & 0x42003007);
}

TEST_F(onereg, init_after_run)
{
	struct vcpu *v = self->vcpu;
	unsigned int i;

	/* A VM starts anew, from any state: what user space loads is what runs */
	for (i = 0; i < 3; i++) {
		vm_load_name(self->vm, "cp15");
		ASSERT_EQ(0, vcpu_run_to_sync(v, 1));
		ASSERT_EQ(0, vcpu_run_to_sync(v, 2));
		vcpu_init(v);
		ASSERT_EQ(0, get_reg32(v, REG_PC));
		ASSERT_EQ(0, get_reg32(v, ID32(0, 12, 0, 0)));
		memset(self->vm->ram + (GUEST_BASE - RAM_BASE), 0xff, 0x100000);
	}
	vm_load_name(self->vm, "nothing");
	vcpu_run_to_done(v);
}

TEST_F(onereg, list)
{
	static u64 ids[MAX_IDS], again[MAX_IDS];
	u64 n = 0, m, val, old;
	unsigned int i, j;

	ASSERT_EQ(E2BIG, ERR(get_list(self->vcpu, ids, &n)));
	ASSERT_GT(n, 38 + 32);
	ASSERT_LT(n, MAX_IDS);
	m = n - 1;
	ASSERT_EQ(E2BIG, ERR(get_list(self->vcpu, ids, &m)));
	ASSERT_EQ(n, m);
	ASSERT_EQ(0, ERR(get_list(self->vcpu, ids, &m)));
	ASSERT_EQ(n, m);
	m = MAX_IDS;
	ASSERT_EQ(0, ERR(get_list(self->vcpu, again, &m)));
	ASSERT_EQ(n, m);
	ASSERT_EQ(0, memcmp(ids, again, n * 8));
	ASSERT_EQ(EFAULT, ERR(ioctl(self->vcpu->fd, KVM_GET_REG_LIST, 8)));

	for (i = 0; i < n; i++) {
		unsigned int size = KVM_REG_SIZE(ids[i]);

		ASSERT_EQ(KVM_REG_ARM, ids[i] & KVM_REG_ARCH_MASK);
		ASSERT_TRUE(size == 4 || size == 8);
		for (j = 0; j < i; j++)
			ASSERT_NE(ids[j], ids[i]);

		/* Reads no more than its size, and takes back what it gives */
		val = 0x5a5a5a5a5a5a5a5aULL;
		ASSERT_EQ(0, ERR(get_reg(self->vcpu, ids[i], &val)))
			TH_LOG("0x%llx", (unsigned long long)ids[i]);
		if (size == 4)
			ASSERT_EQ(0x5a5a5a5a, val >> 32);
		ASSERT_EQ(0, ERR(set_reg(self->vcpu, ids[i], &val)))
			TH_LOG("0x%llx", (unsigned long long)ids[i]);
		if (ids[i] == KVM_REG_ARM_TIMER_CNT)
			continue;
		ASSERT_EQ(0, ERR(get_reg(self->vcpu, ids[i], &old)));
		ASSERT_EQ(0, memcmp(&old, &val, size))
			TH_LOG("0x%llx", (unsigned long long)ids[i]);

		ASSERT_EQ(EFAULT, ERR(get_reg(self->vcpu, ids[i], (void *)8)));
		ASSERT_EQ(EFAULT, ERR(set_reg(self->vcpu, ids[i], (void *)8)));
	}
}

static bool listed(struct vcpu *vcpu, u64 id)
{
	static u64 ids[MAX_IDS];
	u64 n = MAX_IDS, i;

	if (get_list(vcpu, ids, &n))
		return false;
	for (i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

TEST_F(onereg, list_is_complete)
{
	static const u64 want[] = {
		ID32(0, 0, 0, 0), ID32(0, 0, 0, 1), ID32(0, 0, 0, 2),
		ID32(0, 0, 0, 3), ID32(0, 0, 0, 5), ID32(0, 0, 0, 6),
		ID32(0, 0, 1, 0), ID32(0, 0, 1, 1), ID32(0, 0, 1, 2),
		ID32(0, 0, 1, 3), ID32(0, 0, 1, 4), ID32(0, 0, 1, 5),
		ID32(0, 0, 1, 6), ID32(0, 0, 1, 7), ID32(0, 0, 2, 0),
		ID32(0, 0, 2, 1), ID32(0, 0, 2, 2), ID32(0, 0, 2, 3),
		ID32(0, 0, 2, 4), ID32(0, 0, 2, 5), ID32(1, 0, 0, 1),
		ID32(1, 0, 0, 7), ID32(2, 0, 0, 0), ID32(0, 1, 0, 0),
		ID32(0, 1, 0, 1), ID32(0, 1, 0, 2), ID32(0, 2, 0, 0),
		ID32(0, 2, 0, 1), ID32(0, 2, 0, 2), ID32(0, 3, 0, 0),
		ID32(0, 5, 0, 0), ID32(0, 5, 0, 1), ID32(0, 5, 1, 0),
		ID32(0, 5, 1, 1), ID32(0, 6, 0, 0), ID32(0, 6, 0, 2),
		ID32(0, 10, 2, 0), ID32(0, 10, 2, 1), ID32(0, 10, 3, 0),
		ID32(0, 10, 3, 1), ID32(0, 12, 0, 0), ID32(0, 13, 0, 1),
		ID32(0, 13, 0, 2), ID32(0, 13, 0, 3), ID32(0, 13, 0, 4),
		ID32(0, 14, 1, 0), ID64(0, 2), ID64(1, 2), ID64(0, 7),
		KVM_REG_ARM_TIMER_CTL, KVM_REG_ARM_TIMER_CNT,
		KVM_REG_ARM_TIMER_CVAL, KVM_REG_ARM_PSCI_VERSION,
		ARM32 | KVM_REG_ARM_DEMUX | 0, ARM32 | KVM_REG_ARM_DEMUX | 1,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPSID,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPSCR,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPEXC,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPINST,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPINST2,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_MVFR0,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_MVFR1,
		ARM64 | KVM_REG_ARM_VFP | 0, ARM64 | KVM_REG_ARM_VFP | 15,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++)
		EXPECT_TRUE(listed(self->vcpu, want[i]))
			TH_LOG("0x%llx", (unsigned long long)want[i]);
	for (i = 0; i < sizeof(struct kvm_regs) / 4; i++)
		EXPECT_TRUE(listed(self->vcpu, ARM32 | KVM_REG_ARM_CORE | i));
}

TEST_F(onereg, core_registers)
{
	const unsigned int words = sizeof(struct kvm_regs) / 4;
	unsigned int i;

	/* All are separate; CPSR (16) takes a valid mode only */
	for (i = 0; i < words; i++)
		if (i != 16)
			set_reg32(self->vcpu, ARM32 | KVM_REG_ARM_CORE | i,
				  0xc0de0000 | i);
	for (i = 0; i < words; i++)
		if (i != 16)
			EXPECT_EQ(0xc0de0000 | i,
				  get_reg32(self->vcpu, ARM32 | KVM_REG_ARM_CORE | i));
}

TEST_F(onereg, cpsr_modes)
{
	u32 mode, val, old = get_reg32(self->vcpu, REG_CPSR);
	const u32 good = 1u << 0x10 | 1u << 0x11 | 1u << 0x12 | 1u << 0x13 |
			      1u << 0x17 | 1u << 0x1b | 1u << 0x1f;

	for (mode = 0; mode < 32; mode++) {
		val = 0x600001c0 | mode;
		if (good >> mode & 1) {
			ASSERT_EQ(0, ERR(set_reg(self->vcpu, REG_CPSR, &val)));
			old = val;
		} else {
			ASSERT_EQ(EINVAL, ERR(set_reg(self->vcpu, REG_CPSR, &val)));
		}
		ASSERT_EQ(old, get_reg32(self->vcpu, REG_CPSR));
	}
}

TEST_F(onereg, bad_ids)
{
	static const struct {
		u64 id;
		int error;
	} bad[] = {
		/* Other architectures */
		{ KVM_REG_X86 | KVM_REG_SIZE_U32, EINVAL },
		{ KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE, EINVAL },
		{ 0, EINVAL },
		/* Sizes */
		{ KVM_REG_ARM | KVM_REG_SIZE_U8 | KVM_REG_ARM_CORE, ENOENT },
		{ KVM_REG_ARM | KVM_REG_SIZE_U128 | KVM_REG_ARM_VFP, ENOENT },
		{ KVM_REG_ARM | KVM_REG_SIZE_U2048 | KVM_REG_ARM_CORE, ENOENT },
		{ ARM64 | KVM_REG_ARM_CORE, ENOENT },
		{ ARM32 | KVM_REG_ARM_VFP, ENOENT },
		{ ARM64 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPSCR, ENOENT },
		{ ARM64 | KVM_REG_ARM_DEMUX, ENOENT },
		{ ID32(0, 1, 0, 0) ^ KVM_REG_SIZE_U32 ^ KVM_REG_SIZE_U64, ENOENT },
		{ ID64(1, 2) ^ KVM_REG_SIZE_U32 ^ KVM_REG_SIZE_U64, ENOENT },
		/* Beyond the end of each group */
		{ ARM32 | KVM_REG_ARM_CORE | sizeof(struct kvm_regs) / 4, ENOENT },
		{ ARM32 | KVM_REG_ARM_CORE | 0xffff, ENOENT },
		{ ARM64 | KVM_REG_ARM_VFP | 32, ENOENT },
		{ ARM32 | KVM_REG_ARM_VFP | 0x1002, ENOENT },
		{ ARM32 | KVM_REG_ARM_VFP | 0x100b, ENOENT },
		{ ARM32 | KVM_REG_ARM_DEMUX | 14, ENOENT },
		{ ARM32 | KVM_REG_ARM_DEMUX | 0x100, ENOENT },
		{ ARM32 | KVM_REG_ARM_DEMUX | 0xff, ENOENT },
		/* Groups that there are not */
		{ ARM32 | 0x0013 << 16, ENOENT },
		{ ARM32 | 0x000d << 16, ENOENT },
		{ ARM32 | 0x000e << 16 | 0x7fff, ENOENT },
		{ ARM32 | 0x0fff << 16, ENOENT },
		{ ARM64 | KVM_REG_ARM_FW | 0xffff, ENOENT },
		/* CP15 registers that there are not; secure ones; stray bits */
		{ ID32(7, 15, 15, 7), ENOENT },
		{ ID32(0, 7, 14, 2), ENOENT },
		{ ID64(7, 15), ENOENT },
		{ ID32(0, 1, 0, 0) | KVM_REG_ARM_SECURE_MASK, ENOENT },
		{ ID32(0, 1, 0, 0) | 1ULL << 32, ENOENT },
		{ ID32(0, 1, 0, 0) | 1ULL << 15, ENOENT },
		{ ID64(0, 2) | 1, ENOENT },
		{ ID64(0, 2) | 1 << 15, ENOENT },
		{ ARM32 | KVM_REG_ARM_CORE | KVM_REG_ARM_SECURE_MASK, ENOENT },
	};
	u64 buf[256] = { 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(bad[i].error, ERR(get_reg(self->vcpu, bad[i].id, buf)))
			TH_LOG("get 0x%llx", (unsigned long long)bad[i].id);
		EXPECT_EQ(bad[i].error, ERR(set_reg(self->vcpu, bad[i].id, buf)))
			TH_LOG("set 0x%llx", (unsigned long long)bad[i].id);
	}
	EXPECT_EQ(1, buf[0]);
}

TEST_F(onereg, invariants)
{
	static const u64 ids[] = {
		ID32(0, 0, 0, 0), ID32(0, 0, 0, 1), ID32(0, 0, 0, 2),
		ID32(0, 0, 0, 3), ID32(0, 0, 0, 6), ID32(0, 0, 1, 0),
		ID32(0, 0, 1, 2), ID32(0, 0, 1, 7), ID32(0, 0, 2, 0),
		ID32(0, 0, 2, 5), ID32(1, 0, 0, 1), ID32(1, 0, 0, 7),
		ARM32 | KVM_REG_ARM_DEMUX | 0,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPSID,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_MVFR0,
		ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_MVFR1,
	};
	u32 val, old;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		old = get_reg32(self->vcpu, ids[i]);
		EXPECT_EQ(0, ERR(set_reg(self->vcpu, ids[i], &old)));
		val = ~old;
		EXPECT_EQ(EINVAL, ERR(set_reg(self->vcpu, ids[i], &val)))
			TH_LOG("0x%llx", (unsigned long long)ids[i]);
		EXPECT_EQ(old, get_reg32(self->vcpu, ids[i]));
	}
}

TEST_F(onereg, ttbr_halves)
{
	/* One register under two ids */
	set_reg64(self->vcpu, ID64(0, 2), 0x1234567840004000ULL);
	EXPECT_EQ(0x40004000, get_reg32(self->vcpu, ID32(0, 2, 0, 0)));
	set_reg32(self->vcpu, ID32(0, 2, 0, 0), 0x50005000);
	EXPECT_EQ(0x1234567850005000ULL, get_reg64(self->vcpu, ID64(0, 2)));
	EXPECT_EQ(0, get_reg64(self->vcpu, ID64(1, 2)));
}

TEST_F(onereg, fpexc_has_enable_only)
{
	const u64 id = ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPEXC;

	/* EX would make the host access FPINST, which no such core has */
	set_reg32(self->vcpu, id, 0xffffffff);
	EXPECT_EQ(1u << 30, get_reg32(self->vcpu, id));
	vm_load_name(self->vm, "nothing");
	vcpu_run_to_done(self->vcpu);
}

static const u64 cp15_ids[] = {
	ID32(0, 5, 0, 0), ID32(0, 5, 0, 1), ID32(0, 6, 0, 0), ID32(0, 6, 0, 2),
	ID32(0, 3, 0, 0), ID32(0, 13, 0, 2), ID32(0, 13, 0, 3), ID32(0, 13, 0, 1),
	ID32(0, 10, 2, 0), ID32(0, 10, 2, 1),
};

/* Values that differ and have reserved bits clear */
static u32 cp15_value(unsigned int i, unsigned int round)
{
	if (i < 2)
		return 0x005 + i + (round & 3) * 2;
	return 0x00010204 * (i + 1) + (round << 4);
}

#define NR_CP15	ARRAY_SIZE(cp15_ids)

TEST_F(onereg, guest_sees_cp15)
{
	struct vcpu *v = self->vcpu;
	unsigned int i;

	vm_load_name(self->vm, "cp15");
	for (i = 0; i < NR_CP15; i++)
		set_reg32(v, cp15_ids[i], cp15_value(i, 1));
	set_reg64(v, ID64(1, 2), 0x0012003440080000ULL);
	set_reg32(v, ID32(0, 1, 0, 2), 0x00f00000);

	ASSERT_EQ(0, vcpu_run_to_sync(v, 1));
	for (i = 0; i < NR_CP15; i++)
		EXPECT_EQ(cp15_value(i, 1), self->vm->args[i]) TH_LOG("%u", i);
	EXPECT_EQ(0x40080000, self->vm->args[10]);
	EXPECT_EQ(0x00120034, self->vm->args[11]);
	EXPECT_EQ(0x00f00000, self->vm->args[12] & 0x0fffffff);

	for (i = 0; i < NR_CP15; i++)
		set_reg32(v, cp15_ids[i], cp15_value(i, 2));
	ASSERT_EQ(0, vcpu_run_to_sync(v, 2));
	for (i = 0; i < NR_CP15; i++)
		EXPECT_EQ(cp15_value(i, 2), self->vm->args[i]) TH_LOG("%u", i);

	for (i = 0; i < NR_CP15; i++)
		self->vm->args[i] = cp15_value(i, 3);
	ASSERT_EQ(0, vcpu_run_to_sync(v, 3));
	for (i = 0; i < NR_CP15; i++)
		EXPECT_EQ(cp15_value(i, 3), get_reg32(v, cp15_ids[i]))
			TH_LOG("%u", i);
	ASSERT_EQ(0, vcpu_run_to_sync(v, 4));
	for (i = 0; i < NR_CP15; i++)
		EXPECT_EQ(cp15_value(i, 3), self->vm->args[i]) TH_LOG("%u", i);
	vcpu_run_to_done(v);
}

TEST_F(onereg, guest_sees_core)
{
	struct vcpu *v = self->vcpu;
	u32 word;
	unsigned int i;

	vm_load_name(self->vm, "core");
	ASSERT_EQ(0, vcpu_run_to_sync(v, 1));
	for (i = 4; i <= 9; i++)
		set_reg32(v, ARM32 | KVM_REG_ARM_CORE | i, 0xa5000000 + i);
	set_reg32(v, CORE_REG(usr_regs.ARM_sp), 0x40404040);
	set_reg32(v, CORE_REG(usr_regs.ARM_lr), 0x50505050);
	vcpu_run_to_done(v);
	for (i = 0; i < 6; i++) {
		memcpy(&word, self->vm->mem + 4 * i, 4);
		EXPECT_EQ(0xa5000004 + i, word);
	}
	memcpy(&word, self->vm->mem + 24, 4);
	EXPECT_EQ(0x40404040, word);
	memcpy(&word, self->vm->mem + 28, 4);
	EXPECT_EQ(0x50505050, word);
}

TEST_F(onereg, guest_sees_vfp)
{
	const u64 fpscr = ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPSCR;
	const u64 fpexc = ARM32 | KVM_REG_ARM_VFP | KVM_REG_ARM_VFP_FPEXC;
	struct vcpu *v = self->vcpu;

	if (!listed(v, ARM64 | KVM_REG_ARM_VFP | 31))
		SKIP(return, "This core has 16 double-word registers.");
	vm_load_name(self->vm, "vfp");
	set_reg64(v, ARM64 | KVM_REG_ARM_VFP | 3, 0x1122334455667788ULL);
	set_reg64(v, ARM64 | KVM_REG_ARM_VFP | 31, 0x99aabbccddeeff00ULL);
	set_reg32(v, fpscr, 0x01000000);
	set_reg32(v, fpexc, 1u << 30);
	ASSERT_EQ(0, vcpu_run_to_sync(v, 1));
	EXPECT_EQ(0x55667788, self->vm->args[0]);
	EXPECT_EQ(0x11223344, self->vm->args[1]);
	EXPECT_EQ(0xddeeff00, self->vm->args[2]);
	EXPECT_EQ(0x99aabbcc, self->vm->args[3]);
	EXPECT_EQ(0x01000000, self->vm->args[4]);
	EXPECT_EQ(0x89abcdef01234567ULL, get_reg64(v, ARM64 | KVM_REG_ARM_VFP | 3));
	EXPECT_EQ(0x03000000, get_reg32(v, fpscr));
	EXPECT_EQ(1u << 30, get_reg32(v, fpexc));
}

static void get_events(struct vcpu *vcpu, struct kvm_vcpu_events *events)
{
	memset(events, 0xff, sizeof(*events));
	xioctl(vcpu->fd, KVM_GET_VCPU_EVENTS, events);
}

TEST_F(onereg, events_arguments)
{
	struct kvm_vcpu_events events, zero = {};
	struct vcpu *v = self->vcpu;
	unsigned int i;

	get_events(v, &events);
	EXPECT_EQ(0, memcmp(&events, &zero, sizeof(zero)));
	ASSERT_EQ(0, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &zero)));

	/* Any other byte: a bad value */
	for (i = 0; i < sizeof(events); i++) {
		if (i == offsetof(struct kvm_vcpu_events, exception.serror_pending) ||
		    i == offsetof(struct kvm_vcpu_events, exception.ext_dabt_pending) ||
		    (i >= offsetof(struct kvm_vcpu_events, exception.serror_esr) &&
		     i < offsetof(struct kvm_vcpu_events, reserved)))
			continue;
		events = zero;
		((u8 *)&events)[i] = 1;
		EXPECT_EQ(EINVAL, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events)))
			TH_LOG("byte %u", i);
	}
	events = zero;
	events.exception.serror_pending = 2;
	EXPECT_EQ(EINVAL, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events)));
	events = zero;
	events.exception.ext_dabt_pending = 2;
	EXPECT_EQ(EINVAL, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events)));
	get_events(v, &events);
	EXPECT_EQ(0, memcmp(&events, &zero, sizeof(zero)));
	EXPECT_EQ(EFAULT, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, 8)));
	EXPECT_EQ(EFAULT, ERR(ioctl(v->fd, KVM_GET_VCPU_EVENTS, 8)));

	/* Pending until the guest takes it; setting 0 does not cancel it */
	events = zero;
	events.exception.serror_pending = 1;
	ASSERT_EQ(0, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events)));
	ASSERT_EQ(0, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &zero)));
	get_events(v, &events);
	EXPECT_EQ(1, events.exception.serror_pending);
	vcpu_init(v);
	get_events(v, &events);
	EXPECT_EQ(0, events.exception.serror_pending);
}

TEST_F(onereg, serror)
{
	struct kvm_vcpu_events events = { .exception.serror_pending = 1 };
	struct vcpu *v = self->vcpu;

	vm_load_name(self->vm, "serror");
	ASSERT_EQ(0, vcpu_run_to_sync(v, 1));
	ASSERT_EQ(0, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events)));
	ASSERT_EQ(0, vcpu_run_to_sync(v, 2));
	get_events(v, &events);
	EXPECT_EQ(0, events.exception.serror_pending);
	vcpu_run_to_done(v);
}

TEST_F(onereg, ext_dabt)
{
	struct kvm_vcpu_events events = { .exception.ext_dabt_pending = 1 };
	struct vcpu *v = self->vcpu;
	unsigned int i;

	vm_load_name(self->vm, "ext_dabt");
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(VMM_EXIT, vcpu_run(v));
		ASSERT_EQ(KVM_EXIT_MMIO, v->run->exit_reason);
		ASSERT_EQ(i == 1 ? 0x0b000123 : 0x0b000120, v->run->mmio.phys_addr);
		ASSERT_EQ(0, ERR(ioctl(v->fd, KVM_SET_VCPU_EVENTS, &events)));
	}
	vcpu_run_to_done(v);
}

TEST_HARNESS_MAIN
