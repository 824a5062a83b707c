// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a vCPU and its run loop.
 */
#include <linux/context_tracking.h>
#include <linux/entry-kvm.h>
#include <linux/kvm_dirty_ring.h>
#include <linux/kvm_host.h>
#include <linux/uaccess.h>
#include <asm/neon.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

const struct kvm_stats_desc kvm_vcpu_stats_desc[] = {
	KVM_GENERIC_VCPU_STATS(),
	STATS_DESC_COUNTER(VCPU, exits),
	STATS_DESC_COUNTER(VCPU, hvc_exit_stat),
	STATS_DESC_COUNTER(VCPU, wfe_exit_stat),
	STATS_DESC_COUNTER(VCPU, wfi_exit_stat),
	STATS_DESC_COUNTER(VCPU, mmio_exit_user),
	STATS_DESC_COUNTER(VCPU, mmio_exit_kernel),
	STATS_DESC_COUNTER(VCPU, cp_exit_stat),
	STATS_DESC_COUNTER(VCPU, stage2_fault_stat),
	STATS_DESC_COUNTER(VCPU, irq_exits),
	STATS_DESC_COUNTER(VCPU, signal_exits)
};

const struct kvm_stats_header kvm_vcpu_stats_header = {
	.name_size = KVM_STATS_NAME_SIZE,
	.num_desc = ARRAY_SIZE(kvm_vcpu_stats_desc),
	.id_offset = sizeof(struct kvm_stats_header),
	.desc_offset = sizeof(struct kvm_stats_header) + KVM_STATS_NAME_SIZE,
	.data_offset = sizeof(struct kvm_stats_header) + KVM_STATS_NAME_SIZE +
		       sizeof(kvm_vcpu_stats_desc),
};

int kvm_arch_vcpu_precreate(struct kvm *kvm, unsigned int id)
{
	/* The distributor's size is settled */
	return kvm_arch_intc_initialized(kvm) ? -EBUSY : 0;
}

int kvm_arch_vcpu_create(struct kvm_vcpu *vcpu)
{
	struct kvm_guest_ctx *ctx;
	int ret;

	BUILD_BUG_ON(sizeof(*ctx) > PAGE_SIZE);

	ctx = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return -ENOMEM;
	ret = kvm_arm_hyp_map(ctx, sizeof(*ctx), false);
	if (ret)
		goto err_free;

	vcpu->arch.ctx = ctx;
	kvm_arm_debug_switch(vcpu, false);
	vcpu->arch.mmu_page_cache.gfp_zero = __GFP_ZERO;
	vcpu->arch.mp_state.mp_state = KVM_MP_STATE_RUNNABLE;
	spin_lock_init(&vcpu->arch.mp_lock);
	kvm_arm_timer_init_vcpu(vcpu);
	ret = kvm_arm_vgic_init_vcpu(vcpu);
	if (ret)
		goto err_unmap;
	return 0;

err_unmap:
	kvm_arm_timer_destroy_vcpu(vcpu);
	kvm_arm_hyp_unmap(ctx, sizeof(*ctx));
err_free:
	free_page((unsigned long)ctx);
	return ret;
}

void kvm_arch_vcpu_postcreate(struct kvm_vcpu *vcpu)
{
}

void kvm_arch_vcpu_destroy(struct kvm_vcpu *vcpu)
{
	if (kvm_arm_vcpu_has_pmu(vcpu))
		kvm_arm_pmu_release(vcpu);
	kvm_arm_vgic_destroy_vcpu(vcpu);
	kvm_arm_timer_destroy_vcpu(vcpu);
	kvm_mmu_free_memory_cache(&vcpu->arch.mmu_page_cache);
	kvm_arm_hyp_unmap(vcpu->arch.ctx, sizeof(*vcpu->arch.ctx));
	free_page((unsigned long)vcpu->arch.ctx);
}

