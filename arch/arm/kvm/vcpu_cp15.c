// SPDX-License-Identifier: GPL-2.0-only
/*
 * Coprocessor registers of a vCPU: the one table of those that user space sees
 * or that trap, the answers to trapped accesses, and the moves of those that
 * the lowvisor leaves alone.
 */
#include <linux/bsearch.h>
#include <linux/kvm_host.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>
#include <asm/cp15.h>
#include <asm/kvm/target.h>
#include <asm/kvm/timer.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include <asm/ptrace.h>

/* Registers of the second and third group of struct kvm_guest_cp15 */
#define CPACR		__ACCESS_CP15(c1, 0, c0, 2)
#define DFSR		__ACCESS_CP15(c5, 0, c0, 0)
#define IFSR		__ACCESS_CP15(c5, 0, c0, 1)
#define ADFSR		__ACCESS_CP15(c5, 0, c1, 0)
#define AIFSR		__ACCESS_CP15(c5, 0, c1, 1)
#define DFAR		__ACCESS_CP15(c6, 0, c0, 0)
#define IFAR		__ACCESS_CP15(c6, 0, c0, 2)

#define TTBCR2		__ACCESS_CP15(c2, 0, c0, 3)

#define DACR		__ACCESS_CP15(c3, 0, c0, 0)
#define AMAIR0		__ACCESS_CP15(c10, 0, c3, 0)
#define AMAIR1		__ACCESS_CP15(c10, 0, c3, 1)
#define TPIDRURW	__ACCESS_CP15(c13, 0, c0, 2)
#define CONTEXTIDR	__ACCESS_CP15(c13, 0, c0, 1)
#define CSSELR		__ACCESS_CP15(c0, 2, c0, 0)
#define CNTKCTL		__ACCESS_CP15(c14, 0, c1, 0)
#define PAR		__ACCESS_CP15_64(0, c7)

/*
 * A register's key is the low half of its KVM_REG_ARM id, whose bit 15 is free
 * to tell MCRR and MRRC from MCR and MRC.
 */
#define KEY_64		BIT(15)
#define KEY32(op1, crn, crm, op2) \
	((crn) << 11 | (crm) << 7 | (op1) << 3 | (op2))
#define KEY64(op1, crm)	(KEY_64 | (crm) << 7 | (op1) << 3)
#define KEY_CRN(key)	((key) >> 11 & 0xf)
#define KEY_CRM(key)	((key) >> 7 & 0xf)
#define KEY_OP1(key)	((key) >> 3 & 0xf)
#define KEY_OP2(key)	((key) & 7)

#define KEY_MPIDR	KEY32(0, 0, 0, 5)
#define KEY_ID_DFR0	KEY32(0, 0, 1, 2)
#define KEY_PMUSERENR	KEY32(0, 9, 14, 0)

#define ID_DFR0_PERFMON	GENMASK(27, 24)
#define ID_DFR0_PMUV2	(2 << 24)

/* struct cp15_reg::flags */
#define CP15_STATE	BIT(0)	/* in struct kvm_guest_cp15, at .offset */
#define CP15_ID		BIT(1)	/* in struct kvm_arm_ids, at .offset */
#define CP15_PL0	BIT(2)	/* traps from PL0, too, if the guest lets PL0 */

/**
 * struct cp15_reg - a CP15 register that user space sees or that traps
 * @key: KEY32() or KEY64()
 * @offset: of the value, see @flags
 * @flags: CP15_*; user space sees it with CP15_STATE or CP15_ID
 * @trap: answers a trapped access: *@val is to be written or filled in.
 *	False: the instruction is UNDEFINED. NULL: accesses never trap.
 */
struct cp15_reg {
	u16 key;
	u8 offset;
	u8 flags;
	bool (*trap)(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
		     bool write, u64 *val);
};

static u32 *state32(struct kvm_vcpu *vcpu, const struct cp15_reg *reg)
{
	return (void *)&vcpu->arch.ctx->cp15 + reg->offset;
}

