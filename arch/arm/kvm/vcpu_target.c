// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which core a vCPU is: its identification registers, what of it traps, and its
 * state out of reset.
 */
#include <linux/kvm_host.h>
#include <linux/smp.h>
#include <asm/cp15.h>
#include <asm/cputype.h>
#include <asm/hwcap.h>
#include <asm/kvm/target.h>
#include <asm/kvm/timer.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include <asm/ptrace.h>

#define CLIDR		__ACCESS_CP15(c0, 1, c0, 1)
#define CCSIDR		__ACCESS_CP15(c0, 1, c0, 0)
#define AIDR		__ACCESS_CP15(c0, 1, c0, 7)
#define CSSELR		__ACCESS_CP15(c0, 2, c0, 0)
#define ID_MMFR4	__ACCESS_CP15(c0, 0, c2, 6)
#define L2CTLR		__ACCESS_CP15(c9, 1, c0, 2)
#define PMCR		__ACCESS_CP15(c9, 0, c12, 0)

#define ACTLR_SMP		BIT(6)
#define L2CTLR_CORES		GENMASK(25, 24)
#define MPIDR_MP		BIT(31)

/* ID_PFR0: the instruction sets, less ThumbEE; CSV2 of later cores */
#define PFR0_MASK		0x000f0fff
/* ID_PFR1: less Virtualization and Security Extensions, GIC registers */
#define PFR1_MASK		0x000f0f0f

/* CTR, B4.1.42 */
#define CTR_FORMAT		GENMASK(31, 29)
#define CTR_CWG			GENMASK(27, 24)
#define CTR_ERG			GENMASK(23, 20)
#define CTR_DMINLINE		GENMASK(19, 16)
#define CTR_L1IP		GENMASK(15, 14)
#define CTR_IMINLINE		GENMASK(3, 0)

/* ID_DFR0.PerfMon */
#define DFR0_PERFMON_SHIFT	24
#define DFR0_PERFMON_NONE	0xf

/* Traps for as long as a vCPU lives; HCR.TVM until its caches are on */
#define GUEST_HCR	(HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | \
			 HCR_FB | HCR_BSU_INNER | HCR_TWI | HCR_TWE | \
			 HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TAC | HCR_TSW)
#define GUEST_HCPTR	(HCPTR_TTA | HCPTR_VFP)
#define GUEST_HSTR	(HSTR_T(15) | HSTR_TTEE)
#define GUEST_HDCR	(HDCR_TDRA | HDCR_TDOSA | HDCR_TDA | HDCR_TDE | HDCR_TPM | HDCR_TPMCR)
#define GUEST_CNTHCTL	CNTHCTL_PL1PCTEN

/* User space starts a vCPU with these features, KVM_ARM_VCPU_*, on any host */
#define FEATURES	(BIT(KVM_ARM_VCPU_POWER_OFF) | BIT(KVM_ARM_VCPU_PSCI_0_2))

struct kvm_arm_ids kvm_arm_ids __ro_after_init;
bool kvm_arm_has_ttbcr2 __ro_after_init;

static int host_target __ro_after_init;
static u32 host_hpmn __ro_after_init;
static u32 host_hcr __ro_after_init = GUEST_HCR;

static int target_of_part(u32 part)
{
	switch (part) {
	case ARM_CPU_PART_CORTEX_A15:
		return KVM_ARM_TARGET_CORTEX_A15;
	case ARM_CPU_PART_CORTEX_A7:
		return KVM_ARM_TARGET_CORTEX_A7;
	default:
		return KVM_ARM_TARGET_GENERIC_V7;
	}
}

/* L2CTLR is known to be in these cores; elsewhere it may be anything */
static bool part_has_l2ctlr(u32 part)
{
	return part == ARM_CPU_PART_CORTEX_A15 || part == ARM_CPU_PART_CORTEX_A7 ||
	       part == ARM_CPU_PART_CORTEX_A17 || part == ARM_CPU_PART_CORTEX_A12;
}

/**
 * kvm_arm_ccsidr_valid - is there a CCSIDR for a value of CSSELR?
 * @csselr: below KVM_ARM_NR_CCSIDRS: cache level - 1, then 1 for instructions
 *
 * Return: true if CLIDR has a cache there (DDI 0406C, B4.1.20).
 */