/* What the lowvisor brings back for the host; constant until the vCPU is put. */
static void save_host(struct kvm_host_ctx *host)
{
	asm volatile("mrc p15, 0, %0, c1, c0, 0	@ SCTLR" : "=r" (host->sctlr));
	asm volatile("mrc p15, 0, %0, c2, c0, 2	@ TTBCR" : "=r" (host->ttbcr));
	asm volatile("mrrc p15, 0, %Q0, %R0, c2	@ TTBR0" : "=r" (host->ttbr0));
	asm volatile("mrrc p15, 1, %Q0, %R0, c2	@ TTBR1" : "=r" (host->ttbr1));
	asm volatile("mrc p15, 0, %0, c10, c2, 0	@ MAIR0" : "=r" (host->mair0));
	asm volatile("mrc p15, 0, %0, c10, c2, 1	@ MAIR1" : "=r" (host->mair1));
	asm volatile("mrc p15, 0, %0, c12, c0, 0	@ VBAR" : "=r" (host->vbar));
	asm volatile("mrc p15, 0, %0, c13, c0, 3	@ TPIDRURO" : "=r" (host->tpidruro));
	asm volatile("mrc p15, 0, %0, c13, c0, 4	@ TPIDRPRW" : "=r" (host->tpidrprw));
}

void kvm_arch_vcpu_load(struct kvm_vcpu *vcpu, int cpu)
{
	vcpu->cpu = cpu;
	save_host(kvm_arm_this_host_ctx());

	/* The host task's VFP state goes to memory, the registers are free. */
	kernel_neon_begin();
	kernel_neon_end();

	kvm_arm_cp15_load(vcpu);
	kvm_arm_vmid_load(vcpu, cpu);
	kvm_arm_vgic_load(vcpu);
	kvm_arm_timer_load(vcpu);
	if (vcpu->arch.pvtime.gpa)
		kvm_arm_pvtime_load(vcpu);
}

void kvm_arch_vcpu_put(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.pvtime.gpa)
		kvm_arm_pvtime_put(vcpu);
	kvm_arm_timer_put(vcpu);
	kvm_arm_vgic_put(vcpu);
	kvm_arm_cp15_put(vcpu);
	vcpu->cpu = -1;
}

void kvm_arch_vcpu_blocking(struct kvm_vcpu *vcpu)
{
	kvm_arm_timer_block(vcpu);
}

void kvm_arch_vcpu_unblocking(struct kvm_vcpu *vcpu)
{
	kvm_arm_timer_unblock(vcpu);
}

int kvm_cpu_has_pending_timer(struct kvm_vcpu *vcpu)
{
	return kvm_arm_timer_pending(vcpu);
}

/**
 * kvm_arm_vcpu_stopped - is the vCPU powered off?
 * @vcpu: any vCPU
 */
bool kvm_arm_vcpu_stopped(struct kvm_vcpu *vcpu)
{
	return READ_ONCE(vcpu->arch.mp_state.mp_state) == KVM_MP_STATE_STOPPED;
}

/**
 * kvm_arm_vcpu_power_off - stop a vCPU until PSCI or user space starts it
 * @vcpu: any vCPU; vcpu->arch.mp_lock is held
 *
 * It stops when it next looks at its requests.
 */
void kvm_arm_vcpu_power_off(struct kvm_vcpu *vcpu)
{
	lockdep_assert_held(&vcpu->arch.mp_lock);

	WRITE_ONCE(vcpu->arch.mp_state.mp_state, KVM_MP_STATE_STOPPED);
	kvm_make_request(KVM_REQ_SLEEP, vcpu);
	kvm_vcpu_kick(vcpu);
}

static bool vcpu_may_run(struct kvm_vcpu *vcpu)
{
	return !kvm_arm_vcpu_stopped(vcpu) && !READ_ONCE(vcpu->arch.pause);
}

int kvm_arch_vcpu_runnable(struct kvm_vcpu *vcpu)
{
	/* One that was switched off while in WFI must be where CPU_ON finds it */
	if (kvm_test_request(KVM_REQ_SLEEP, vcpu))
		return true;
	return (READ_ONCE(vcpu->arch.irq_lines) || kvm_arm_vgic_has_pending(vcpu)) &&
	       vcpu_may_run(vcpu);
}

int kvm_arch_vcpu_should_kick(struct kvm_vcpu *vcpu)
{
	return kvm_vcpu_exiting_guest_mode(vcpu) == IN_GUEST_MODE;
}

bool kvm_arch_vcpu_in_kernel(struct kvm_vcpu *vcpu)
{
	return (*vcpu_cpsr(vcpu) & MODE_MASK) != USR_MODE;
}

