/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What highvisor and lowvisor share: the state of a vCPU that the world switch
 * moves, the state of the host that it brings back, and the calls into Hyp mode.
 *
 * Hyp mode maps the lowvisor's text, each CPU's Hyp stack with its struct
 * kvm_host_ctx, and each vCPU's struct kvm_guest_ctx, all at the address that
 * they have in the kernel. It can touch nothing else.
 */
#ifndef __ARM_KVM_HYP_H
#define __ARM_KVM_HYP_H

#include <linux/types.h>
#include <asm/kvm.h>

/* Why the lowvisor came back from the guest: struct kvm_guest_ctx::exit */
#define KVM_ARM_EXIT_TRAP	0	/* HSR has the syndrome */
#define KVM_ARM_EXIT_IRQ	1	/* a physical interrupt is pending */
#define KVM_ARM_EXIT_RETRY	2	/* the fault's IPA is gone: run again */
#define KVM_ARM_EXIT_ABORT	3	/* an asynchronous external abort */

/* Registers of a GICv3, for kvm_hyp_read_ich(); order as in hyp/gicv3.S */
#define KVM_HYP_ICH_LR(n)	(n)
#define KVM_HYP_ICH_LRC(n)	(16 + (n))
#define KVM_HYP_ICH_HCR		32
#define KVM_HYP_ICH_VTR		33
#define KVM_HYP_ICH_AP1R0	34
#define KVM_HYP_ICC_HSRE	35

#ifndef __ASSEMBLY__

/*
 * CP15 registers of PL1 and PL0 that the guest owns.
 *
 * The first group is what the host needs for itself at once: the lowvisor
 * switches it on each entry and exit. Its order is that of the code in
 * hyp/entry.S. The host kernel does not look at the second group with
 * interrupts off, so it stays in the CPU until they come on. The third group
 * means nothing to the host kernel, but to the host's processes: it stays until
 * the vCPU thread is scheduled out or returns to user space. See vcpu_cp15.c.
 */
struct kvm_guest_cp15 {
	u32 sctlr;
	u32 ttbcr;
	u64 ttbr0;
	u64 ttbr1;
	u32 mair0;		/* PRRR with the Short-descriptor format */
	u32 mair1;		/* NMRR with the Short-descriptor format */
	u32 vbar;
	u32 tpidruro;
	u32 tpidrprw;

	u32 cpacr;
	u32 dfsr;
	u32 ifsr;
	u32 adfsr;
	u32 aifsr;
	u32 dfar;
	u32 ifar;

	u32 dacr;
	u32 amair0;
	u32 amair1;
	u32 tpidrurw;
	u32 contextidr;
	u32 csselr;
	u32 cntkctl;
	u64 par;
};

/* VFP and Advanced SIMD: the order is that of the code in hyp/vfp.S */
struct kvm_guest_vfp {
	u64 d[32];
	u32 fpexc;
	u32 fpscr;
	u32 fpinst;
	u32 fpinst2;
};

#define KVM_ARM_MAX_DEBUG_PAIRS	16

/* DBGBVR and DBGBCR, or DBGWVR and DBGWCR; order as in hyp/debug.S */
struct kvm_debug_pair {
	u32 value;
	u32 control;
};

/* Hyp-mode registers while the guest runs; order as in hyp/entry.S */
struct kvm_guest_traps {
	u64 vttbr;
	u32 hcr;
	u32 hcptr;
	u32 hstr;
	u32 hdcr;
	u32 vpidr;
	u32 vmpidr;
	u32 cnthctl;
};

/**
 * struct kvm_guest_ctx - all of a vCPU that the lowvisor reads and writes
 * @regs: general-purpose and banked registers, in the layout of the user-space
 *	interface: r0-r12, SP_usr, LR_usr, PC, CPSR, then the banked ones
 * @cp15: CP15 state; the groups of it that are in memory depend on where the
 *	vCPU is, see struct kvm_guest_cp15
 * @traps: what traps, and the Stage-2 tables to use
 * @enter: code of the lowvisor that enters the guest: @switch_to, or on a host with a
 *	GICv3 kvm_hyp_switch_to_gicv2
 * @switch_to: kvm_hyp_switch_to_guest, or kvm_hyp_switch_to_debugged
 * @exit: why the guest stopped, KVM_ARM_EXIT_*
 * @hsr: Hyp Syndrome Register of the last trap
 * @hxfar: virtual address of the last data or prefetch abort
 * @hpfar: faulting IPA[39:12] in bits 31:4, as in HPFAR
 * @id_mmfr3: what the guest reads from ID_MMFR3
 * @mvfr0: and from MVFR0
 * @vmcr: GICH_VMCR, on a host with a GICv3
 * @vfp_loaded: the VFP registers hold the guest's state, not the host's
 * @vfp: VFP state, valid unless @vfp_loaded
 * @breakpoints: those that user space or the guest has set in the guest; those of the
 *	host while the guest runs with kvm_hyp_switch_to_debugged
 * @watchpoints: the same
 *
 * One page for each vCPU, so that Hyp mode maps no other kernel data with it.
 */