static u64 *state64(struct kvm_vcpu *vcpu, const struct cp15_reg *reg)
{
	return (void *)&vcpu->arch.ctx->cp15 + reg->offset;
}

static u32 id_value(struct kvm_vcpu *vcpu, const struct cp15_reg *reg)
{
	if (reg->key == KEY_MPIDR)
		return vcpu->arch.ctx->traps.vmpidr;
	if (reg->key == KEY_ID_DFR0 && kvm_arm_vcpu_has_pmu(vcpu))
		return (kvm_arm_ids.dfr0 & ~ID_DFR0_PERFMON) | ID_DFR0_PMUV2;
	return *(u32 *)((void *)&kvm_arm_ids + reg->offset);
}

/* L2CTLR[25:24]: the cores in this vCPU's cluster of four, less one */
static u32 l2ctlr(const struct kvm_vcpu *vcpu)
{
	int cores = atomic_read(&vcpu->kvm->online_vcpus) -
		    (vcpu->vcpu_id & ~3);

	return kvm_arm_ids.l2ctlr | (clamp(cores, 1, 4) - 1) << 24;
}

static bool trap_id(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
		    bool write, u64 *val)
{
	*val = id_value(vcpu, reg);
	return !write;
}

/* What ACTLR controls is the host's: guests read a constant, writes are lost */
static bool trap_actlr(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
		       bool write, u64 *val)
{
	if (!write)
		*val = id_value(vcpu, reg);
	return true;
}

static bool trap_l2ctlr(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
			bool write, u64 *val)
{
	if (!write)
		*val = l2ctlr(vcpu);
	return true;
}

/*
 * The cache type registers trap if the host's cores differ in them (HCR.TID2).
 * CSSELR itself is in the CPU.
 */
static bool trap_csselr(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
			bool write, u64 *val)
{
	if (write)
		write_sysreg(*val, CSSELR);
	else
		*val = read_sysreg(CSSELR);
	return true;
}

static bool trap_ccsidr(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
			bool write, u64 *val)
{
	u32 csselr = read_sysreg(CSSELR);

	*val = 0;
	if (csselr < KVM_ARM_NR_CCSIDRS)
		*val = kvm_arm_ids.ccsidr[array_index_nospec(csselr,
							     KVM_ARM_NR_CCSIDRS)];
	return !write;
}

/*
 * HCR.TVM traps writes, not reads. The first two groups of registers are in
 * memory by now, the third is in the CPU.
 */
static bool trap_vm_control(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
			    bool write, u64 *val)
{
	const u32 caches_on = CR_M | CR_C;
	bool was_enabled;

	if (!write)
		return false;

	was_enabled = (vcpu->arch.ctx->cp15.sctlr & caches_on) == caches_on;
	switch (reg->offset) {
	case offsetof(struct kvm_guest_cp15, dacr):
		write_sysreg(*val, DACR);
		break;
	case offsetof(struct kvm_guest_cp15, amair0):
		write_sysreg(*val, AMAIR0);
		break;
	case offsetof(struct kvm_guest_cp15, amair1):
		write_sysreg(*val, AMAIR1);
		break;
	case offsetof(struct kvm_guest_cp15, contextidr):
		write_sysreg(*val, CONTEXTIDR);
		break;
	default:
		if (reg->key & KEY_64)
			*state64(vcpu, reg) = *val;
		else
			*state32(vcpu, reg) = *val;
	}
	kvm_arm_caches_toggled(vcpu, was_enabled);
	return true;
}

/*
 * By set and way a guest reaches the cache of one physical CPU, and not only
 * its own lines. What it wants is its memory clean: do that by address.
 */
static bool trap_set_way(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
			 bool write, u64 *val)
{
	if (!write)
		return false;
	kvm_arm_set_way_flush(vcpu);
	return true;
}