vm_fault_t kvm_arch_vcpu_fault(struct kvm_vcpu *vcpu, struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* A vCPU that PSCI turned on is in its reset state for user space, too. */
static void complete_reset(struct kvm_vcpu *vcpu)
{
	if (kvm_check_request(KVM_REQ_VCPU_RESET, vcpu))
		kvm_arm_vcpu_reset(vcpu);
}

int kvm_arch_vcpu_ioctl_get_mpstate(struct kvm_vcpu *vcpu,
				    struct kvm_mp_state *mp_state)
{
	complete_reset(vcpu);
	*mp_state = READ_ONCE(vcpu->arch.mp_state);
	return 0;
}

int kvm_arch_vcpu_ioctl_set_mpstate(struct kvm_vcpu *vcpu,
				    struct kvm_mp_state *mp_state)
{
	int ret = 0;

	complete_reset(vcpu);
	spin_lock(&vcpu->arch.mp_lock);
	switch (mp_state->mp_state) {
	case KVM_MP_STATE_RUNNABLE:
		WRITE_ONCE(vcpu->arch.mp_state, *mp_state);
		break;
	case KVM_MP_STATE_STOPPED:
		kvm_arm_vcpu_power_off(vcpu);
		break;
	default:
		ret = -EINVAL;
	}
	spin_unlock(&vcpu->arch.mp_lock);
	return ret;
}

static long vcpu_init(struct kvm_vcpu *vcpu, const struct kvm_vcpu_init *init)
{
	long ret;

	ret = kvm_arm_vcpu_init(vcpu, init);
	if (ret)
		return ret;

	spin_lock(&vcpu->arch.mp_lock);
	if (test_bit(KVM_ARM_VCPU_POWER_OFF, vcpu->arch.features))
		kvm_arm_vcpu_power_off(vcpu);
	else
		WRITE_ONCE(vcpu->arch.mp_state.mp_state, KVM_MP_STATE_RUNNABLE);
	spin_unlock(&vcpu->arch.mp_lock);
	return 0;
}

static long timer_attr(struct kvm_vcpu *vcpu, unsigned int ioctl,
		       struct kvm_device_attr *attr)
{
	switch (ioctl) {
	case KVM_SET_DEVICE_ATTR:
		return kvm_arm_timer_set_attr(vcpu, attr);
	case KVM_GET_DEVICE_ATTR:
		return kvm_arm_timer_get_attr(vcpu, attr);
	default:
		return kvm_arm_timer_has_attr(vcpu, attr);
	}
}

static long pvtime_attr(struct kvm_vcpu *vcpu, unsigned int ioctl,
			struct kvm_device_attr *attr)
{
	switch (ioctl) {
	case KVM_SET_DEVICE_ATTR:
		return kvm_arm_pvtime_set_attr(vcpu, attr);
	case KVM_GET_DEVICE_ATTR:
		return kvm_arm_pvtime_get_attr(vcpu, attr);
	default:
		return kvm_arm_pvtime_has_attr(vcpu, attr);
	}
}

static long pmu_attr(struct kvm_vcpu *vcpu, unsigned int ioctl,
		     struct kvm_device_attr *attr)
{
	if (!kvm_arm_vcpu_has_pmu(vcpu))
		return ioctl == KVM_HAS_DEVICE_ATTR ? -ENXIO : -ENODEV;

	switch (ioctl) {
	case KVM_SET_DEVICE_ATTR:
		return kvm_arm_pmu_set_attr(vcpu, attr);
	case KVM_GET_DEVICE_ATTR:
		return kvm_arm_pmu_get_attr(vcpu, attr);
	default:
		return kvm_arm_pmu_has_attr(vcpu, attr);
	}
}

static long vcpu_device_attr(struct kvm_vcpu *vcpu, unsigned int ioctl,
			     struct kvm_device_attr *attr)
{
	switch (attr->group) {
	case KVM_ARM_VCPU_PMU_V3_CTRL:
		return pmu_attr(vcpu, ioctl, attr);
	case KVM_ARM_VCPU_TIMER_CTRL:
		return timer_attr(vcpu, ioctl, attr);
	case KVM_ARM_VCPU_PVTIME_CTRL:
		return pvtime_attr(vcpu, ioctl, attr);
	default:
		return -ENXIO;
	}
}

long kvm_arch_vcpu_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm_vcpu *vcpu = filp->private_data;
	void __user *argp = (void __user *)arg;
	union {
		struct kvm_vcpu_init init;
		struct kvm_one_reg reg;
		struct kvm_vcpu_events events;
		struct kvm_device_attr attr;
	} u;
	long ret;

	switch (ioctl) {
	case KVM_ARM_VCPU_INIT:
		if (copy_from_user(&u.init, argp, sizeof(u.init)))
			return -EFAULT;
		return vcpu_init(vcpu, &u.init);
	case KVM_SET_DEVICE_ATTR:
	case KVM_GET_DEVICE_ATTR:
	case KVM_HAS_DEVICE_ATTR:
		if (copy_from_user(&u.attr, argp, sizeof(u.attr)))
			return -EFAULT;
		return vcpu_device_attr(vcpu, ioctl, &u.attr);
	}

	/* What follows is about the state of a vCPU that has one. */
	switch (ioctl) {
	case KVM_SET_ONE_REG:
	case KVM_GET_ONE_REG:
	case KVM_GET_REG_LIST:
	case KVM_GET_VCPU_EVENTS:
	case KVM_SET_VCPU_EVENTS:
		if (!vcpu->arch.initialized)
			return -ENOEXEC;
		complete_reset(vcpu);
	}

	switch (ioctl) {
	case KVM_SET_ONE_REG:
	case KVM_GET_ONE_REG:
		if (copy_from_user(&u.reg, argp, sizeof(u.reg)))
			return -EFAULT;
		if (ioctl == KVM_SET_ONE_REG)
			return kvm_arm_vcpu_set_reg(vcpu, &u.reg);
		return kvm_arm_vcpu_get_reg(vcpu, &u.reg);
	case KVM_GET_REG_LIST:
		return kvm_arm_vcpu_reg_list(vcpu, argp);
	case KVM_GET_VCPU_EVENTS:
		memset(&u.events, 0, sizeof(u.events));
		ret = kvm_arm_vcpu_get_events(vcpu, &u.events);
		if (!ret && copy_to_user(argp, &u.events, sizeof(u.events)))
			return -EFAULT;
		return ret;
	case KVM_SET_VCPU_EVENTS:
		if (copy_from_user(&u.events, argp, sizeof(u.events)))
			return -EFAULT;
		return kvm_arm_vcpu_set_events(vcpu, &u.events);
	default:
		return -EINVAL;
	}
}

