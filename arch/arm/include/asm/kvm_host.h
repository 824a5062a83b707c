/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generic KVM asks of a 32-bit Arm host, and the functions that the files
 * of arch/arm/kvm and virt/kvm/arm call of each other.
 */
#ifndef __ARM_KVM_HOST_H
#define __ARM_KVM_HOST_H

#include <linux/types.h>
#include <linux/kvm.h>
#include <linux/kvm_types.h>
#include <linux/spinlock.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/mmio_decode.h>
#include <asm/kvm/pmu.h>
#include <asm/kvm/timer.h>
#include <asm/kvm/vgic.h>

#define KVM_MAX_VCPUS			VGIC_MAX_VCPUS
#define KVM_VCPU_MAX_FEATURES		4
#define KVM_HALT_POLL_NS_DEFAULT	500000
#define KVM_IRQCHIP_NUM_PINS		VGIC_NR_SPIS_MAX
#define KVM_DIRTY_LOG_MANUAL_CAPS	(KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE | \
					 KVM_DIRTY_LOG_INITIALLY_SET)
#define KVM_HAVE_MMU_RWLOCK

#define KVM_REQ_SLEEP \
	KVM_ARCH_REQ_FLAGS(0, KVM_REQUEST_WAIT | KVM_REQUEST_NO_WAKEUP)
#define KVM_REQ_VCPU_RESET		KVM_ARCH_REQ(1)
#define KVM_REQ_PVTIME			KVM_ARCH_REQ(4)	/* 2 and 3: asm/kvm/vgic.h */
#define KVM_REQ_PMU			KVM_ARCH_REQ(5)

#define __KVM_HAVE_ARCH_FLUSH_REMOTE_TLBS
#define __KVM_HAVE_ARCH_INTC_INITIALIZED

/* No single step: user space places breakpoints behind the instruction */
#define KVM_ARM_GUESTDBG_FLAGS		(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP | \
					 KVM_GUESTDBG_USE_HW)

struct kvm_arch_memory_slot {
};

/**
 * struct kvm_vmid - the Stage-2 TLB tag of a VM, vmid.c
 * @generation: of the allocator, when @vmid was handed out; 0: never
 * @vmid: 1-255; valid while @generation is the allocator's
 */
struct kvm_vmid {
	u64 generation;
	u32 vmid;
};

struct kvm_arch {
	/* Stage-2: concatenated level 1 tables, their address; see mmu.c */
	atomic64_t *stage2_pgd;
	phys_addr_t stage2_pgd_phys;
	struct kvm_vmid vmid;

	/* Index of the vCPU that each CPU loaded last, or -1 */
	int __percpu *last_vcpu;

	/* Offset of the guest's virtual counter from the host's counter */
	struct kvm_vm_timer timer;

	struct vgic_dist vgic;

	/* The PPI of the performance monitors; 0 until it is set for a vCPU */
	atomic_t pmu_irq;

	/* PSCI_VERSION as the guest sees it; 0: the highest, see psci.c */
	u32 psci_version;

	/* KVM_ARM_TARGET_* of all its vCPUs, plus 1; 0 until one is set up */
	atomic_t target;

	/* KVM_CAP_ARM_NISV_TO_USER is enabled */
	bool nisv_to_user;
};

/**
 * struct kvm_vcpu_reset - the state in which PSCI CPU_ON starts a vCPU
 * @pc: entry point; bit 0 asks for Thumb state
 * @r0: context id
 * @big_endian: data accesses of the new vCPU are big-endian, like its caller's
 * @pending: to be done by the vCPU's thread, on KVM_REQ_VCPU_RESET
 *
 * Protected by vcpu->arch.mp_lock.
 */
struct kvm_vcpu_reset {
	unsigned long pc;
	unsigned long r0;
	bool big_endian;
	bool pending;
};

/* What KVM_RUN has to complete first: struct kvm_vcpu_arch::mmio_pending */
enum kvm_arm_mmio_pending {
	KVM_ARM_MMIO_NONE,
	KVM_ARM_MMIO_SYNDROME,	/* the access that ctx->hsr describes */
	KVM_ARM_MMIO_INSN,	/* an access of the instruction in kvm_arm_mmio */
};

/**
 * struct kvm_arm_mmio - an instruction whose accesses are emulated, mmio_insn.c
 * @insn: it
 * @place: where it is, bit 0 for Thumb; ~0: nowhere
 * @retried: the same of one that could not be made out, and was run again
 * @wback: value of the base register when it is done
 * @ipa: of the first access
 * @next: number of accesses that are done
 * @data: what they store or have loaded
 */