static bool trap_ptimer(struct kvm_vcpu *vcpu, const struct cp15_reg *reg,
			bool write, u64 *val)
{
	unsigned int which;

	switch (reg->key) {
	case KEY32(0, 14, 2, 0):
		which = KVM_ARM_PTIMER_TVAL;
		break;
	case KEY32(0, 14, 2, 1):
		which = KVM_ARM_PTIMER_CTL;
		break;
	default:
		which = KVM_ARM_PTIMER_CVAL;
	}
	if (write)
		kvm_arm_ptimer_write(vcpu, which, *val);
	else
		kvm_arm_ptimer_read(vcpu, which, val);
	return true;
}

#define STATE32(op1, crn, crm, op2, name) {				\
	.key = KEY32(op1, crn, crm, op2), .flags = CP15_STATE,		\
	.offset = offsetof(struct kvm_guest_cp15, name) }
#define STATE64(op1, crm, name) {					\
	.key = KEY64(op1, crm), .flags = CP15_STATE,			\
	.offset = offsetof(struct kvm_guest_cp15, name) }
#define VM_CONTROL32(op1, crn, crm, op2, name) {			\
	.key = KEY32(op1, crn, crm, op2), .flags = CP15_STATE,		\
	.offset = offsetof(struct kvm_guest_cp15, name),		\
	.trap = trap_vm_control }
#define VM_CONTROL64(op1, crm, name) {					\
	.key = KEY64(op1, crm), .flags = CP15_STATE,			\
	.offset = offsetof(struct kvm_guest_cp15, name),		\
	.trap = trap_vm_control }
#define ID(op1, crn, crm, op2, name) {					\
	.key = KEY32(op1, crn, crm, op2), .flags = CP15_ID,		\
	.offset = offsetof(struct kvm_arm_ids, name), .trap = trap_id }

