// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLB maintenance that only Hyp mode can do (DDI 0406C, B3.10.5). ARMv7 cannot
 * invalidate by IPA: the unit is the VMID.
 */
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/kvm/hyp.h>
#include "hyp.h"

/* The host runs with VTTBR 0; operations act on the current VMID. */
static __always_inline void set_vttbr(u32 low, u32 high)
{
	asm volatile("mcrr p15, 6, %0, %1, c2" : : "r" (low), "r" (high));
	isb();
}

/**
 * kvm_hyp_tlb_flush_vm - forget all translations of a VM, on all CPUs
 * @vttbr_low: VTTBR bits 31:0
 * @vttbr_high: VTTBR bits 63:32, with the VMID
 *
 * For kvm_hyp_call(), with preemption off, after the tables were changed.
 */
void __hyp kvm_hyp_tlb_flush_vm(u32 vttbr_low, u32 vttbr_high)
{
	dsb(ish);
	set_vttbr(vttbr_low, vttbr_high);
	asm volatile("mcr p15, 0, %0, c8, c3, 0	@ TLBIALLIS" : : "r" (0));
	dsb(ish);
	set_vttbr(0, 0);
}

/**
 * kvm_hyp_tlb_flush_vm_local - forget all translations of a VM, on this CPU
 * @vttbr_low: VTTBR bits 31:0
 * @vttbr_high: VTTBR bits 63:32, with the VMID
 *
 * For kvm_hyp_call(), with preemption off.
 */
void __hyp kvm_hyp_tlb_flush_vm_local(u32 vttbr_low, u32 vttbr_high)
{
	set_vttbr(vttbr_low, vttbr_high);
	asm volatile("mcr p15, 0, %0, c8, c7, 0	@ TLBIALL" : : "r" (0));
	dsb(nsh);
	set_vttbr(0, 0);
}

/**
 * kvm_hyp_tlb_flush_all - forget all of PL1&0, of every VMID, on all CPUs
 *
 * For kvm_hyp_call(), when VMIDs are used again. Instruction caches can be
 * tagged with the VMID, too (DDI 0406C, B3.11.2).
 */
void __hyp kvm_hyp_tlb_flush_all(void)
{
	dsb(ish);
	asm volatile("mcr p15, 4, %0, c8, c3, 4	@ TLBIALLNSNHIS" : : "r" (0));
	asm volatile("mcr p15, 0, %0, c7, c1, 0	@ ICIALLUIS" : : "r" (0));
	dsb(ish);
	isb();
}

/**
 * kvm_hyp_tlb_flush_hyp - forget a page of Hyp mode, on all CPUs
 * @va: its address
 *
 * For kvm_hyp_call(), after the tables were changed.
 */
void __hyp kvm_hyp_tlb_flush_hyp(unsigned long va)
{
	dsb(ish);
	asm volatile("mcr p15, 4, %0, c8, c3, 1	@ TLBIMVAHIS" : : "r" (va));
	dsb(ish);
	isb();
}