int kvm_arch_vcpu_ioctl_get_regs(struct kvm_vcpu *vcpu, struct kvm_regs *regs)
{
	return -EINVAL;
}

int kvm_arch_vcpu_ioctl_set_regs(struct kvm_vcpu *vcpu, struct kvm_regs *regs)
{
	return -EINVAL;
}

int kvm_arch_vcpu_ioctl_get_sregs(struct kvm_vcpu *vcpu, struct kvm_sregs *sregs)
{
	return -EINVAL;
}

int kvm_arch_vcpu_ioctl_set_sregs(struct kvm_vcpu *vcpu, struct kvm_sregs *sregs)
{
	return -EINVAL;
}

int kvm_arch_vcpu_ioctl_get_fpu(struct kvm_vcpu *vcpu, struct kvm_fpu *fpu)
{
	return -EINVAL;
}

int kvm_arch_vcpu_ioctl_set_fpu(struct kvm_vcpu *vcpu, struct kvm_fpu *fpu)
{
	return -EINVAL;
}

int kvm_arch_vcpu_ioctl_translate(struct kvm_vcpu *vcpu,
				  struct kvm_translation *tr)
{
	return -EINVAL;
}

/* What can only be settled once user space has set up all of the VM. */
static int first_run(struct kvm_vcpu *vcpu)
{
	int ret;

	ret = kvm_arm_vgic_first_run(vcpu);
	if (ret)
		return ret;
	ret = kvm_arm_timer_first_run(vcpu);
	if (ret)
		return ret;
	if (kvm_arm_vcpu_has_pmu(vcpu)) {
		ret = kvm_arm_pmu_first_run(vcpu);
		if (ret)
			return ret;
	}
	vcpu->arch.has_run_once = true;
	return 0;
}

