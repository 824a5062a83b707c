// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of the world switch that are rare enough to be in C.
 */
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/kvm/hyp.h>
#include "hyp.h"

#define PAR_F	1

/*
 * Find the IPA of the permission fault at ctx->hxfar, as PL1 would read it.
 * Called from the vectors, in the guest's translation regime. Another vCPU may
 * have changed the tables since: then the guest takes the fault again.
 */
u32 __hyp kvm_hyp_walk_stage1(struct kvm_guest_ctx *ctx)
{
	u64 guest_par, par;

	asm volatile("mrrc p15, 0, %Q0, %R0, c7" : "=r" (guest_par));
	asm volatile("mcr p15, 0, %0, c7, c8, 0	@ ATS1CPR" : : "r" (ctx->hxfar));
	isb();
	asm volatile("mrrc p15, 0, %Q0, %R0, c7" : "=r" (par));
	asm volatile("mcrr p15, 0, %Q0, %R0, c7" : : "r" (guest_par));

	if (par & PAR_F)
		return KVM_ARM_EXIT_RETRY;

	/* From Hyp mode PAR has the long format: PA[39:12] */
	ctx->hpfar = (u32)(par >> 8) & ~0xf;
	return KVM_ARM_EXIT_TRAP;
}

/**
 * kvm_hyp_set_cntvoff - set the offset of the virtual counter, CNTVOFF
 * @low: bits 31:0
 * @high: bits 63:32
 *
 * For kvm_hyp_call(). The offset is the host's too: it must be 0 whenever host
 * user space can run.
 */
void __hyp kvm_hyp_set_cntvoff(u32 low, u32 high)
{
	asm volatile("mcrr p15, 4, %0, %1, c14" : : "r" (low), "r" (high));
}

/**
 * kvm_hyp_read_host - note what the host has in registers that only Hyp mode reads
 * @host: this CPU's host context
 *
 * For kvm_hyp_call(), before a guest has run on this CPU.
 */
void __hyp kvm_hyp_read_host(struct kvm_host_ctx *host)
{
	asm volatile("mrc p15, 4, %0, c1, c1, 1	@ HDCR" : "=r" (host->hdcr));
	asm volatile("mrc p15, 4, %0, c14, c1, 0	@ CNTHCTL" : "=r" (host->cnthctl));
}