struct kvm_guest_ctx {
	struct kvm_guest_traps traps;
	struct kvm_regs regs;
	void *enter;
	u32 exit;
	u32 hsr;
	u32 hxfar;
	u32 hpfar;
	u32 id_mmfr3;
	u32 mvfr0;
	void *switch_to;
	u32 vmcr;
	u32 vfp_loaded;
	struct kvm_guest_cp15 cp15;
	struct kvm_guest_vfp vfp;
	struct kvm_debug_pair breakpoints[KVM_ARM_MAX_DEBUG_PAIRS];
	struct kvm_debug_pair watchpoints[KVM_ARM_MAX_DEBUG_PAIRS];
};

/**
 * struct kvm_host_ctx - what the lowvisor restores for the host
 *
 * It stands at the top of the CPU's Hyp stack. Written by the highvisor when
 * Hyp mode is enabled on the CPU, and its second part when a vCPU is loaded,
 * as all of it is constant from then until the vCPU is put: the switch to the
 * host restores but need not save it. Order as in hyp/entry.S.
 */
struct kvm_host_ctx {
	/* When a vCPU is loaded */
	u32 sctlr;
	u32 ttbcr;
	u64 ttbr0;
	u64 ttbr1;
	u32 mair0;
	u32 mair1;
	u32 vbar;
	u32 tpidruro;
	u32 tpidrprw;
	/* When Hyp mode is enabled */
	u32 hdcr;
	u32 vpidr;
	u32 vmpidr;
	u32 cnthctl;
	u32 host_vectors;
	u32 guest_vectors;
	u32 sp_abt;
	u32 sp_und;
	u32 sp_irq;
	u32 sp_fiq;
	u32 hcr;		/* 0; with a GICv3, what hyp/gicv3.S needs until it is done */
	u32 panic[3];		/* ELR_hyp, HSR, HDFAR of a fault in Hyp mode */
	u32 debug[3];		/* hyp/debug.S: the context; ELR_hyp, SPSR to go back with */
	u32 gicv2[3];		/* hyp/gicv3.S: the same */
	u32 icc_sre;		/* with a GICv3, or else 0 */
	u32 icc_hsre;
	u32 fiq[6];		/* r8_fiq - r12_fiq, lr_fiq: with CONFIG_FIQ */
};

/*
 * Enter the guest of @ctx; back on a trap or physical interrupt, with
 * ctx->exit set. IRQs off, @ctx mapped in Hyp mode.
 */
void kvm_hyp_enter_guest(struct kvm_guest_ctx *ctx);

/* Run @fn(@a, @b), a function of the lowvisor, in Hyp mode; its result. */
u32 kvm_hyp_call(void *fn, unsigned long a, unsigned long b);

/* Functions of the lowvisor for kvm_hyp_call(); 64-bit values go in halves */
void kvm_hyp_tlb_flush_vm(u32 vttbr_low, u32 vttbr_high);
void kvm_hyp_tlb_flush_vm_local(u32 vttbr_low, u32 vttbr_high);
void kvm_hyp_tlb_flush_all(void);
void kvm_hyp_tlb_flush_hyp(unsigned long va);
void kvm_hyp_set_cntvoff(u32 low, u32 high);
void kvm_hyp_read_host(struct kvm_host_ctx *host);
u32 kvm_hyp_try_gicv2(void);
u32 kvm_hyp_read_ich(u32 reg);
void kvm_hyp_write_ich(u32 reg, u32 val);

/* Take Hyp mode from the boot stub, give it back: to hyp/init.S. IRQs off. */
void kvm_hyp_init_cpu(unsigned long init, unsigned long pgd_pfn, void *vectors,
		      void *stack);
void kvm_hyp_reset_cpu(unsigned long reset, unsigned long stub);

/* Code of the lowvisor, by address only */
extern char kvm_hyp_init[], kvm_hyp_reset[];
extern char kvm_hyp_switch_to_guest[], kvm_hyp_switch_to_debugged[];
extern char kvm_hyp_switch_to_gicv2[];
extern char kvm_hyp_host_vectors[], kvm_hyp_guest_vectors[];
extern char kvm_hyp_guest_vectors_iciallu[], kvm_hyp_guest_vectors_bpiall[];
/* The boot stub's, arch/arm/kernel/hyp-stub.S */
extern char __hyp_stub_vectors[];
extern char __kvm_hyp_text_start[], __kvm_hyp_text_end[];

/* Take VFP from the guest: save it to @ctx, trap the next use. IRQs off. */
void kvm_vfp_put(struct kvm_guest_ctx *ctx);

#endif /* __ASSEMBLY__ */
#endif /* __ARM_KVM_HYP_H */