/* Sorted by key: CRn, CRm, opc1, opc2, then the 64-bit ones: CRm, opc1 */
static const struct cp15_reg registers[] = {
	ID(0, 0, 0, 0, midr),
	ID(0, 0, 0, 1, ctr),
	ID(0, 0, 0, 2, tcmtr),
	ID(0, 0, 0, 3, tlbtr),
	{ .key = KEY_MPIDR, .flags = CP15_ID, .trap = trap_id },
	ID(0, 0, 0, 6, revidr),
	/* CCSIDR; user space has them all, as KVM_REG_ARM_DEMUX */
	{ .key = KEY32(1, 0, 0, 0), .trap = trap_ccsidr },
	ID(1, 0, 0, 1, clidr),
	ID(1, 0, 0, 7, aidr),
	{ .key = KEY32(2, 0, 0, 0), .flags = CP15_STATE, .trap = trap_csselr,
	  .offset = offsetof(struct kvm_guest_cp15, csselr) },
	ID(0, 0, 1, 0, pfr0),
	ID(0, 0, 1, 1, pfr1),
	ID(0, 0, 1, 2, dfr0),
	ID(0, 0, 1, 3, afr0),
	ID(0, 0, 1, 4, mmfr0),
	ID(0, 0, 1, 5, mmfr1),
	ID(0, 0, 1, 6, mmfr2),
	ID(0, 0, 1, 7, mmfr3),
	ID(0, 0, 2, 0, isar0),
	ID(0, 0, 2, 1, isar1),
	ID(0, 0, 2, 2, isar2),
	ID(0, 0, 2, 3, isar3),
	ID(0, 0, 2, 4, isar4),
	ID(0, 0, 2, 5, isar5),

	VM_CONTROL32(0, 1, 0, 0, sctlr),
	{ .key = KEY32(0, 1, 0, 1), .flags = CP15_ID, .trap = trap_actlr,
	  .offset = offsetof(struct kvm_arm_ids, actlr) },
	STATE32(0, 1, 0, 2, cpacr),

	VM_CONTROL32(0, 2, 0, 0, ttbr0),
	VM_CONTROL32(0, 2, 0, 1, ttbr1),
	VM_CONTROL32(0, 2, 0, 2, ttbcr),
	VM_CONTROL32(0, 3, 0, 0, dacr),
	VM_CONTROL32(0, 5, 0, 0, dfsr),
	VM_CONTROL32(0, 5, 0, 1, ifsr),
	VM_CONTROL32(0, 5, 1, 0, adfsr),
	VM_CONTROL32(0, 5, 1, 1, aifsr),
	VM_CONTROL32(0, 6, 0, 0, dfar),
	VM_CONTROL32(0, 6, 0, 2, ifar),

	/* DCISW, DCCSW, DCCISW */
	{ .key = KEY32(0, 7, 6, 2), .trap = trap_set_way },
	{ .key = KEY32(0, 7, 10, 2), .trap = trap_set_way },
	{ .key = KEY32(0, 7, 14, 2), .trap = trap_set_way },

	{ .key = KEY32(1, 9, 0, 2), .trap = trap_l2ctlr },

	VM_CONTROL32(0, 10, 2, 0, mair0),
	VM_CONTROL32(0, 10, 2, 1, mair1),
	VM_CONTROL32(0, 10, 3, 0, amair0),
	VM_CONTROL32(0, 10, 3, 1, amair1),

	STATE32(0, 12, 0, 0, vbar),
	VM_CONTROL32(0, 13, 0, 1, contextidr),
	STATE32(0, 13, 0, 2, tpidrurw),
	STATE32(0, 13, 0, 3, tpidruro),
	STATE32(0, 13, 0, 4, tpidrprw),

	STATE32(0, 14, 1, 0, cntkctl),
	/* CNTP_TVAL, CNTP_CTL; user space has them from the timer */
	{ .key = KEY32(0, 14, 2, 0), .flags = CP15_PL0, .trap = trap_ptimer },
	{ .key = KEY32(0, 14, 2, 1), .flags = CP15_PL0, .trap = trap_ptimer },

	VM_CONTROL64(0, 2, ttbr0),
	VM_CONTROL64(1, 2, ttbr1),
	STATE64(0, 7, par),
	/* CNTP_CVAL */
	{ .key = KEY64(2, 14), .flags = CP15_PL0, .trap = trap_ptimer },
};

static int compare_key(const void *key, const void *elt)
{
	return *(const u32 *)key - ((const struct cp15_reg *)elt)->key;
}

static const struct cp15_reg *find_reg(u32 key)
{
	return __inline_bsearch(&key, registers, ARRAY_SIZE(registers),
				sizeof(registers[0]), compare_key);
}

static bool in_user_mode(const struct kvm_vcpu *vcpu)
{
	return (*vcpu_cpsr(vcpu) & MODE_MASK) == USR_MODE;
}

/*
 * Registers that trap as a block: c9-c11 and c15 are the implementation's
 * (HCR.TIDCP, HSTR.T15), with the performance monitors, if ID_DFR0 says that they
 * are not there, in c9 (HDCR.TPM). They read as zero and ignore writes, as the
 * errata workarounds of guests for the core they find want no more of them.
 * The c0 space beyond the known ID registers reads as zero (B3.17.1).
 */
static bool trap_block(u32 key, bool write, u64 *val)
{
	*val = 0;
	if (key & KEY_64)
		return KEY_CRM(key) == 9 || KEY_CRM(key) == 15;

	switch (KEY_CRN(key)) {
	case 0:
		return !write && KEY_OP1(key) == 0 && KEY_CRM(key) >= 1 &&
		       KEY_CRM(key) <= 7;
	case 9:
	case 10:
	case 11:
	case 15:
		return true;
	default:
		return false;
	}
}

static bool is_pmu(u32 key)
{
	return !(key & KEY_64) && KEY_CRN(key) == 9 && KEY_OP1(key) == 0 &&
	       KEY_CRM(key) >= 12 && KEY_CRM(key) <= 14;
}