/* KVM_RUN, by another thread than the last time */
int kvm_arch_vcpu_run_pid_change(struct kvm_vcpu *vcpu)
{
	if (kvm_arm_vcpu_has_pmu(vcpu))
		kvm_arm_pmu_release(vcpu);
	return 0;
}

/* Powered off or paused: sleep until that ends or there is a signal. */
static void vcpu_sleep(struct kvm_vcpu *vcpu)
	__must_hold(&vcpu->kvm->srcu)
{
	struct rcuwait *wait = kvm_arch_vcpu_get_wait(vcpu);

	kvm_vcpu_srcu_read_unlock(vcpu);
	rcuwait_wait_event(wait, vcpu_may_run(vcpu), TASK_INTERRUPTIBLE);
	kvm_vcpu_srcu_read_lock(vcpu);

	if (!vcpu_may_run(vcpu))
		kvm_make_request(KVM_REQ_SLEEP, vcpu);
}

/* Return: >0 go on, 0 to user space with vcpu->run filled, or an error. */
static int check_requests(struct kvm_vcpu *vcpu)
{
	if (likely(!kvm_request_pending(vcpu)))
		return 1;

	if (kvm_check_request(KVM_REQ_VM_DEAD, vcpu))
		return -EIO;
	/* Before anything that writes to the guest's memory */
	if (kvm_dirty_ring_check_request(vcpu))
		return 0;
	if (kvm_check_request(KVM_REQ_SLEEP, vcpu))
		vcpu_sleep(vcpu);
	if (kvm_check_request(KVM_REQ_VGIC_FROZEN, vcpu))
		kvm_arm_vgic_wait_frozen(vcpu);
	if (kvm_check_request(KVM_REQ_VGIC_YIELD, vcpu))
		kvm_arm_vgic_yield(vcpu);
	if (kvm_check_request(KVM_REQ_PVTIME, vcpu))
		kvm_arm_pvtime_update(vcpu);
	complete_reset(vcpu);
	if (kvm_check_request(KVM_REQ_PMU, vcpu))
		kvm_arm_pmu_update(vcpu);
	return 1;
}

/* IRQs are off. There is something that the fast loop does not look at. */
static __always_inline bool must_leave(struct kvm_vcpu *vcpu)
{
	return kvm_request_pending(vcpu) || __xfer_to_guest_mode_work_pending();
}

/* Outputs of timers and counters are user space's to deliver, and one has changed. */
static bool user_irq_changed(struct kvm_vcpu *vcpu)
{
	return !irqchip_in_kernel(vcpu->kvm) && kvm_arm_timer_user_changed(vcpu);
}

/* Without a list register, the interrupt inputs are HCR.VI and HCR.VF. */
static void set_irq_lines(struct kvm_vcpu *vcpu)
{
	unsigned long lines = READ_ONCE(vcpu->arch.irq_lines);
	u32 hcr = vcpu->arch.ctx->traps.hcr & ~(HCR_VI | HCR_VF);

	if (lines & BIT(KVM_ARM_IRQ_CPU_IRQ))
		hcr |= HCR_VI;
	if (lines & BIT(KVM_ARM_IRQ_CPU_FIQ))
		hcr |= HCR_VF;
	vcpu->arch.ctx->traps.hcr = hcr;
}

/*
 * One entry and exit. RCU must know each time only if it tracks the context;
 * a quiescent state for the whole stay is noted by the caller.
 */
static __always_inline void enter_guest(struct kvm_vcpu *vcpu)
{
	trace_kvm_entry(*vcpu_pc(vcpu));

	if (context_tracking_enabled()) {
		guest_state_enter_irqoff();
		kvm_hyp_enter_guest(vcpu->arch.ctx);
		guest_state_exit_irqoff();
	} else {
		kvm_hyp_enter_guest(vcpu->arch.ctx);
	}

	vcpu->stat.exits++;
	trace_kvm_exit(vcpu->arch.ctx->exit, vcpu_hsr(vcpu), *vcpu_pc(vcpu));
}

/*
 * From here, IRQs off, to the next exit that needs IRQs on, and until the host
 * has taken its interrupts. The virtual GIC may forbid entry. Return: the exit is
 * answered, or was for them alone.
 */
