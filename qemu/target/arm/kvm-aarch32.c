/*
 * KVM on Arm: the register interface of 32-bit kernels
 *
 * Copyright (C) 2026 the KVM for ARMv7 hosts project
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "qemu/error-report.h"
#include "system/kvm.h"
#include "hw/core/cpu.h"
#include "kvm_arm.h"
#include "kvm-arch.h"
#include "cpu.h"
#include "internals.h"

QEMU_BUILD_BUG_ON(QEMU_KVM_ARM_TARGET_CORTEX_A15 != KVM_ARM_TARGET_CORTEX_A15);
QEMU_BUILD_BUG_ON(QEMU_KVM_ARM_TARGET_CORTEX_A7 != KVM_ARM_TARGET_CORTEX_A7);

/* Ids: @word is the register's place in struct kvm_regs, in 32-bit words */
#define CORE_REG(word) \
    (KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE | (word))
#define VFP_D_REG(n) \
    (KVM_REG_ARM | KVM_REG_SIZE_U64 | KVM_REG_ARM_VFP | \
     (KVM_REG_ARM_VFP_BASE_REG + (n)))
#define VFP_CTRL_REG(which) \
    (KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_VFP | \
     KVM_REG_ARM_VFP_ ## which)

#define MIDR_REG    ARM_CP15_REG32(0, 0, 0, 0)
#define MPIDR_REG   ARM_CP15_REG32(0, 0, 0, 5)

/* The last word of usr_regs is r0 at a system call: not a register */
#define CORE_WORDS      (sizeof(struct kvm_regs) / sizeof(uint32_t))
#define CORE_ORIG_R0    17

/* The modes that have r13, r14 and SPSR of their own, and only those */
static const struct {
    int bank;
    size_t offset;
} banked_modes[] = {
    { BANK_SVC, offsetof(struct kvm_regs, svc_regs) },
    { BANK_ABT, offsetof(struct kvm_regs, abt_regs) },
    { BANK_UND, offsetof(struct kvm_regs, und_regs) },
    { BANK_IRQ, offsetof(struct kvm_regs, irq_regs) },
};

/* ID registers: all have CRn 0 and opc1 0 */
static const struct {
    uint8_t crm;
    uint8_t opc2;
    bool since_v8;
    size_t offset;
} id_regs[] = {
    { 1, 0, false, offsetof(ARMISARegisters, id_pfr0) },
    { 1, 1, false, offsetof(ARMISARegisters, id_pfr1) },
    { 1, 2, false, offsetof(ARMISARegisters, id_dfr0) },
    { 1, 4, false, offsetof(ARMISARegisters, id_mmfr0) },
    { 1, 5, false, offsetof(ARMISARegisters, id_mmfr1) },
    { 1, 6, false, offsetof(ARMISARegisters, id_mmfr2) },
    { 1, 7, false, offsetof(ARMISARegisters, id_mmfr3) },
    { 2, 0, false, offsetof(ARMISARegisters, id_isar0) },
    { 2, 1, false, offsetof(ARMISARegisters, id_isar1) },
    { 2, 2, false, offsetof(ARMISARegisters, id_isar2) },
    { 2, 3, false, offsetof(ARMISARegisters, id_isar3) },
    { 2, 4, false, offsetof(ARMISARegisters, id_isar4) },
    { 2, 5, false, offsetof(ARMISARegisters, id_isar5) },
    { 2, 6, true, offsetof(ARMISARegisters, id_mmfr4) },
    { 2, 7, true, offsetof(ARMISARegisters, id_isar6) },
};

static int read_id_reg(int vcpu_fd, uint64_t id, uint32_t *value)
{
    struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

    return ioctl(vcpu_fd, KVM_GET_ONE_REG, &reg) < 0 ? -errno : 0;
}

static const char *host_dtb_compatible(uint32_t midr)
{
    static const struct {
        uint16_t part;
        const char *compatible;
    } arm_cores[] = {
        { 0xc07, "arm,cortex-a7" },
        { 0xc0d, "arm,cortex-a12" },
        { 0xc0e, "arm,cortex-a17" },
        { 0xc0f, "arm,cortex-a15" },
        { 0xd03, "arm,cortex-a53" },
        { 0xd07, "arm,cortex-a57" },
        { 0xd08, "arm,cortex-a72" },
    };
    int i;

    if (extract32(midr, 24, 8) == 'A') {
        for (i = 0; i < ARRAY_SIZE(arm_cores); i++) {
            if (extract32(midr, 4, 12) == arm_cores[i].part) {
                return arm_cores[i].compatible;
            }
        }
    }
    return "arm,armv7";
}

static bool read_host_cpu(int vcpu_fd, ARMHostCPUFeatures *ahcf)
{
    uint64_t features = 0;
    uint32_t midr;
    int i, ret;

    if (read_id_reg(vcpu_fd, MIDR_REG, &midr)) {
        return false;
    }
    ahcf->dtb_compatible = host_dtb_compatible(midr);

    for (i = 0; i < ARRAY_SIZE(id_regs); i++) {
        ret = read_id_reg(vcpu_fd,
                          ARM_CP15_REG32(0, 0, id_regs[i].crm, id_regs[i].opc2),
                          (void *)&ahcf->isar + id_regs[i].offset);
        if (ret && !(ret == -ENOENT && id_regs[i].since_v8)) {
            return false;
        }
    }

    /* Not there on a core without floating point: then both stay 0 */
    read_id_reg(vcpu_fd, VFP_CTRL_REG(MVFR0), &ahcf->isar.mvfr0);
    read_id_reg(vcpu_fd, VFP_CTRL_REG(MVFR1), &ahcf->isar.mvfr1);

    /* KVM needs the Virtualization Extensions and the generic timer */
    features |= 1ULL << ARM_FEATURE_V7VE;
    features |= 1ULL << ARM_FEATURE_GENERIC_TIMER;
    /* Always: on a host that has none, asking for it is told just that */
    features |= 1ULL << ARM_FEATURE_PMU;
    if (FIELD_EX32(ahcf->isar.mvfr1, MVFR1, SIMDLS)) {
        features |= 1ULL << ARM_FEATURE_NEON;
    }
    if (FIELD_EX32(ahcf->isar.id_pfr0, ID_PFR0, STATE3)) {
        features |= 1ULL << ARM_FEATURE_THUMB2EE;
    }
    /* An ARMv8 core on which a 32-bit kernel runs: SEVL came with ARMv8 */
    if (FIELD_EX32(ahcf->isar.id_isar5, ID_ISAR5, SEVL)) {
        features |= 1ULL << ARM_FEATURE_V8;
    }
    ahcf->features = features;

    return true;
}

bool kvm_arm_get_host_cpu_features(ARMHostCPUFeatures *ahcf)
{
    struct kvm_vcpu_init init = { .target = -1 };
    int fds[3];
    bool ok;

    if (kvm_arm_pmu_supported()) {
        init.features[0] |= 1 << KVM_ARM_VCPU_PMU_V3;
    }
    if (!kvm_arm_create_scratch_host_vcpu(NULL, fds, &init)) {
        return false;
    }
    ahcf->target = init.target;
    ok = read_host_cpu(fds[2], ahcf);
    kvm_arm_destroy_scratch_host_vcpu(fds);

    return ok;
}

bool kvm_arm_reg_syncs_via_cpreg_list(uint64_t regidx)
{
    switch (regidx & KVM_REG_ARM_COPROC_MASK) {
    case KVM_REG_ARM_CORE:
        return false;
    case KVM_REG_ARM_VFP:
        /* By hand: what QEMU has a place for and the guest can change */
        return (regidx & KVM_REG_SIZE_MASK) != KVM_REG_SIZE_U64 &&
               regidx != VFP_CTRL_REG(FPSCR) &&
               regidx != VFP_CTRL_REG(FPEXC);
    default:
        return true;
    }
}

int kvm_arm_setup_vcpu(ARMCPU *cpu)
{
    CPUState *cs = CPU(cpu);
    uint32_t mpidr;
    int ret;

    if (arm_feature(&cpu->env, ARM_FEATURE_EL2)) {
        error_report("KVM cannot give a guest CPU the Virtualization "
                     "Extensions. If the machine has an option "
                     "'virtualization', set it to 'off'.");
        return -EINVAL;
    }

    if (cpu->has_pmu) {
        cpu->kvm_init_features[0] |= 1 << KVM_ARM_VCPU_PMU_V3;
    }

    ret = kvm_arm_vcpu_init(cpu);
    if (ret) {
        g_autofree char *model =
            cpu_model_from_type(object_get_typename(OBJECT(cpu)));

        error_report("KVM cannot run a guest CPU '%s' on this host's CPU (%s). "
                     "Use '-cpu host'.", model, strerror(-ret));
        return ret;
    }

    /* PSCI is in the kernel and names CPUs by the affinities KVM gave them */
    ret = kvm_get_one_reg(cs, MPIDR_REG, &mpidr);
    if (ret) {
        return ret;
    }
    cpu->mp_affinity = mpidr & ARM32_AFFINITY_MASK;

    return 0;
}

/* Save what QEMU keeps for the current mode in regs[] and spsr to its bank */
static void save_current_bank(CPUARMState *env)
{
    int mode = env->uncached_cpsr & CPSR_M;
    uint32_t *r8 = mode == ARM_CPU_MODE_FIQ ? env->fiq_regs : env->usr_regs;

    memcpy(r8, env->regs + 8, sizeof(env->usr_regs));
    env->banked_r13[bank_number(mode)] = env->regs[13];
    env->banked_r14[r14_bank_number(mode)] = env->regs[14];
    env->banked_spsr[bank_number(mode)] = env->spsr;
}

static void load_current_bank(CPUARMState *env)
{
    int mode = env->uncached_cpsr & CPSR_M;
    uint32_t *r8 = mode == ARM_CPU_MODE_FIQ ? env->fiq_regs : env->usr_regs;

    memcpy(env->regs + 8, r8, sizeof(env->usr_regs));
    env->regs[13] = env->banked_r13[bank_number(mode)];
    env->regs[14] = env->banked_r14[r14_bank_number(mode)];
    env->spsr = env->banked_spsr[bank_number(mode)];
}

static void core_regs_from_env(struct kvm_regs *core, CPUARMState *env)
{
    uint32_t *usr = (uint32_t *)core->usr_regs.uregs;
    uint32_t *fiq = (uint32_t *)core->fiq_regs;
    int i;

    save_current_bank(env);

    memcpy(usr, env->regs, 8 * sizeof(uint32_t));
    memcpy(usr + 8, env->usr_regs, sizeof(env->usr_regs));
    usr[13] = env->banked_r13[BANK_USRSYS];
    usr[14] = env->banked_r14[BANK_USRSYS];
    usr[15] = env->regs[15];
    usr[16] = cpsr_read(env);

    for (i = 0; i < ARRAY_SIZE(banked_modes); i++) {
        uint32_t *regs = (void *)core + banked_modes[i].offset;
        int bank = banked_modes[i].bank;

        regs[0] = env->banked_r13[bank];
        regs[1] = env->banked_r14[bank];
        regs[2] = env->banked_spsr[bank];
    }

    memcpy(fiq, env->fiq_regs, sizeof(env->fiq_regs));
    fiq[5] = env->banked_r13[BANK_FIQ];
    fiq[6] = env->banked_r14[BANK_FIQ];
    fiq[7] = env->banked_spsr[BANK_FIQ];
}

static void core_regs_to_env(struct kvm_regs *core, CPUARMState *env)
{
    uint32_t *usr = (uint32_t *)core->usr_regs.uregs;
    uint32_t *fiq = (uint32_t *)core->fiq_regs;
    int i;

    memcpy(env->regs, usr, 8 * sizeof(uint32_t));
    memcpy(env->usr_regs, usr + 8, sizeof(env->usr_regs));
    env->banked_r13[BANK_USRSYS] = usr[13];
    env->banked_r14[BANK_USRSYS] = usr[14];
    env->regs[15] = usr[15];
    cpsr_write(env, usr[16], 0xffffffff, CPSRWriteRaw);

    for (i = 0; i < ARRAY_SIZE(banked_modes); i++) {
        uint32_t *regs = (void *)core + banked_modes[i].offset;
        int bank = banked_modes[i].bank;

        env->banked_r13[bank] = regs[0];
        env->banked_r14[bank] = regs[1];
        env->banked_spsr[bank] = regs[2];
    }

    memcpy(env->fiq_regs, fiq, sizeof(env->fiq_regs));
    env->banked_r13[BANK_FIQ] = fiq[5];
    env->banked_r14[BANK_FIQ] = fiq[6];
    env->banked_spsr[BANK_FIQ] = fiq[7];

    load_current_bank(env);
}

static int vfp_d_regs(ARMCPU *cpu)
{
    return cpu_isar_feature(aa32_simd_r32, cpu) ? 32 : 16;
}

static int put_vfp_regs(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    uint32_t fpscr;
    int i, ret;

    if (!cpu_isar_feature(aa32_vfp_simd, cpu)) {
        return 0;
    }

    for (i = 0; i < vfp_d_regs(cpu); i++) {
        ret = kvm_set_one_reg(cs, VFP_D_REG(i), aa32_vfp_dreg(env, i));
        if (ret) {
            return ret;
        }
    }

    fpscr = vfp_get_fpscr(env);
    ret = kvm_set_one_reg(cs, VFP_CTRL_REG(FPSCR), &fpscr);
    if (ret) {
        return ret;
    }
    return kvm_set_one_reg(cs, VFP_CTRL_REG(FPEXC),
                           &env->vfp.xregs[ARM_VFP_FPEXC]);
}

static int get_vfp_regs(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    uint32_t fpscr;
    int i, ret;

    if (!cpu_isar_feature(aa32_vfp_simd, cpu)) {
        return 0;
    }

    for (i = 0; i < vfp_d_regs(cpu); i++) {
        ret = kvm_get_one_reg(cs, VFP_D_REG(i), aa32_vfp_dreg(env, i));
        if (ret) {
            return ret;
        }
    }

    ret = kvm_get_one_reg(cs, VFP_CTRL_REG(FPSCR), &fpscr);
    if (ret) {
        return ret;
    }
    vfp_set_fpscr(env, fpscr);
    return kvm_get_one_reg(cs, VFP_CTRL_REG(FPEXC),
                           &env->vfp.xregs[ARM_VFP_FPEXC]);
}

int kvm_arm_put_core_regs(CPUState *cs)
{
    struct kvm_regs core;
    uint32_t *words = (uint32_t *)&core;
    int i, ret;

    core_regs_from_env(&core, cpu_env(cs));

    for (i = 0; i < CORE_WORDS; i++) {
        if (i == CORE_ORIG_R0) {
            continue;
        }
        ret = kvm_set_one_reg(cs, CORE_REG(i), &words[i]);
        if (ret) {
            return ret;
        }
    }

    return put_vfp_regs(cs);
}

int kvm_arm_get_core_regs(CPUState *cs)
{
    struct kvm_regs core;
    uint32_t *words = (uint32_t *)&core;
    int i, ret;

    for (i = 0; i < CORE_WORDS; i++) {
        if (i == CORE_ORIG_R0) {
            continue;
        }
        ret = kvm_get_one_reg(cs, CORE_REG(i), &words[i]);
        if (ret) {
            return ret;
        }
    }

    core_regs_to_env(&core, cpu_env(cs));

    return get_vfp_regs(cs);
}

/* Only 64-bit kernels 5.5 to 5.5.4 got the fault status wrong */
bool kvm_arm_verify_ext_dabt_pending(ARMCPU *cpu)
{
    return true;
}

/* kvm_arm_steal_time_finalize() refused: stolen time is for AArch64 guests */
void kvm_arm_pvtime_init(ARMCPU *cpu, uint64_t ipa)
{
    g_assert_not_reached();
}

static void arm_host_initfn(Object *obj)
{
    kvm_arm_set_cpu_features_from_host(ARM_CPU(obj));
}

static const ARMCPUInfo arm_host_cpu_info = {
    .name = "host",
    .initfn = arm_host_initfn,
};

static void arm_host_cpu_register_types(void)
{
    arm_cpu_register(&arm_host_cpu_info);
}

type_init(arm_host_cpu_register_types)