bool kvm_arm_ccsidr_valid(unsigned int csselr)
{
	unsigned int ctype = kvm_arm_ids.clidr >> (csselr / 2 * 3) & 7;

	/* 1: instructions only, 2: data only, 3: both, 4: unified */
	if (csselr & 1)
		return ctype == 1 || ctype == 3;
	return ctype >= 2 && ctype <= 4;
}

static void __init probe_ccsidrs(void)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < KVM_ARM_NR_CCSIDRS; i++) {
		if (!kvm_arm_ccsidr_valid(i))
			continue;
		write_sysreg(i, CSSELR);
		isb();
		kvm_arm_ids.ccsidr[i] = read_sysreg(CCSIDR);
	}
	local_irq_restore(flags);
}

static void __init probe_vfp(void)
{
	if (!(elf_hwcap & HWCAP_VFP))
		return;
	asm(".fpu neon\n"
	    "vmrs %0, fpsid\n"
	    "vmrs %1, mvfr0\n"
	    "vmrs %2, mvfr1"
	    : "=r" (kvm_arm_ids.fpsid), "=r" (kvm_arm_ids.mvfr0),
	      "=r" (kvm_arm_ids.mvfr1));
}

/* The greater one; 0 is not known, which is greater than any, B4.1.42 */
static u32 max_granule(u32 a, u32 b)
{
	return a && b ? max(a, b) : 0;
}

/**
 * kvm_arm_merge_ctr - the CTR of a vCPU that runs on two kinds of cores
 * @a: CTR of one
 * @b: CTR of the other
 *
 * Return: a CTR by which code maintains enough on both.
 */
u32 kvm_arm_merge_ctr(u32 a, u32 b)
{
	return max(a & CTR_FORMAT, b & CTR_FORMAT) |
	       max_granule(a & CTR_CWG, b & CTR_CWG) |
	       max_granule(a & CTR_ERG, b & CTR_ERG) |
	       min(a & CTR_DMINLINE, b & CTR_DMINLINE) |
	       min(a & CTR_L1IP, b & CTR_L1IP) |
	       min(a & CTR_IMINLINE, b & CTR_IMINLINE);
}

/* Is this CPU of the kind on which KVM started? */
static bool is_first_kind(void)
{
	return read_cpuid_part() == (kvm_arm_ids.midr & ARM_CPU_PART_MASK);
}

/* PMCR.N, if there are performance monitors */
static u32 __init event_counters(void)
{
	u32 perfmon = read_cpuid_ext(CPUID_EXT_DFR0) >> DFR0_PERFMON_SHIFT & 0xf;

	if (!perfmon || perfmon == DFR0_PERFMON_NONE)
		return 0;
	return read_sysreg(PMCR) >> 11 & HDCR_HPMN_MASK;
}

/*
 * On a board with different cores (big.LITTLE) a vCPU moves from one to another:
 * it is of the generic target, and its cache type registers trap, too.
 */
static void __init merge_cpu(void *unused)
{
	if (is_first_kind())
		return;
	host_target = KVM_ARM_TARGET_GENERIC_V7;
	host_hcr = GUEST_HCR | HCR_TID2;
	kvm_arm_ids.ctr = kvm_arm_merge_ctr(kvm_arm_ids.ctr, read_cpuid_cachetype());
	/* More than there are is UNPREDICTABLE */
	host_hpmn = min(host_hpmn, event_counters());
}

/**
 * kvm_arm_target_fits - can vCPUs run on this CPU as on the others?
 *
 * What guests have been told stays true on a core of the kind on which KVM started
 * and, if there were different kinds, on one that needs no more maintenance than CTR
 * says. Another one that comes later was not reckoned with.
 *
 * Return: true if they can.
 */
bool kvm_arm_target_fits(void)
{
	return is_first_kind() ||
	       (host_hcr & HCR_TID2 &&
		kvm_arm_merge_ctr(kvm_arm_ids.ctr, read_cpuid_cachetype()) == kvm_arm_ids.ctr);
}

/**
 * kvm_arm_target_probe - find out what core guests will see
 *
 * When KVM starts, with all CPUs online and before the first VM. Guests get this
 * CPU's ID registers, but no ThumbEE, no trace registers, neither Security nor
 * Virtualization Extensions (but VBAR), and performance monitors only if user space
 * asks for them. Of debug, kvm_arm_debug_probe() tells.
 */