struct kvm_arm_mmio {
	struct kvm_arm_ldst insn;
	u32 place;
	u32 retried;
	u32 wback;
	phys_addr_t ipa;
	unsigned int next;
	u32 data[32];
};

/**
 * struct kvm_vcpu_pvtime - stolen time, pvtime.c
 * @gpa: of the structure in the guest's memory; 0: there is none
 * @since: when the vCPU was preempted, as sched_clock() has it; 0: it was not
 * @stolen: nanoseconds that the guest has not been told of
 *
 * The vCPU's thread alone uses them, @since and @stolen with preemption off.
 */
struct kvm_vcpu_pvtime {
	gpa_t gpa;
	u64 since;
	u64 stolen;
};

/**
 * struct kvm_vcpu_debug - the guest's own debug registers, vcpu_cp14.c
 * @dscr: DBGDSCR, those bits of it that can be written
 * @oslsr: DBGOSLSR
 * @osdlr: DBGOSDLR
 * @claim: DBGCLAIMCLR
 * @moe: what DBGDSCR.MOE said of the last debug exception that was a Prefetch Abort,
 *	whosever it was
 * @breakpoints: DBGBVR and DBGBCR
 * @watchpoints: DBGWVR and DBGWCR
 */
struct kvm_vcpu_debug {
	u32 dscr;
	u32 oslsr;
	u32 osdlr;
	u32 claim;
	u32 moe;
	struct kvm_debug_pair breakpoints[KVM_ARM_MAX_DEBUG_PAIRS];
	struct kvm_debug_pair watchpoints[KVM_ARM_MAX_DEBUG_PAIRS];
};

struct kvm_vcpu_arch {
	/* One page, also mapped in Hyp mode */
	struct kvm_guest_ctx *ctx;

	/* CP15 registers of the host while the vCPU is loaded, vcpu_cp15.c */
	struct kvm_guest_cp15 host_cp15;

	/* Set by KVM_ARM_VCPU_INIT */
	bool initialized;
	u32 target;
	DECLARE_BITMAP(features, KVM_VCPU_MAX_FEATURES);

	/* The guest has run: some state can no longer be set */
	bool has_run_once;

	/* Power state and pending reset; PSCI of other vCPUs writes them */
	spinlock_t mp_lock;
	struct kvm_mp_state mp_state;
	struct kvm_vcpu_reset reset;
	bool pause;

	/* KVM_IRQ_LINE of type CPU: HCR.VI, HCR.VF; atomic bit operations */
	unsigned long irq_lines;

	/* User space was asked to make an access: enum kvm_arm_mmio_pending */
	u8 mmio_pending;

	struct kvm_mmu_memory_cache mmu_page_cache;

	/* A guest that writes sequentially: its next page, how many to map ahead */
	gfn_t ahead_gfn;
	unsigned int ahead;

	/* Of the VMID in ctx->traps.vttbr, see struct kvm_vmid */
	u64 vmid_generation;

	struct kvm_vcpu_timer timer;
	struct kvm_vcpu_pvtime pvtime;
	struct vgic_cpu vgic;
	struct kvm_vcpu_pmu pmu;

	/* Last, as they are big and seldom used */
	struct kvm_vcpu_debug debug;
	struct kvm_arm_mmio mmio;
};

#define irqchip_in_kernel(kvm)	((kvm)->arch.vgic.in_kernel)

struct kvm_vm_stat {
	struct kvm_vm_stat_generic generic;
};

struct kvm_vcpu_stat {
	struct kvm_vcpu_stat_generic generic;
	u64 exits;
	u64 hvc_exit_stat;
	u64 wfe_exit_stat;
	u64 wfi_exit_stat;
	u64 mmio_exit_user;
	u64 mmio_exit_kernel;
	u64 cp_exit_stat;
	u64 stage2_fault_stat;
	u64 irq_exits;
	u64 signal_exits;
};

/*
 * Return values of the exit handlers, vcpu_exit.c:
 * >0 go on in the guest, 0 to user space with vcpu->run set up, <0 error.
 */

