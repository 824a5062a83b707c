/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual GICv2 (IHI 0048B): distributor in software, CPU interface in
 * hardware, fed through the list registers.
 *
 * See Documentation/virtual/kvm/vgic.rst for the life of an interrupt.
 */
#ifndef __ARM_KVM_VGIC_H
#define __ARM_KVM_VGIC_H

#include <linux/bitops.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define VGIC_MAX_VCPUS		8
#define VGIC_NR_SGIS		16
#define VGIC_NR_PRIVATE		32
#define VGIC_NR_SPIS_MAX	(1020 - VGIC_NR_PRIVATE)
#define VGIC_MAX_BANKS		32

/* The vCPU has sent an interrupt to one that waits for a CPU */
#define KVM_REQ_VGIC_YIELD	KVM_ARCH_REQ(2)
#define KVM_REQ_VGIC_FROZEN	KVM_ARCH_REQ(3)

struct kvm;
struct kvm_device_attr;
struct kvm_vcpu;

/**
 * struct vgic_bank - 32 interrupts, laid out as the distributor's registers
 * @lock: protects the bank, and every vCPU's struct vgic_share of it
 * @enabled: as GICD_ISENABLER
 * @group: as GICD_IGROUPR
 * @on: enabled, and GICD_CTLR enables their group; kept by vgic_set_on()
 * @edge: edge-triggered, GICD_ICFGR
 * @line: level of the inputs
 * @latch: pending until acknowledged: an edge, an SGI, GICD_ISPENDR, or an
 *	interrupt that the host took for the guest to complete in hardware
 * @claimed: of SPIs, those active or in list registers of some vCPU
 * @priority: as GICD_IPRIORITYR
 * @target: as GICD_ITARGETSR
 *
 * What a list register holds is not in @latch and struct vgic_share::active
 * until the vCPU folds it back.
 */
struct vgic_bank {
	raw_spinlock_t lock;
	u32 enabled;
	u32 group;
	u32 on;
	u32 edge;
	u32 line;
	u32 latch;
	u32 claimed;
	u8 priority[32] __aligned(4);
	u8 target[32] __aligned(4);
};

/**
 * struct vgic_share - what one vCPU has of a bank
 * @route: interrupts that go to this vCPU when they become pending
 * @held: interrupts in its list registers
 * @active: interrupts that it acknowledged, as of the last fold
 * @completed: those completed since, with resampling irqfds to tell
 */
struct vgic_share {
	u32 route;
	u32 held;
	u32 active;
	u32 completed;
};

/**
 * struct vgic_dist - the distributor of a VM
 * @in_kernel: the VM has a GIC in the kernel
 * @initialized: @spi, @cpu and @nr_cpus are set up; vCPUs can be interrupted
 * @mapped: the guest's CPU interface is in the Stage-2 tables
 * @iidr_written: user space knows groups: its writes to GICD_IGROUPR count
 * @lock: configuration by user space, and accesses that stop list registers
 * @frozen: keep all interrupts out of list registers; changes with @lock held
 * @ctlr: GICD_CTLR
 * @nr_irqs: SGIs, PPIs and SPIs; 0: the default, not chosen yet
 * @nr_banks: of @nr_irqs, with the private bank
 * @nr_cpus: vCPUs
 * @cpu: the vCPUs by their index, which is their number for the GIC
 * @dist_base: guest physical address of the distributor, or VGIC_ADDR_UNSET
 * @cpu_base: guest physical address of the CPU interface, or VGIC_ADDR_UNSET
 * @spi: the shared banks, the first is that of interrupts 32-63
 */
struct vgic_dist {
	bool in_kernel;
	bool initialized;
	bool mapped;
	bool iidr_written;
	/* Outside all vgic_bank::lock, inside vcpu->mutex */
	struct mutex lock;
	bool frozen;
	u32 ctlr;
	unsigned int nr_irqs;
	unsigned int nr_banks;
	unsigned int nr_cpus;
	struct kvm_vcpu *cpu[VGIC_MAX_VCPUS];
	u64 dist_base;
	u64 cpu_base;
	struct vgic_bank *spi;
};