void __init kvm_arm_target_probe(void)
{
	struct kvm_arm_ids *ids = &kvm_arm_ids;
	u32 part;
	int cpu;

	preempt_disable();
	part = read_cpuid_part();
	host_target = target_of_part(part);

	ids->midr = read_cpuid_id();
	ids->ctr = read_cpuid_cachetype();
	ids->tcmtr = read_cpuid(CPUID_TCM);
	ids->tlbtr = read_cpuid(CPUID_TLBTYPE);
	ids->revidr = read_cpuid(CPUID_REVIDR);
	ids->pfr0 = read_cpuid_ext(CPUID_EXT_PFR0) & PFR0_MASK;
	ids->pfr1 = read_cpuid_ext(CPUID_EXT_PFR1) & PFR1_MASK;
	ids->dfr0 = DFR0_PERFMON_NONE << DFR0_PERFMON_SHIFT;
	ids->afr0 = read_cpuid_ext(CPUID_EXT_AFR0);
	ids->mmfr0 = read_cpuid_ext(CPUID_EXT_MMFR0);
	ids->mmfr1 = read_cpuid_ext(CPUID_EXT_MMFR1);
	ids->mmfr2 = read_cpuid_ext(CPUID_EXT_MMFR2);
	ids->mmfr3 = read_cpuid_ext(CPUID_EXT_MMFR3);
	ids->isar0 = read_cpuid_ext(CPUID_EXT_ISAR0);
	ids->isar1 = read_cpuid_ext(CPUID_EXT_ISAR1);
	ids->isar2 = read_cpuid_ext(CPUID_EXT_ISAR2);
	ids->isar3 = read_cpuid_ext(CPUID_EXT_ISAR3);
	ids->isar4 = read_cpuid_ext(CPUID_EXT_ISAR4);
	ids->isar5 = read_cpuid_ext(CPUID_EXT_ISAR5);
	ids->clidr = read_sysreg(CLIDR);
	ids->aidr = read_sysreg(AIDR);
	/* Coherent with the other cores, as guests for these cores ask for */
	ids->actlr = ACTLR_SMP;
	if (part_has_l2ctlr(part))
		ids->l2ctlr = read_sysreg(L2CTLR) & ~L2CTLR_CORES;
	probe_ccsidrs();
	probe_vfp();

	/* ID_MMFR4.HPDS: of 2 or more adds TTBCR2 */
	kvm_arm_has_ttbcr2 = (read_sysreg(ID_MMFR4) >> 16 & 0xf) >= 2;

	/* HDCR.HPMN, which a guest's HDCR has to keep */
	host_hpmn = event_counters();

	preempt_enable();

	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, merge_cpu, NULL, true);
}

/**
 * kvm_arm_host_target - the target of KVM_ARM_PREFERRED_TARGET
 *
 * Return: KVM_ARM_TARGET_*.
 */
int kvm_arm_host_target(void)
{
	return host_target;
}

static int check_init(const struct kvm_vcpu_init *init)
{
	u32 features = FEATURES;
	unsigned int i;

	if (kvm_arm_pmu_available())
		features |= BIT(KVM_ARM_VCPU_PMU_V3);

	/* The generic target makes no promise that another core breaks */
	if (init->target != host_target &&
	    init->target != KVM_ARM_TARGET_GENERIC_V7)
		return -EINVAL;

	if (init->features[0] & ~features)
		return -ENOENT;
	for (i = 1; i < ARRAY_SIZE(init->features); i++)
		if (init->features[i])
			return -ENOENT;
	return 0;
}

/* All vCPUs of a VM have the target of the first */
static bool claim_target(struct kvm *kvm, u32 target)
{
	int old = atomic_cmpxchg(&kvm->arch.target, 0, target + 1);

	return !old || old == target + 1;
}

/**
 * kvm_arm_vcpu_init - KVM_ARM_VCPU_INIT: set up a vCPU, or reset it
 * @vcpu: not loaded
 * @init: from user space
 *
 * A CPU_ON that was under way is forgotten. The power state is the caller's.
 *
 * Return: 0, -EINVAL for a target that this host does not have, or that differs
 * from the VM's, or for a target or features that differ from the first call's,
 * -ENOENT for an unknown feature.
 */
