// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual interface of a GICv3 that has the GICv2's CPU interface for guests
 * (IHI 0069, "Support for legacy operation of VMs"): the registers are the GICv2's, but
 * for the list registers' layout, and are system registers of Hyp mode.
 *
 * ICH_VMCR is switched with the guest: hyp/gicv3.S.
 */
#include <linux/bitfield.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/kvm_host.h>
#include <asm/cp15.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>

#define ICC_SRE			__ACCESS_CP15(c12, 0, c12, 5)
#define ICC_SRE_SRE		BIT(0)

/* ICH_LR: interrupt ID, and of SGIs the source CPU as GICV_IAR shows it */
#define ICH_LR_SOURCE		GENMASK(12, 10)

/* ICH_LRC, the upper half */
#define ICH_LRC_PINTID		GENMASK(9, 0)
#define ICH_LRC_EOI		BIT(9)
#define ICH_LRC_PRIORITY	GENMASK(23, 19)
#define ICH_LRC_GROUP1		BIT(28)
#define ICH_LRC_HW		BIT(29)
#define ICH_LRC_STATE		GENMASK(31, 30)

#define GICH_LR_PRIORITY	GENMASK(27, 23)

/* Bits of preemption, less 1 */
#define GICH_VTR_PREBITS	GENMASK(28, 26)

/**
 * vgic_v3_power_up() - note what the lowvisor restores on this CPU after a guest
 *
 * Context: Hyp mode is enabled, preemption off, no vCPU loaded.
 */
void vgic_v3_power_up(void)
{
	struct kvm_host_ctx *host = kvm_arm_this_host_ctx();

	host->hcr = HCR_AMO | HCR_IMO | HCR_FMO;
	host->icc_sre = read_sysreg(ICC_SRE);
	host->icc_hsre = kvm_hyp_call(kvm_hyp_read_ich, KVM_HYP_ICC_HSRE, 0);
}

static u32 ich_register(u32 offset)
{
	switch (offset) {
	case GICH_HCR:
		return KVM_HYP_ICH_HCR;
	case GICH_VTR:
		return KVM_HYP_ICH_VTR;
	default:
		return KVM_HYP_ICH_AP1R0;
	}
}

/**
 * vgic_v3_read() - read a register of this CPU's virtual interface
 * @offset: GICH_HCR, GICH_VTR or GICH_APR
 *
 * Context: preemption off.
 * Return: its content.
 */
u32 vgic_v3_read(u32 offset)
{
	return kvm_hyp_call(kvm_hyp_read_ich, ich_register(offset), 0);
}

/**
 * vgic_v3_write() - write a register of this CPU's virtual interface
 * @val: what to write
 * @offset: GICH_HCR or GICH_APR
 *
 * Context: preemption off.
 */
void vgic_v3_write(u32 val, u32 offset)
{
	kvm_hyp_call(kvm_hyp_write_ich, ich_register(offset), val);
}

/**
 * vgic_v3_has_v2_mode() - can this CPU's virtual CPU interface be a GICv2's?
 *
 * Context: Hyp mode is enabled, preemption off, no vCPU loaded.
 * Return: false if ICC_SRE.SRE cannot be cleared, or if the active priorities are more
 * than ICH_AP1R0 holds.
 */
bool vgic_v3_has_v2_mode(void)
{
	return !(kvm_hyp_call(kvm_hyp_try_gicv2, 0, 0) & ICC_SRE_SRE) &&
	       FIELD_GET(GICH_VTR_PREBITS, vgic_v3_read(GICH_VTR)) < 5;
}

/**
 * vgic_v3_read_lr() - read a list register of this CPU
 * @n: which one
 * @lr: as GICH_LR<n> when it was written or read last; all but the state is that still
 *
 * Context: preemption off.
 * Return: as GICH_LR<n>, which is in @lr now, too.
 */
u32 vgic_v3_read_lr(unsigned int n, u32 *lr)
{
	u32 lrc = kvm_hyp_call(kvm_hyp_read_ich, KVM_HYP_ICH_LRC(n), 0);

	*lr = (*lr & ~GICH_LR_STATE) |
	      FIELD_PREP(GICH_LR_STATE, FIELD_GET(ICH_LRC_STATE, lrc));
	return *lr;
}

/**
 * vgic_v3_write_lr() - write a list register of this CPU
 * @n: which one
 * @lr: as GICH_LR<n>
 *
 * Context: IRQs off.
 */
void vgic_v3_write_lr(unsigned int n, u32 lr)
{
	u32 intid = lr & GICH_LR_VIRTUALID;
	u32 lrc = FIELD_PREP(ICH_LRC_STATE, FIELD_GET(GICH_LR_STATE, lr)) |
		  FIELD_PREP(ICH_LRC_PRIORITY, FIELD_GET(GICH_LR_PRIORITY, lr));

	if (lr & GICH_LR_GROUP1)
		lrc |= ICH_LRC_GROUP1;
	if (lr & GICH_LR_HW) {
		lrc |= ICH_LRC_HW | FIELD_PREP(ICH_LRC_PINTID,
					       FIELD_GET(GICH_LR_PHYSID_CPUID, lr));
	} else {
		intid |= lr & ICH_LR_SOURCE;
		if (lr & GICH_LR_EOI)
			lrc |= ICH_LRC_EOI;
	}
	kvm_hyp_call(kvm_hyp_write_ich, KVM_HYP_ICH_LR(n), intid);
	kvm_hyp_call(kvm_hyp_write_ich, KVM_HYP_ICH_LRC(n), lrc);
}