static bool trap_cp15(struct kvm_vcpu *vcpu, u32 key, bool write, u64 *val)
{
	const struct cp15_reg *reg = find_reg(key);

	if (kvm_arm_vcpu_has_pmu(vcpu) && is_pmu(key))
		return kvm_arm_pmu_access(vcpu, KEY_CRM(key), KEY_OP2(key), write,
					  in_user_mode(vcpu), val);
	if (in_user_mode(vcpu) && !(reg && reg->flags & CP15_PL0) &&
	    !(key == KEY_PMUSERENR && !write))
		return false;
	if (!reg)
		return trap_block(key, write, val);
	return reg->trap && reg->trap(vcpu, reg, write, val);
}

static u32 hsr_key32(u32 hsr)
{
	return KEY32((hsr & HSR_CP_OPC1_MASK) >> HSR_CP_OPC1_SHIFT,
		     (hsr & HSR_CP_CRN_MASK) >> HSR_CP_CRN_SHIFT,
		     (hsr & HSR_CP_CRM_MASK) >> HSR_CP_CRM_SHIFT,
		     (hsr & HSR_CP_OPC2_MASK) >> HSR_CP_OPC2_SHIFT);
}

static u32 hsr_key64(u32 hsr)
{
	return KEY64((hsr & HSR_CP_OPC1_64_MASK) >> HSR_CP_OPC1_64_SHIFT,
		     (hsr & HSR_CP_CRM_MASK) >> HSR_CP_CRM_SHIFT);
}

#define ISS_KEY32(op1, crn, crm, op2)					\
	((op2) << HSR_CP_OPC2_SHIFT | (op1) << HSR_CP_OPC1_SHIFT |	\
	 (crn) << HSR_CP_CRN_SHIFT | (crm) << HSR_CP_CRM_SHIFT)
#define ISS_KEY32_MASK							\
	(HSR_CP_OPC2_MASK | HSR_CP_OPC1_MASK | HSR_CP_CRN_MASK | HSR_CP_CRM_MASK)
#define ISS_COND_ALWAYS	(HSR_CV | 0xe << HSR_COND_SHIFT)

/**
 * kvm_arm_cp15_fast - answer a trapped CP15 access that needs no host service
 * @vcpu: has just left the guest with an HSR of class HSR_EC_CP15_32
 *
 * For what guests do often or many times in a row. Called with IRQs off, before
 * the guest's CP15 state is out of the CPU.
 *
 * Return: true if the guest can go on, false for kvm_arm_cp15_trap32() to do it.
 */
bool kvm_arm_cp15_fast(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);
	unsigned int rt = HSR_CP_RT(hsr);

	if ((hsr & (HSR_CV | HSR_COND_MASK)) != ISS_COND_ALWAYS ||
	    rt == 15 || in_user_mode(vcpu))
		return false;

	switch (hsr & (ISS_KEY32_MASK | HSR_CP_READ)) {
	case ISS_KEY32(0, 1, 0, 1) | HSR_CP_READ:
		*kvm_arm_vcpu_reg(vcpu, rt) = kvm_arm_ids.actlr;
		break;
	case ISS_KEY32(1, 9, 0, 2) | HSR_CP_READ:
		*kvm_arm_vcpu_reg(vcpu, rt) = l2ctlr(vcpu);
		break;
	case ISS_KEY32(0, 7, 6, 2):
	case ISS_KEY32(0, 7, 10, 2):
	case ISS_KEY32(0, 7, 14, 2):
		/* The rest of a loop over sets and ways: the first did it all */
		if (!(vcpu->arch.ctx->traps.hcr & HCR_TVM))
			return false;
		break;
	default:
		return false;
	}

	vcpu->stat.cp_exit_stat++;
	kvm_arm_vcpu_skip_instr(vcpu);
	return true;
}