#define VGIC_ADDR_UNSET		(~0ULL)
#define VGIC_NR_IRQS_DEFAULT	256

/**
 * struct vgic_cpu - a vCPU's part of the GIC
 * @dirty: something that the list registers should show has changed. Set before
 *	a kick by whoever changes it, cleared by kvm_arm_vgic_flush()
 * @vmcr_fresh: @vmcr is what the guest wrote last
 * @ready: one bit a bank that may have something for the list registers
 * @used: list registers in use; nonzero only while the vCPU is loaded
 * @left_active: active interrupts that found no list register
 * @private: SGIs and PPIs
 * @share: by bank
 * @sgi_sources: of each pending SGI, the vCPUs that sent it
 * @sgi_active: of each active SGI, the vCPU that sent it
 * @hw_intid: PPI that the guest's completion deactivates in hardware, or 0
 * @hw_lr: physical ID of @hw_intid, in place for a list register
 * @vmcr: GICH_VMCR, @apr: GICH_APR, while not in a CPU's registers
 * @hw_cpu: CPU that holds them, or -1
 * @last_cpu: CPU that the vCPU was last loaded on
 * @waiting: vCPUs that were sent an interrupt and are to have the CPU soon
 * @soon: when
 * @yield_to: vCPU to give the CPU to, KVM_REQ_VGIC_YIELD
 * @completed: banks where struct vgic_share::completed is not 0
 * @handover: vCPUs to be told of interrupts that this one gave back
 * @deferred: does what the last two ask for, after a fold under the run queue
 *	lock
 */
struct vgic_cpu {
	bool dirty;
	bool vmcr_fresh;
	unsigned long ready;
	unsigned int used;
	unsigned int left_active;
	struct vgic_bank private;
	struct vgic_share share[VGIC_MAX_BANKS];
	u8 sgi_sources[VGIC_NR_SGIS] __aligned(4);
	u8 sgi_active[VGIC_NR_SGIS];
	unsigned int hw_intid;
	u32 hw_lr;
	u32 vmcr;
	u32 apr;
	int hw_cpu;
	int last_cpu;
	unsigned long waiting;
	struct hrtimer soon;
	struct kvm_vcpu *yield_to;
	unsigned long completed;
	unsigned long handover;
	struct irq_work deferred;
};

/* Host side; kvm_arm_vgic_probe() names the reason in a message when it fails */
int kvm_arm_vgic_probe(void);
void *kvm_arm_vgic_entry(void *world_switch);
void kvm_arm_vgic_remove(void);
int kvm_arm_vgic_enable_cpu(void);
void kvm_arm_vgic_disable_cpu(void);
void kvm_arm_vgic_power_down(void);
void kvm_arm_vgic_power_up(void);