static bool stay_in_guest(struct kvm_vcpu *vcpu)
{
	struct kvm_guest_ctx *ctx = vcpu->arch.ctx;
	bool answered = false;

	guest_timing_enter_irqoff();
	kvm_arm_cp15_enter(vcpu);
	if (IS_ENABLED(CONFIG_ARM_PMU) && unlikely(vcpu->arch.pmu.in_use))
		kvm_arm_pmu_enter(vcpu);
	do {
		if (READ_ONCE(vcpu->arch.vgic.dirty) && !kvm_arm_vgic_flush(vcpu)) {
			ctx->exit = KVM_ARM_EXIT_RETRY;
			break;
		}
		enter_guest(vcpu);
		answered = kvm_arm_exit_fast(vcpu);
	} while (answered && !must_leave(vcpu));
	if (IS_ENABLED(CONFIG_ARM_PMU) && unlikely(vcpu->arch.pmu.in_use))
		kvm_arm_pmu_exit(vcpu);
	kvm_arm_cp15_exit(vcpu);
	if (ctx->vfp_loaded)
		kvm_vfp_put(ctx);

	/* The interrupt that ended the stay is the guest's time */
	local_irq_enable();
	local_irq_disable();
	guest_timing_exit_irqoff();

	if (ctx->exit == KVM_ARM_EXIT_IRQ) {
		vcpu->stat.irq_exits++;
		answered = true;
	}
	return answered;
}

/*
 * Run the guest until there is an exit to be handled, or something that
 * kvm_arch_vcpu_ioctl_run() looks after. The thread can be preempted when it
 * has IRQs on between two stays. Return: is there an exit to be handled?
 */
static bool run_guest(struct kvm_vcpu *vcpu)
	__must_hold(&vcpu->kvm->srcu)
{
	bool answered = true;	/* there was no exit yet */

	kvm_arm_vmid_update(vcpu);
	kvm_vcpu_srcu_read_unlock(vcpu);
	local_irq_disable();
	rcu_virt_note_context_switch();

	do {
		/* Kicks come as an IPI from here; see kvm_vcpu_exiting_guest_mode() */
		smp_store_mb(vcpu->mode, IN_GUEST_MODE);
		if (must_leave(vcpu) || kvm_arm_vmid_stale(vcpu) ||
		    user_irq_changed(vcpu))
			break;
		/* Hyp mode is the boot stub's again: there is no way in */
		if (unlikely(READ_ONCE(kvm_rebooting)))
			break;
		if (!irqchip_in_kernel(vcpu->kvm))
			set_irq_lines(vcpu);
		answered = stay_in_guest(vcpu);
	} while (answered);

	vcpu->mode = OUTSIDE_GUEST_MODE;
	local_irq_enable();
	kvm_vcpu_srcu_read_lock(vcpu);
	return !answered;
}

int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu)
{
	int ret;

	if (!vcpu->arch.initialized)
		return -ENOEXEC;
	if (!vcpu->arch.has_run_once) {
		ret = first_run(vcpu);
		if (ret)
			return ret;
	}

	if (vcpu->arch.mmio_pending) {
		ret = kvm_arm_mmio_return(vcpu);
		if (ret <= 0)
			return ret;
	}
	if (!vcpu->wants_to_run)
		return -EINTR;

	vcpu_load(vcpu);
	kvm_sigset_activate(vcpu);
	vcpu->run->exit_reason = KVM_EXIT_UNKNOWN;
	kvm_vcpu_srcu_read_lock(vcpu);

	do {
		ret = xfer_to_guest_mode_handle_work(vcpu);
		if (ret)
			break;
		ret = check_requests(vcpu);
		if (ret > 0 && run_guest(vcpu))
			ret = kvm_arm_exit(vcpu);
		if (ret > 0 && user_irq_changed(vcpu)) {
			vcpu->run->exit_reason = KVM_EXIT_INTR;
			ret = -EINTR;
		}
	} while (ret > 0);

	if (!irqchip_in_kernel(vcpu->kvm))
		kvm_arm_timer_user_update(vcpu);
	kvm_vcpu_srcu_read_unlock(vcpu);
	kvm_sigset_deactivate(vcpu);
	vcpu_put(vcpu);
	return ret;
}