/**
 * kvm_arm_cp15_trap32 - answer a trapped MCR or MRC to CP15
 * @vcpu: trapped with HSR_EC_CP15_32; loaded, IRQs and preemption on
 *
 * Accesses to what guests must not or cannot have are UNDEFINED for them
 * (DDI 0406C, B1.14 for the traps, B3.17 for the encodings).
 *
 * Return: 1.
 */
int kvm_arm_cp15_trap32(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);
	bool write = !(hsr & HSR_CP_READ);
	unsigned int rt = HSR_CP_RT(hsr);
	u64 val = 0;

	vcpu->stat.cp_exit_stat++;
	if (write)
		val = *kvm_arm_vcpu_reg(vcpu, rt);
	if (!trap_cp15(vcpu, hsr_key32(hsr), write, &val)) {
		kvm_arm_inject_undef(vcpu);
		return 1;
	}
	if (!write)
		kvm_arm_vcpu_set_rt(vcpu, rt, val);
	kvm_arm_vcpu_skip_instr(vcpu);
	return 1;
}

/**
 * kvm_arm_cp15_trap64 - answer a trapped MCRR or MRRC to CP15
 * @vcpu: trapped with HSR_EC_CP15_64; loaded, IRQs and preemption on
 *
 * Return: 1.
 */
int kvm_arm_cp15_trap64(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);
	bool write = !(hsr & HSR_CP_READ);
	unsigned int rt = HSR_CP_RT(hsr);
	unsigned int rt2 = HSR_CP_RT2(hsr);
	u64 val = 0;

	vcpu->stat.cp_exit_stat++;
	if (write)
		val = (u64)*kvm_arm_vcpu_reg(vcpu, rt2) << 32 |
		      *kvm_arm_vcpu_reg(vcpu, rt);
	if (!trap_cp15(vcpu, hsr_key64(hsr), write, &val)) {
		kvm_arm_inject_undef(vcpu);
		return 1;
	}
	if (!write) {
		*kvm_arm_vcpu_reg(vcpu, rt) = lower_32_bits(val);
		*kvm_arm_vcpu_reg(vcpu, rt2) = upper_32_bits(val);
	}
	kvm_arm_vcpu_skip_instr(vcpu);
	return 1;
}

/* The register of VMRS is where MRC has CRn (B4.1 FPSID, MVFR0, MVFR1) */
static bool vfp_id(u32 hsr, u32 *val)
{
	if (HSR_EC(hsr) != HSR_EC_CP10_ID || !(hsr & HSR_CP_READ))
		return false;

	switch ((hsr & HSR_CP_CRN_MASK) >> HSR_CP_CRN_SHIFT) {
	case 0:
		*val = kvm_arm_ids.fpsid;
		return true;
	case 6:
		*val = kvm_arm_ids.mvfr1;
		return true;
	case 7:
		*val = kvm_arm_ids.mvfr0;
		return true;
	default:
		return false;
	}
}

/**
 * kvm_arm_cp10_trap - answer a trapped access to the VFP ID registers
 * @vcpu: trapped with HSR_EC_CP10_ID, or with HSR_EC_CP_0_13 for a coprocessor
 *	that guests do not have; loaded, IRQs and preemption on
 *
 * Return: 1.
 */
int kvm_arm_cp10_trap(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);
	u32 val;

	vcpu->stat.cp_exit_stat++;
	if (!vfp_id(hsr, &val)) {
		kvm_arm_inject_undef(vcpu);
		return 1;
	}
	kvm_arm_vcpu_set_rt(vcpu, HSR_CP_RT(hsr), val);
	kvm_arm_vcpu_skip_instr(vcpu);
	return 1;
}

/**
 * kvm_arm_cp15_reset - give a vCPU's CP15 registers their reset values
 * @vcpu: not loaded
 *
 * Those that are UNKNOWN out of reset are zero.
 */
void kvm_arm_cp15_reset(struct kvm_vcpu *vcpu)
{
	/*
	 * B4.1.130: caches and MMU off, low vectors, little-endian, CP15
	 * barriers; B4.1.127, B4.1.106: the usual values of PRRR and NMRR.
	 */
	vcpu->arch.ctx->cp15 = (struct kvm_guest_cp15){
		.sctlr = 0x00c50078,
		.mair0 = 0x00098aa4,
		.mair1 = 0x44e048e0,
	};
}