int kvm_arm_vcpu_init(struct kvm_vcpu *vcpu, const struct kvm_vcpu_init *init)
{
	int ret = check_init(init);

	if (ret)
		return ret;
	if (vcpu->arch.initialized &&
	    (init->target != vcpu->arch.target ||
	     init->features[0] != vcpu->arch.features[0]))
		return -EINVAL;
	if (!claim_target(vcpu->kvm, init->target))
		return -EINVAL;

	vcpu->arch.target = init->target;
	vcpu->arch.features[0] = init->features[0];

	spin_lock(&vcpu->arch.mp_lock);
	vcpu->arch.reset.pending = false;
	kvm_clear_request(KVM_REQ_VCPU_RESET, vcpu);
	spin_unlock(&vcpu->arch.mp_lock);

	kvm_arm_vcpu_reset(vcpu);
	vcpu->arch.initialized = true;

	/*
	 * User space writes the memory of a VM that starts again through its
	 * caches, and the guest's are off: let each page fault, which cleans it.
	 */
	if (vcpu->arch.has_run_once)
		kvm_arm_stage2_reset_vm(vcpu->kvm);
	return 0;
}

static void reset_core(struct kvm_vcpu *vcpu)
{
	struct kvm_guest_ctx *ctx = vcpu->arch.ctx;

	memset(&ctx->regs, 0, sizeof(ctx->regs));
	memset(&ctx->vfp, 0, sizeof(ctx->vfp));
	*vcpu_cpsr(vcpu) = SVC_MODE | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
}

static void reset_traps(struct kvm_vcpu *vcpu)
{
	struct kvm_guest_traps *traps = &vcpu->arch.ctx->traps;

	traps->hcr = host_hcr | HCR_TVM;
	traps->hcptr = GUEST_HCPTR;
	traps->hstr = GUEST_HSTR;
	traps->hdcr = GUEST_HDCR | host_hpmn;
	traps->cnthctl = GUEST_CNTHCTL;
	traps->vpidr = kvm_arm_ids.midr;
	/* Clusters of up to four cores, as those of Cortex-A15 and A7 */
	traps->vmpidr = MPIDR_MP | vcpu->vcpu_id / 4 << 8 | vcpu->vcpu_id % 4;
	vcpu->arch.ctx->id_mmfr3 = kvm_arm_ids.mmfr3;
	vcpu->arch.ctx->mvfr0 = kvm_arm_ids.mvfr0;
}

/* The state that a PSCI CPU_ON asked for */
static void start_at(struct kvm_vcpu *vcpu, const struct kvm_vcpu_reset *reset)
{
	*vcpu_pc(vcpu) = reset->pc & ~1UL;
	if (reset->pc & 1)
		*vcpu_cpsr(vcpu) |= PSR_T_BIT;
	if (reset->big_endian) {
		*vcpu_cpsr(vcpu) |= PSR_E_BIT;
		vcpu->arch.ctx->cp15.sctlr |= CR_EE;
	}
	*kvm_arm_vcpu_reg(vcpu, 0) = reset->r0;
}

/**
 * kvm_arm_vcpu_reset - bring a vCPU into its reset state
 * @vcpu: from its thread; may be loaded
 *
 * It starts at address 0, or where the PSCI CPU_ON that caused the reset asks
 * for (vcpu->arch.reset). Its interrupts stay as they are: the interrupt
 * controller is a device, which user space resets.
 */
void kvm_arm_vcpu_reset(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_reset reset;
	bool loaded;

	spin_lock(&vcpu->arch.mp_lock);
	reset = vcpu->arch.reset;
	vcpu->arch.reset.pending = false;
	spin_unlock(&vcpu->arch.mp_lock);

	if (kvm_arm_vcpu_has_pmu(vcpu))
		kvm_arm_pmu_reset(vcpu);

	preempt_disable();
	loaded = vcpu->cpu != -1;
	if (loaded)
		kvm_arch_vcpu_put(vcpu);

	reset_core(vcpu);
	kvm_arm_cp15_reset(vcpu);
	reset_traps(vcpu);
	kvm_arm_cp14_reset(vcpu);
	if (reset.pending)
		start_at(vcpu, &reset);
	vcpu->arch.mmio_pending = KVM_ARM_MMIO_NONE;
	kvm_arm_timer_reset_vcpu(vcpu);

	if (loaded)
		kvm_arch_vcpu_load(vcpu, smp_processor_id());
	preempt_enable();
}
