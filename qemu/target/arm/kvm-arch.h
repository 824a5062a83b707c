/*
 * KVM on Arm hosts: what kvm.c asks of the instruction set it runs on
 *
 * kvm-aarch64.c answers for 64-bit kernels, kvm-aarch32.c for 32-bit ones:
 * the two have register interfaces of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TARGET_ARM_KVM_ARCH_H
#define TARGET_ARM_KVM_ARCH_H

#include <linux/kvm.h>
#include "cpu.h"

/* Bits of device_irq_level that asm-arm/kvm.h does not have yet */
#ifndef KVM_ARM_DEV_EL1_VTIMER
#define KVM_ARM_DEV_EL1_VTIMER  (1 << 0)
#define KVM_ARM_DEV_EL1_PTIMER  (1 << 1)
#define KVM_ARM_DEV_PMU         (1 << 2)
#endif

/**
 * ARMHostCPUFeatures: information about the host CPU (identified
 * by asking the host kernel)
 */
typedef struct ARMHostCPUFeatures {
    ARMISARegisters isar;
    uint64_t features;
    uint32_t target;
    const char *dtb_compatible;
} ARMHostCPUFeatures;

/**
 * kvm_arm_get_host_cpu_features:
 * @ahcf: filled in with what the host's CPU has
 *
 * Identify the features of the host CPU by reading the ID registers of
 * a vCPU in a scratch VM.
 *
 * Returns: true on success, false if the kernel did not tell all
 */
bool kvm_arm_get_host_cpu_features(ARMHostCPUFeatures *ahcf);

/**
 * kvm_arm_reg_syncs_via_cpreg_list:
 * @regidx: KVM register index
 *
 * Return true if this KVM register should be synchronized via the
 * cpreg list of arbitrary system registers, false if it is synchronized
 * by hand using code in kvm_arm_get/put_core_regs().
 */
bool kvm_arm_reg_syncs_via_cpreg_list(uint64_t regidx);

/**
 * kvm_arm_setup_vcpu:
 * @cpu: ARMCPU, with the feature bits both instruction sets have set in
 * its kvm_init_features
 *
 * Add the feature bits the CPU's properties ask for, initialize the vCPU
 * (see kvm_arm_vcpu_init()) and take over the affinity KVM gave it.
 *
 * Returns: 0 if success else < 0 error code, with a message reported
 * where the cause is the user's choice of CPU
 */
int kvm_arm_setup_vcpu(ARMCPU *cpu);

/**
 * kvm_arm_put_core_regs:
 * @cs: CPUState
 *
 * Write the general-purpose, banked and floating-point registers to KVM.
 *
 * Returns: 0 if success else < 0 error code
 */
int kvm_arm_put_core_regs(CPUState *cs);

/**
 * kvm_arm_get_core_regs:
 * @cs: CPUState
 *
 * Read the general-purpose, banked and floating-point registers from KVM.
 *
 * Returns: 0 if success else < 0 error code
 */
int kvm_arm_get_core_regs(CPUState *cs);

/**
 * kvm_arm_verify_ext_dabt_pending:
 * @cpu: ARMCPU
 *
 * Verify the fault status code wrt the Ext DABT injection
 *
 * Returns: true if the fault status code is as expected, false otherwise
 */
bool kvm_arm_verify_ext_dabt_pending(ARMCPU *cpu);

/**
 * kvm_arm_handle_debug:
 * @cpu: ARMCPU
 * @debug_exit: debug part of the KVM exit structure
 *
 * Returns: TRUE if the debug exception was handled.
 */
bool kvm_arm_handle_debug(ARMCPU *cpu,
                          struct kvm_debug_exit_arch *debug_exit);

/* What kvm.c offers to the two */

/**
 * kvm_arm_vcpu_init:
 * @cpu: ARMCPU
 *
 * Initialize (or reinitialize) the VCPU by invoking the
 * KVM_ARM_VCPU_INIT ioctl with the CPU type and feature
 * bitmask specified in the CPUState.
 *
 * Returns: 0 if success else < 0 error code
 */
int kvm_arm_vcpu_init(ARMCPU *cpu);

/**
 * kvm_arm_set_device_attr:
 * @cpu: ARMCPU
 * @attr: attribute of the vCPU to set
 * @name: what it is called in the message if that fails
 *
 * Returns: true on success, false with a message reported otherwise
 */
bool kvm_arm_set_device_attr(ARMCPU *cpu, struct kvm_device_attr *attr,
                             const char *name);

#endif