/* vcpu_reg.c: registers of the mode the guest is in */
unsigned long *kvm_arm_vcpu_reg(struct kvm_vcpu *vcpu, unsigned int n);
void kvm_arm_vcpu_set_rt(struct kvm_vcpu *vcpu, unsigned int rt, u32 val);
unsigned long *kvm_arm_vcpu_spsr(struct kvm_vcpu *vcpu);
bool kvm_arm_vcpu_cond_passed(const struct kvm_vcpu *vcpu);
u32 kvm_arm_vcpu_it_cond(const struct kvm_vcpu *vcpu);
void kvm_arm_vcpu_skip_instr(struct kvm_vcpu *vcpu);

/* vcpu_inject.c: all of them take effect at the next entry, from the vCPU thread */
void kvm_arm_inject_undef(struct kvm_vcpu *vcpu);
void kvm_arm_inject_dabt(struct kvm_vcpu *vcpu, unsigned long addr);
void kvm_arm_inject_alignment(struct kvm_vcpu *vcpu, unsigned long addr);
void kvm_arm_inject_pabt(struct kvm_vcpu *vcpu, unsigned long addr);
void kvm_arm_inject_debug(struct kvm_vcpu *vcpu);
void kvm_arm_inject_vabt(struct kvm_vcpu *vcpu);
int kvm_arm_vcpu_get_events(struct kvm_vcpu *vcpu,
			    struct kvm_vcpu_events *events);
int kvm_arm_vcpu_set_events(struct kvm_vcpu *vcpu,
			    const struct kvm_vcpu_events *events);

/* vcpu_cp15.c */
void kvm_arm_cp15_reset(struct kvm_vcpu *vcpu);
void kvm_arm_cp15_load(struct kvm_vcpu *vcpu);
void kvm_arm_cp15_put(struct kvm_vcpu *vcpu);
void kvm_arm_cp15_enter(struct kvm_vcpu *vcpu);
void kvm_arm_cp15_exit(struct kvm_vcpu *vcpu);
bool kvm_arm_cp15_fast(struct kvm_vcpu *vcpu);
int kvm_arm_cp15_trap32(struct kvm_vcpu *vcpu);
int kvm_arm_cp15_trap64(struct kvm_vcpu *vcpu);
int kvm_arm_cp10_trap(struct kvm_vcpu *vcpu);
unsigned int kvm_arm_cp15_num_regs(void);
int kvm_arm_cp15_reg_ids(u64 __user *ids);
int kvm_arm_cp15_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val);
int kvm_arm_cp15_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val);

/* vcpu_cp14.c: the guest's own debug registers */
void kvm_arm_cp14_reset(struct kvm_vcpu *vcpu);
void kvm_arm_cp14_load(struct kvm_vcpu *vcpu);
int kvm_arm_cp14_trap(struct kvm_vcpu *vcpu);
unsigned int kvm_arm_cp14_num_regs(struct kvm_vcpu *vcpu);
int kvm_arm_cp14_reg_ids(struct kvm_vcpu *vcpu, u64 __user *ids);
int kvm_arm_cp14_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val);
int kvm_arm_cp14_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val);

/* vcpu_onereg.c */
long kvm_arm_vcpu_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
long kvm_arm_vcpu_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
long kvm_arm_vcpu_reg_list(struct kvm_vcpu *vcpu,
			   struct kvm_reg_list __user *list);

/* vcpu_target.c: which core a vCPU can be */
int kvm_arm_host_target(void);
int kvm_arm_vcpu_init(struct kvm_vcpu *vcpu, const struct kvm_vcpu_init *init);
void kvm_arm_vcpu_reset(struct kvm_vcpu *vcpu);

/* vcpu_debug.c: debug exceptions, and user space debugs the guest */
void kvm_arm_debug_probe(void);
unsigned int kvm_arm_debug_breakpoints(void);
unsigned int kvm_arm_debug_watchpoints(void);
void kvm_arm_debug_switch(struct kvm_vcpu *vcpu, bool breakpoints);
void kvm_arm_debug_note(struct kvm_vcpu *vcpu);
int kvm_arm_debug_exit(struct kvm_vcpu *vcpu);

/* main.c */
struct kvm_host_ctx *kvm_arm_this_host_ctx(void);

/* vcpu.c: power state, for PSCI */
void kvm_arm_vcpu_power_off(struct kvm_vcpu *vcpu);
bool kvm_arm_vcpu_stopped(struct kvm_vcpu *vcpu);

/* vcpu_exit.c */
bool kvm_arm_exit_fast(struct kvm_vcpu *vcpu);
int kvm_arm_exit(struct kvm_vcpu *vcpu);

