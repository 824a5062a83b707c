// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the reason of an exit to its handler.
 */
#include <linux/kvm_host.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include "trace.h"

static int exit_wfx(struct kvm_vcpu *vcpu)
{
	bool is_wfe = vcpu_hsr(vcpu) & HSR_WFX_WFE;

	trace_kvm_wfx(*vcpu_pc(vcpu), is_wfe);
	kvm_arm_vcpu_skip_instr(vcpu);
	kvm_arm_vgic_kick_waiting(vcpu);
	if (is_wfe) {
		/* It spins: let the one run that it waits for */
		vcpu->stat.wfe_exit_stat++;
		kvm_vcpu_on_spin(vcpu, kvm_arch_vcpu_in_kernel(vcpu));
	} else {
		vcpu->stat.wfi_exit_stat++;
		kvm_arm_vgic_sync(vcpu);
		kvm_vcpu_srcu_read_unlock(vcpu);
		kvm_vcpu_halt(vcpu);
		kvm_vcpu_srcu_read_lock(vcpu);
	}
	return 1;
}

/* Guests are shown no Security Extensions: SMC is undefined. */
static int exit_undefined(struct kvm_vcpu *vcpu)
{
	kvm_arm_inject_undef(vcpu);
	return 1;
}

static int (*const exit_handlers[])(struct kvm_vcpu *vcpu) = {
	[HSR_EC_WFX]		= exit_wfx,
	[HSR_EC_CP15_32]	= kvm_arm_cp15_trap32,
	[HSR_EC_CP15_64]	= kvm_arm_cp15_trap64,
	[HSR_EC_CP14_32]	= kvm_arm_cp14_trap,
	[HSR_EC_CP14_LS]	= kvm_arm_cp14_trap,
	[HSR_EC_CP14_64]	= kvm_arm_cp14_trap,
	[HSR_EC_CP_0_13]	= kvm_arm_cp10_trap,
	[HSR_EC_CP10_ID]	= kvm_arm_cp10_trap,
	[HSR_EC_HVC]		= kvm_arm_hypercall,
	[HSR_EC_SMC]		= exit_undefined,
	[HSR_EC_PABT]		= kvm_arm_stage2_abort,
	[HSR_EC_DABT]		= kvm_arm_stage2_abort,
};

static int exit_trap(struct kvm_vcpu *vcpu)
{
	u32 ec = HSR_EC(vcpu_hsr(vcpu));

	if (!kvm_arm_vcpu_cond_passed(vcpu)) {
		kvm_arm_vcpu_skip_instr(vcpu);
		return 1;
	}
	if (ec >= ARRAY_SIZE(exit_handlers) || !exit_handlers[ec])
		return exit_undefined(vcpu);
	return exit_handlers[ec](vcpu);
}

/**
 * kvm_arm_exit_fast - answer an exit that needs no host services
 * @vcpu: the vCPU, just out of the guest; IRQs are off
 *
 * Return: true if it is answered and the guest can go on, false if the exit is
 * for kvm_arm_exit().
 */
bool kvm_arm_exit_fast(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.ctx->exit != KVM_ARM_EXIT_TRAP)
		return false;

	switch (HSR_EC(vcpu_hsr(vcpu))) {
	case HSR_EC_HVC:
		return kvm_arm_hypercall_fast(vcpu);
	case HSR_EC_DABT:
		return kvm_arm_mmio_fast(vcpu);
	case HSR_EC_CP15_32:
		return kvm_arm_cp15_fast(vcpu);
	default:
		if (HSR_EC(vcpu_hsr(vcpu)) == HSR_EC_PABT)
			kvm_arm_debug_note(vcpu);
		return false;
	}
}

/**
 * kvm_arm_exit - handle an exit
 * @vcpu: the vCPU; IRQs are on, kvm->srcu is held for reading
 *
 * Return: >0 to go on in the guest, 0 to go to user space with vcpu->run filled,
 * or a negative error.
 */
int kvm_arm_exit(struct kvm_vcpu *vcpu)
{
	switch (vcpu->arch.ctx->exit) {
	case KVM_ARM_EXIT_TRAP:
		return exit_trap(vcpu);
	case KVM_ARM_EXIT_ABORT:
		/* The guest's own doing, as far as can be known */
		kvm_arm_inject_vabt(vcpu);
		return 1;
	default:
		return 1;
	}
}