/* Life of VM and vCPU */
void kvm_arm_vgic_init_vm(struct kvm *kvm);
void kvm_arm_vgic_destroy_vm(struct kvm *kvm);
int kvm_arm_vgic_init_vcpu(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_sync_deferred(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_destroy_vcpu(struct kvm_vcpu *vcpu);
int kvm_arm_vgic_create(struct kvm *kvm);
int kvm_arm_vgic_first_run(struct kvm_vcpu *vcpu);
int kvm_arm_vgic_set_addr(struct kvm *kvm, unsigned int type, u64 addr);

/* World switch: vCPU thread, preemption off; flush with IRQs off */
void kvm_arm_vgic_load(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_put(struct kvm_vcpu *vcpu);
bool kvm_arm_vgic_flush(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_wait_frozen(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_sync(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_kick_waiting(struct kvm_vcpu *vcpu);
void kvm_arm_vgic_yield(struct kvm_vcpu *vcpu);

/* Can be called from any context */
bool kvm_arm_vgic_has_pending(struct kvm_vcpu *vcpu);
int kvm_arm_vgic_set_line(struct kvm *kvm, unsigned int vcpu_idx,
			  unsigned int intid, bool level);

/* PPIs that the hardware deactivates, as the virtual timer's */
int kvm_arm_vgic_map_hw(struct kvm_vcpu *vcpu, unsigned int intid,
			unsigned int hwirq);
void kvm_arm_vgic_raise_hw(struct kvm_vcpu *vcpu);
bool kvm_arm_vgic_is_active(struct kvm_vcpu *vcpu, unsigned int intid);

/* Distributor accesses of the guest */
bool kvm_arm_vgic_mmio_fast(struct kvm_vcpu *vcpu, phys_addr_t ipa,
			    unsigned int len, bool write, u32 *val);
bool kvm_arm_vgic_mmio(struct kvm_vcpu *vcpu, phys_addr_t ipa,
		       unsigned int len, bool write, u32 *val);

/* Faster than for_each_set_bit(), which is a function call a bit on Arm */
#define vgic_for_each_bit(i, mask)					\
	for (u32 __bits = (mask);					\
	     __bits && ((i) = __ffs(__bits), true);			\
	     __bits &= __bits - 1)

/* vgic.c, for the distributor's registers */
static inline u32 vgic_pending(const struct vgic_bank *bank)
{
	return bank->latch | (bank->line & ~bank->edge);
}

/* Bits of the interrupts that there are: 1020-1023 have another meaning */
static inline u32 vgic_valid(unsigned int b)
{
	return b == VGIC_MAX_BANKS - 1 ? GENMASK(27, 0) : ~0;
}

struct vgic_bank *vgic_bank(struct kvm_vcpu *vcpu, unsigned int b);
void vgic_set_on(struct kvm *kvm, struct vgic_bank *bank);
u32 vgic_update(struct kvm_vcpu *vcpu, unsigned int b, u32 mask);
void vgic_deferred(struct irq_work *work);
void vgic_init_kick(struct kvm_vcpu *vcpu);
void vgic_kick(struct kvm *kvm, struct kvm_vcpu *self, u32 vcpus);
void vgic_update_all(struct kvm *kvm, struct kvm_vcpu *self);
void vgic_route(struct kvm *kvm, unsigned int b);
void vgic_resample_hw(struct kvm_vcpu *vcpu);
void vgic_fold(struct kvm_vcpu *vcpu);
int vgic_init(struct kvm *kvm);

/* vgic_dist.c */
bool vgic_dist_access(struct kvm_vcpu *vcpu, u32 offset, unsigned int len,
		      bool write, bool user, u32 *val);
bool vgic_dist_has_reg(u32 offset);

/* vgic_v2.c: list registers and CPU interface */
unsigned int vgic_v2_nr_lrs(void);
u32 vgic_v2_get_lr(unsigned int n, u32 *was);
void vgic_v2_set_lrs(const u32 *lr, unsigned int n, u32 hcr);
unsigned int vgic_v2_eoi_count(void);
void vgic_v2_read_vmcr(struct kvm_vcpu *vcpu);
void vgic_v2_release(struct kvm_vcpu *vcpu);
void vgic_v2_quiesce(void);
phys_addr_t vgic_v2_cpu_interface(void);

/* vgic_v3.c: the same in a GICv3 */
bool vgic_v3_has_v2_mode(void);
void vgic_v3_power_up(void);
u32 vgic_v3_read(u32 offset);
void vgic_v3_write(u32 val, u32 offset);
u32 vgic_v3_read_lr(unsigned int n, u32 *lr);
void vgic_v3_write_lr(unsigned int n, u32 lr);

/* vgic_device.c */
int vgic_register_device(void);
int vgic_default_routing(struct kvm *kvm);

#endif /* __ARM_KVM_VGIC_H */