/* mmio.c */
int kvm_arm_mmio(struct kvm_vcpu *vcpu, phys_addr_t ipa);
bool kvm_arm_mmio_fast(struct kvm_vcpu *vcpu);
int kvm_arm_mmio_return(struct kvm_vcpu *vcpu);
int kvm_arm_mmio_no_syndrome(struct kvm_vcpu *vcpu, phys_addr_t ipa);
bool kvm_arm_mmio_access(struct kvm_vcpu *vcpu, phys_addr_t ipa, unsigned int len,
			 bool write, u32 *val);
u32 kvm_arm_mmio_read_data(struct kvm_vcpu *vcpu, phys_addr_t ipa, unsigned int len);

/* mmio_insn.c */
bool kvm_arm_mmio_regular(struct kvm_vcpu *vcpu, unsigned int len);
int kvm_arm_mmio_insn(struct kvm_vcpu *vcpu, phys_addr_t ipa);
int kvm_arm_mmio_insn_return(struct kvm_vcpu *vcpu);

/* vcpu_walk.c: memory as the guest maps it */
struct kvm_arm_stage1 {
	phys_addr_t ipa;
	bool device;		/* Device or Strongly-ordered */
};

bool kvm_arm_stage1_walk(struct kvm_vcpu *vcpu, u32 va, struct kvm_arm_stage1 *walk);
bool kvm_arm_read_virt(struct kvm_vcpu *vcpu, u32 va, void *data, unsigned int len);

/* mmu.c: Stage-2 */
int kvm_arm_stage2_init_vm(struct kvm *kvm);
void kvm_arm_stage2_free(struct kvm *kvm);
int kvm_arm_stage2_abort(struct kvm_vcpu *vcpu);
int kvm_arm_stage2_map_device(struct kvm *kvm, phys_addr_t ipa, phys_addr_t pa,
			      unsigned long size, bool writable);
void kvm_arm_stage2_flush_vm(struct kvm *kvm);
void kvm_arm_stage2_reset_vm(struct kvm *kvm);
void kvm_arm_set_way_flush(struct kvm_vcpu *vcpu);
void kvm_arm_caches_toggled(struct kvm_vcpu *vcpu, bool was_enabled);

/* vmid.c */
int kvm_arm_vmid_init_vm(struct kvm *kvm);
void kvm_arm_vmid_free_vm(struct kvm *kvm);
bool kvm_arm_vmid_stale(const struct kvm_vcpu *vcpu);
void kvm_arm_vmid_update(struct kvm_vcpu *vcpu);
void kvm_arm_vmid_load(struct kvm_vcpu *vcpu, int cpu);
void kvm_arm_vmid_flush(struct kvm *kvm);
void kvm_arm_vmid_flush_local(struct kvm *kvm);

/* hyp_mmu.c: Hyp-mode page tables */
int kvm_arm_hyp_mmu_init(void);
void kvm_arm_hyp_mmu_free(void);
int kvm_arm_hyp_map(void *from, size_t size, bool executable);
void kvm_arm_hyp_unmap(void *from, size_t size);
phys_addr_t kvm_arm_hyp_pgd(void);

/* virt/kvm/arm/psci.c, hypercalls.c */
int kvm_arm_hypercall(struct kvm_vcpu *vcpu);
bool kvm_arm_hypercall_fast(struct kvm_vcpu *vcpu);
bool kvm_arm_psci_query(struct kvm_vcpu *vcpu);
int kvm_arm_psci_call(struct kvm_vcpu *vcpu);
u32 kvm_arm_psci_version(const struct kvm_vcpu *vcpu);
int kvm_arm_psci_set_version(struct kvm_vcpu *vcpu, u64 version);
unsigned int kvm_arm_fw_num_regs(struct kvm_vcpu *vcpu);
int kvm_arm_fw_reg_ids(struct kvm_vcpu *vcpu, u64 __user *ids);
int kvm_arm_fw_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
int kvm_arm_fw_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);

/* virt/kvm/arm/pvtime.c */
void kvm_arm_pvtime_load(struct kvm_vcpu *vcpu);
void kvm_arm_pvtime_put(struct kvm_vcpu *vcpu);
void kvm_arm_pvtime_update(struct kvm_vcpu *vcpu);
bool kvm_arm_pvtime_has_call(const struct kvm_vcpu *vcpu, u32 fn);
u32 kvm_arm_pvtime_start(struct kvm_vcpu *vcpu);
int kvm_arm_pvtime_has_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);
int kvm_arm_pvtime_get_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);
int kvm_arm_pvtime_set_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr);

#endif /* __ARM_KVM_HOST_H */