/**
 * kvm_arm_cp15_load - take the registers that the host kernel does not use
 * @vcpu: about to be loaded on this CPU, preemption off
 *
 * They are the guest's from here to kvm_arm_cp15_put(). The next entry to the
 * guest is the context synchronization that they need.
 */
void kvm_arm_cp15_load(struct kvm_vcpu *vcpu)
{
	const struct kvm_guest_cp15 *guest = &vcpu->arch.ctx->cp15;
	struct kvm_guest_cp15 *host = &vcpu->arch.host_cp15;

	host->cpacr = read_sysreg(CPACR);
	host->dacr = read_sysreg(DACR);
	host->amair0 = read_sysreg(AMAIR0);
	host->amair1 = read_sysreg(AMAIR1);
	host->tpidrurw = read_sysreg(TPIDRURW);
	host->contextidr = read_sysreg(CONTEXTIDR);
	host->cntkctl = read_sysreg(CNTKCTL);

	write_sysreg(guest->dacr, DACR);
	write_sysreg(guest->amair0, AMAIR0);
	write_sysreg(guest->amair1, AMAIR1);
	write_sysreg(guest->tpidrurw, TPIDRURW);
	write_sysreg(guest->contextidr, CONTEXTIDR);
	write_sysreg(guest->csselr, CSSELR);
	write_sysreg(guest->cntkctl, CNTKCTL);
	write_sysreg(guest->par, PAR);
}

/**
 * kvm_arm_cp15_put - give back what kvm_arm_cp15_load() took
 * @vcpu: loaded on this CPU, preemption off
 *
 * The host writes CSSELR and PAR before each use: they need not come back.
 */
void kvm_arm_cp15_put(struct kvm_vcpu *vcpu)
{
	struct kvm_guest_cp15 *guest = &vcpu->arch.ctx->cp15;
	const struct kvm_guest_cp15 *host = &vcpu->arch.host_cp15;

	guest->dacr = read_sysreg(DACR);
	guest->amair0 = read_sysreg(AMAIR0);
	guest->amair1 = read_sysreg(AMAIR1);
	guest->tpidrurw = read_sysreg(TPIDRURW);
	guest->contextidr = read_sysreg(CONTEXTIDR);
	guest->csselr = read_sysreg(CSSELR);
	guest->cntkctl = read_sysreg(CNTKCTL);
	guest->par = read_sysreg(PAR);

	write_sysreg(host->dacr, DACR);
	write_sysreg(host->amair0, AMAIR0);
	write_sysreg(host->amair1, AMAIR1);
	write_sysreg(host->tpidrurw, TPIDRURW);
	write_sysreg(host->contextidr, CONTEXTIDR);
	write_sysreg(host->cntkctl, CNTKCTL);
	isb();
}

/**
 * kvm_arm_cp15_enter - load what the host kernel uses with interrupts on
 * @vcpu: loaded, IRQs off until after kvm_arm_cp15_exit()
 *
 * The host's fault registers are of no use to it after the fault.
 */
void kvm_arm_cp15_enter(struct kvm_vcpu *vcpu)
{
	const struct kvm_guest_cp15 *guest = &vcpu->arch.ctx->cp15;

	write_sysreg(guest->cpacr, CPACR);
	write_sysreg(guest->dfsr, DFSR);
	write_sysreg(guest->ifsr, IFSR);
	write_sysreg(guest->adfsr, ADFSR);
	write_sysreg(guest->aifsr, AIFSR);
	write_sysreg(guest->dfar, DFAR);
	write_sysreg(guest->ifar, IFAR);
}

/**
 * kvm_arm_cp15_exit - save what kvm_arm_cp15_enter() loaded
 * @vcpu: loaded, IRQs off since kvm_arm_cp15_enter()
 *
 * The host can use VFP when it returns. What guests write to TTBCR2 is lost: it
 * is of ARMv8.2, and they are not told that it is there.
 */
void kvm_arm_cp15_exit(struct kvm_vcpu *vcpu)
{
	struct kvm_guest_cp15 *guest = &vcpu->arch.ctx->cp15;

	guest->cpacr = read_sysreg(CPACR);
	guest->dfsr = read_sysreg(DFSR);
	guest->ifsr = read_sysreg(IFSR);
	guest->adfsr = read_sysreg(ADFSR);
	guest->aifsr = read_sysreg(AIFSR);
	guest->dfar = read_sysreg(DFAR);
	guest->ifar = read_sysreg(IFAR);

	write_sysreg(vcpu->arch.host_cp15.cpacr, CPACR);
	if (kvm_arm_has_ttbcr2)
		write_sysreg(0, TTBCR2);
	isb();
}

static bool user_visible(const struct cp15_reg *reg)
{
	return reg->flags & (CP15_STATE | CP15_ID);
}

/* What user space can name, by ARM_CP15_REG32() or ARM_CP15_REG64() */
static u64 reg_id(const struct cp15_reg *reg)
{
	if (reg->key & KEY_64)
		return ARM_CP15_REG64(0, 0) | (reg->key & ~KEY_64);
	return ARM_CP15_REG32(0, 0, 0, 0) | reg->key;
}

static const struct cp15_reg *find_user_reg(u64 id)
{
	u32 key = id & 0x7fff;
	const struct cp15_reg *reg;

	if ((id & KVM_REG_SIZE_MASK) == KVM_REG_SIZE_U64)
		key |= KEY_64;
	reg = find_reg(key);
	return reg && user_visible(reg) && reg_id(reg) == id ? reg : NULL;
}

/**
 * kvm_arm_cp15_num_regs - number of CP15 registers in KVM_GET_REG_LIST
 *
 * Return: how many ids kvm_arm_cp15_reg_ids() writes.
 */
unsigned int kvm_arm_cp15_num_regs(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(registers); i++)
		n += user_visible(&registers[i]);
	return n;
}

/**
 * kvm_arm_cp15_reg_ids - list the CP15 registers
 * @ids: where to, in user space
 *
 * Return: 0, or -EFAULT.
 */
int kvm_arm_cp15_reg_ids(u64 __user *ids)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(registers); i++) {
		if (!user_visible(&registers[i]))
			continue;
		if (put_user(reg_id(&registers[i]), ids++))
			return -EFAULT;
	}
	return 0;
}

/**
 * kvm_arm_cp15_get_reg - read a CP15 register for user space
 * @vcpu: not loaded
 * @id: with coprocessor 15
 * @val: filled in
 *
 * Return: 0, or -ENOENT.
 */
int kvm_arm_cp15_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	const struct cp15_reg *reg = find_user_reg(id);

	if (!reg)
		return -ENOENT;
	if (reg->flags & CP15_ID)
		*val = id_value(vcpu, reg);
	else if (reg->key & KEY_64)
		*val = *state64(vcpu, reg);
	else
		*val = *state32(vcpu, reg);
	return 0;
}

/**
 * kvm_arm_cp15_set_reg - write a CP15 register for user space
 * @vcpu: not loaded
 * @id: with coprocessor 15
 * @val: new value
 *
 * Return: 0, -ENOENT, or -EINVAL for an ID register of which @val is not the
 * value.
 */
int kvm_arm_cp15_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	const struct cp15_reg *reg = find_user_reg(id);

	if (!reg)
		return -ENOENT;
	if (reg->flags & CP15_ID)
		return val == id_value(vcpu, reg) ? 0 : -EINVAL;
	if (reg->key & KEY_64)
		*state64(vcpu, reg) = val;
	else
		*state32(vcpu, reg) = val;
	return 0;
}
