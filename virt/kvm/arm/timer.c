// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic timers of a vCPU (ARM DDI 0406C, chapter B8).
 *
 * The virtual timer is the hardware's: while a vCPU is loaded its guest owns
 * CNTV_CTL and CNTV_CVAL, and CNTVOFF makes the counter that of its VM. When the
 * timer expires the host takes the interrupt, and its handler makes the virtual
 * interrupt pending. The host's interrupt is forwarded: the host only drops its
 * priority, and it stays active, thus silent, until the guest's EOI deactivates
 * it through the list register. So neither is the timer masked behind the
 * guest's back, nor does the end of interrupt trap.
 *
 * The physical timer belongs to the host. The guest's accesses to CNTP_* trap,
 * an hrtimer stands for the comparator; CNTPCT is the host's, read directly.
 */

#define pr_fmt(fmt) "kvm: " fmt

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kvm_host.h>
#include <linux/percpu.h>
#include <clocksource/arm_arch_timer.h>
#include <asm/arch_timer.h>
#include <asm/kvm/vcpu.h>

#define CTL_ENABLE	ARCH_TIMER_CTRL_ENABLE
#define CTL_IMASK	ARCH_TIMER_CTRL_IT_MASK
#define CTL_ISTATUS	ARCH_TIMER_CTRL_IT_STAT

/* The Base System Architecture's numbers, until user space says otherwise */
#define VTIMER_PPI	27
#define PTIMER_PPI	30

/* The host's virtual timer interrupt */
static unsigned int host_irq;
static struct irq_data *host_irq_data;
static u32 host_trigger;
static const struct cyclecounter *cyclecounter;

/* No vCPU is woken earlier than so many cycles before its timer expires */
static u32 max_lead;
#define MAX_LEAD_US	150

/**
 * struct host_vtimer - a CPU's virtual timer
 * @vcpu: who has it, or NULL
 * @active: its interrupt may be active. The guest deactivates it without our
 *	notice, so true may be out of date, false never is.
 *
 * Changes with IRQs off.
 */
struct host_vtimer {
	struct kvm_vcpu *vcpu;
	bool active;
};

static DEFINE_PER_CPU(struct host_vtimer, host_vtimer);

static u32 read_cntv_ctl(void)
{
	return arch_timer_reg_read_cp15(ARCH_TIMER_VIRT_ACCESS,
					ARCH_TIMER_REG_CTRL);
}

static void write_cntv_ctl(u32 val)
{
	arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CTRL,
				  val);
}

static u64 read_cntv_cval(void)
{
	u64 val;

	asm volatile("mrrc p15, 3, %Q0, %R0, c14" : "=r" (val));

	return val;
}

static void write_cntv_cval(u64 val)
{
	arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CVAL,
				  val);
}

/*
 * Timer periods are cut so that the product fits 64 bits: who waits for longer
 * looks at the counter and goes on waiting. Rounded up.
 */
static ktime_t cycles_to_ktime(u64 cycles)
{
	u32 n = min_t(u64, cycles, U32_MAX);

	return ns_to_ktime(((u64)n * cyclecounter->mult >> cyclecounter->shift) + 1);
}

/* Cycles until @count, which goes on, reaches @cval; 0 if it has */
static u64 cycles_left(u64 cval, u64 count)
{
	return count < cval ? cval - count : 0;
}

/* An hrtimer's callback ran with so many cycles left: does it wait for them? */
static bool wait_on(struct hrtimer *timer, u64 left)
{
	if (!left)
		return false;

	hrtimer_forward_now(timer, cycles_to_ktime(left));

	return true;
}

static bool gic_in_kernel(const struct kvm_vcpu *vcpu)
{
	return vcpu->kvm->arch.vgic.in_kernel;
}

/**
 * kvm_arm_timer_count() - a guest's virtual count
 * @vcpu: any vCPU of the VM
 *
 * Return: what CNTVCT reads as in the guest.
 */
u64 kvm_arm_timer_count(const struct kvm_vcpu *vcpu)
{
	return __arch_counter_get_cntpct() -
	       atomic64_read(&vcpu->kvm->arch.timer.offset);
}

/* Output of the virtual timer; from the vCPU thread, or not loaded */
static bool vtimer_output(const struct kvm_vcpu *vcpu)
{
	const struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	if (t->loaded)
		return (read_cntv_ctl() & (CTL_ENABLE | CTL_IMASK | CTL_ISTATUS)) ==
		       (CTL_ENABLE | CTL_ISTATUS);

	return (t->vctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE &&
	       kvm_arm_timer_count(vcpu) >= t->vcval;
}

/* Is the guest still to handle, or to end, the virtual timer's interrupt? */
static bool vtimer_in_flight(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	if (!t->fired)
		return false;

	if (gic_in_kernel(vcpu))
		return kvm_arm_vgic_is_active(vcpu, t->ppi[KVM_ARM_VTIMER]);

	return vtimer_output(vcpu);
}

/*
 * Set or clear the active state of this CPU's host interrupt; IRQs off.
 *
 * As irq_set_irqchip_state() does, but the GIC needs no lock for a register of
 * this CPU's own, and the way to it is short.
 */
static void set_host_active(bool active)
{
	host_irq_data->chip->irq_set_irqchip_state(host_irq_data,
						   IRQCHIP_STATE_ACTIVE, active);
	__this_cpu_write(host_vtimer.active, active);
}

static irqreturn_t vtimer_interrupt(int irq, void *dev_id)
{
	struct host_vtimer *host = dev_id;
	struct kvm_vcpu *vcpu = host->vcpu;

	/* It was on its way as the timer was switched off: nobody wants it */
	if (!vcpu) {
		set_host_active(false);
		return IRQ_HANDLED;
	}

	/*
	 * No need to wake the vCPU: if it is about to block, its hrtimer, set to
	 * no later than this, does that.
	 */
	host->active = true;
	vcpu->arch.timer.fired = true;
	if (gic_in_kernel(vcpu))
		kvm_arm_vgic_raise_hw(vcpu);

	return IRQ_HANDLED;
}

static enum hrtimer_restart vtimer_wakeup(struct hrtimer *timer)
{
	struct kvm_vcpu_timer *t = container_of(timer, struct kvm_vcpu_timer,
						wakeup);
	struct kvm_vcpu *vcpu = container_of(t, struct kvm_vcpu, arch.timer);

	if (wait_on(timer,
		    cycles_left(t->vcval, kvm_arm_timer_count(vcpu) + t->lead)))
		return HRTIMER_RESTART;

	WRITE_ONCE(t->woken, true);
	kvm_vcpu_wake_up(vcpu);

	return HRTIMER_NORESTART;
}

static bool ptimer_armed(const struct kvm_vcpu_timer *t)
{
	return (t->pctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
}

static bool ptimer_output(const struct kvm_vcpu_timer *t)
{
	return ptimer_armed(t) && __arch_counter_get_cntpct() >= t->pcval;
}

/* Tell the virtual GIC; not while the hrtimer can run */
static void ptimer_set_level(struct kvm_vcpu *vcpu, bool level)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	if (!gic_in_kernel(vcpu)) {
		if (level)
			kvm_vcpu_kick(vcpu);
	} else if (t->plevel != level) {
		t->plevel = level;
		kvm_arm_vgic_set_line(vcpu->kvm, vcpu->vcpu_idx,
				      t->ppi[KVM_ARM_PTIMER], level);
	}
}

static enum hrtimer_restart ptimer_expiry(struct hrtimer *timer)
{
	struct kvm_vcpu_timer *t = container_of(timer, struct kvm_vcpu_timer,
						expiry);
	struct kvm_vcpu *vcpu = container_of(t, struct kvm_vcpu, arch.timer);

	if (wait_on(timer, cycles_left(t->pcval, __arch_counter_get_cntpct())))
		return HRTIMER_RESTART;

	ptimer_set_level(vcpu, true);

	return HRTIMER_NORESTART;
}

/* A register of the physical timer was written, with the hrtimer cancelled */
static void ptimer_update(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	u64 now = __arch_counter_get_cntpct();
	bool level = ptimer_armed(t) && now >= t->pcval;

	/* The virtual GIC may not be set up yet; see kvm_arm_timer_first_run() */
	if (!t->ppi[KVM_ARM_PTIMER])
		return;

	ptimer_set_level(vcpu, level);
	if (ptimer_armed(t) && !level)
		hrtimer_start(&t->expiry, cycles_to_ktime(t->pcval - now),
			      HRTIMER_MODE_REL_HARD);
}

/**
 * kvm_arm_ptimer_read() - a register of the physical timer, as the guest sees it
 * @vcpu: the vCPU
 * @which: KVM_ARM_PTIMER_CTL, _CVAL or _TVAL
 * @val: where to store it; registers of 32 bits are zero-extended
 *
 * Context: the vCPU thread, any state of preemption and interrupts.
 */
void kvm_arm_ptimer_read(struct kvm_vcpu *vcpu, unsigned int which, u64 *val)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	u64 now = __arch_counter_get_cntpct();

	switch (which) {
	case KVM_ARM_PTIMER_CTL:
		*val = t->pctl;
		if ((t->pctl & CTL_ENABLE) && now >= t->pcval)
			*val |= CTL_ISTATUS;
		break;
	case KVM_ARM_PTIMER_CVAL:
		*val = t->pcval;
		break;
	case KVM_ARM_PTIMER_TVAL:
		*val = lower_32_bits(t->pcval - now);
		break;
	}
}

/**
 * kvm_arm_ptimer_write() - write a register of the physical timer
 * @vcpu: the vCPU
 * @which: KVM_ARM_PTIMER_CTL, _CVAL or _TVAL
 * @val: the value; of registers of 32 bits the low half counts
 *
 * The output, and so the virtual interrupt, follows at once.
 *
 * Context: the vCPU thread with interrupts enabled, or vcpu->mutex held.
 */
void kvm_arm_ptimer_write(struct kvm_vcpu *vcpu, unsigned int which, u64 val)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	hrtimer_cancel(&t->expiry);

	switch (which) {
	case KVM_ARM_PTIMER_CTL:
		t->pctl = val & (CTL_ENABLE | CTL_IMASK);
		break;
	case KVM_ARM_PTIMER_CVAL:
		t->pcval = val;
		break;
	case KVM_ARM_PTIMER_TVAL:
		t->pcval = __arch_counter_get_cntpct() + (s32)lower_32_bits(val);
		break;
	}

	ptimer_update(vcpu);
}

/*
 * Loaded after vtimer_wakeup(): learn how long that took. A longer time counts
 * at once and is forgotten slowly, but never believed beyond a limit: then the
 * CPU was busy with something else.
 */
static void vtimer_learn_lead(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	u64 count = kvm_arm_timer_count(vcpu);
	u32 took = min_t(u64, cycles_left(count, t->vcval - t->lead),
			 max_lead);

	t->lead = took > t->lead ? took : t->lead - (t->lead - took) / 8;
}

/**
 * kvm_arm_timer_load() - give the CPU's virtual timer to a vCPU
 * @vcpu: the vCPU
 *
 * A timer that has expired meanwhile becomes a virtual interrupt here rather
 * than through an interrupt of the host.
 *
 * Context: preemption disabled, after kvm_arm_vgic_load(). Does nothing before
 * the first run.
 */
void kvm_arm_timer_load(struct kvm_vcpu *vcpu)
{
	u64 offset = atomic64_read(&vcpu->kvm->arch.timer.offset);
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	unsigned long flags;

	if (!t->ppi[KVM_ARM_VTIMER])
		return;

	local_irq_save(flags);

	if (t->woken)
		vtimer_learn_lead(vcpu);

	t->fired = vtimer_in_flight(vcpu);
	if (!t->fired && vtimer_output(vcpu)) {
		t->fired = true;
		if (gic_in_kernel(vcpu))
			kvm_arm_vgic_raise_hw(vcpu);
	}

	/* In particular, clear what another vCPU left behind on this CPU */
	if (t->fired || __this_cpu_read(host_vtimer.active))
		set_host_active(t->fired);

	kvm_hyp_call(kvm_hyp_set_cntvoff, lower_32_bits(offset),
		     upper_32_bits(offset));
	write_cntv_cval(t->vcval);
	if (t->vctl)
		write_cntv_ctl(t->vctl);
	t->loaded = true;
	__this_cpu_write(host_vtimer.vcpu, vcpu);

	local_irq_restore(flags);
}

/**
 * kvm_arm_timer_put() - take the CPU's virtual timer back from a vCPU
 * @vcpu: the vCPU
 *
 * Afterwards the virtual counter is the physical one again, as the vDSO of host
 * processes expects. The active state of the host interrupt is left to the next
 * kvm_arm_timer_load(): with the timer off it does not matter.
 *
 * Context: preemption disabled.
 */
void kvm_arm_timer_put(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	unsigned long flags;

	if (!t->loaded)
		return;

	local_irq_save(flags);

	t->vctl = read_cntv_ctl() & (CTL_ENABLE | CTL_IMASK);
	t->vcval = read_cntv_cval();
	if (t->vctl)
		write_cntv_ctl(0);
	t->loaded = false;
	__this_cpu_write(host_vtimer.vcpu, NULL);
	kvm_hyp_call(kvm_hyp_set_cntvoff, 0, 0);

	local_irq_restore(flags);
}

/**
 * kvm_arm_timer_block() - let the virtual timer wake the vCPU from WFI
 * @vcpu: the vCPU, about to block
 *
 * It is woken early, by the time that this took before: what is left of that
 * kvm_arm_timer_pending() waits for, so that the guest gets its interrupt as soon
 * as one that is busy. The physical timer needs nothing here: its hrtimer runs
 * all the time.
 *
 * Context: the vCPU thread, loaded, preemption disabled.
 */
void kvm_arm_timer_block(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	unsigned long flags;
	ktime_t now;
	u64 left;

	/* Done with the last one: kvm_arm_timer_load() need not find out then */
	local_irq_save(flags);
	if (t->fired && !vtimer_in_flight(vcpu))
		kvm_arm_timer_release(vcpu);
	local_irq_restore(flags);

	if ((read_cntv_ctl() & (CTL_ENABLE | CTL_IMASK)) != CTL_ENABLE || t->fired)
		return;

	t->vcval = read_cntv_cval();
	left = cycles_left(t->vcval, kvm_arm_timer_count(vcpu) + t->lead);
	now = ktime_get();
	if (left)
		hrtimer_start(&t->wakeup, ktime_add(now, cycles_to_ktime(left)),
			      HRTIMER_MODE_ABS_PINNED_HARD);
	else
		t->woken = true;
}

/**
 * kvm_arm_timer_unblock() - undo kvm_arm_timer_block()
 * @vcpu: the vCPU, which has blocked
 *
 * Context: the vCPU thread, preemption disabled.
 */
void kvm_arm_timer_unblock(struct kvm_vcpu *vcpu)
{
	hrtimer_cancel(&vcpu->arch.timer.wakeup);
	vcpu->arch.timer.woken = false;
}

/* Both outputs, and that of the performance monitors, as user space is told of them */
static u64 user_level(const struct kvm_vcpu *vcpu)
{
	return (vtimer_output(vcpu) ? KVM_ARM_DEV_EL1_VTIMER : 0) |
	       (ptimer_output(&vcpu->arch.timer) ? KVM_ARM_DEV_EL1_PTIMER : 0) |
	       (kvm_arm_vcpu_has_pmu(vcpu) && kvm_arm_pmu_output(vcpu) ? KVM_ARM_DEV_PMU : 0);
}

static bool user_level_is_news(const struct kvm_vcpu *vcpu, u64 level)
{
	return (vcpu->run->s.regs.device_irq_level ^ level) &
	       (KVM_ARM_DEV_EL1_VTIMER | KVM_ARM_DEV_EL1_PTIMER | KVM_ARM_DEV_PMU);
}

/**
 * kvm_arm_timer_pending() - does a timer end WFI that no interrupt ends?
 * @vcpu: the vCPU
 *
 * The virtual GIC knows the timers' outputs, and whether they are enabled. But a
 * GIC in user space has to be told of every change first, and a vCPU that was
 * woken early for its virtual timer must not block again: it waits for the rest
 * here, a few microseconds, unless there is something better to do.
 *
 * Context: the vCPU thread, loaded.
 * Return: true if it does.
 */
bool kvm_arm_timer_pending(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	u64 left;

	if (READ_ONCE(t->woken)) {
		/* User space can turn the clock back meanwhile */
		do {
			left = cycles_left(t->vcval, kvm_arm_timer_count(vcpu));
		} while (left && left <= max_lead && !need_resched());
		return true;
	}

	return !gic_in_kernel(vcpu) &&
	       user_level_is_news(vcpu, user_level(vcpu));
}

/**
 * kvm_arm_timer_user_changed() - must user space look at the timers' outputs?
 * @vcpu: the vCPU, of a VM whose GIC is in user space
 *
 * Also lets the host's interrupt come again, once the guest has quieted its
 * timer. The guest cannot wait for the next one before: to end the last it has
 * to access its GIC, which takes it through here.
 *
 * Context: the vCPU thread, loaded; before each entry to the guest from a place
 * where IRQs were on.
 * Return: true if KVM_RUN has to return before it enters the guest.
 */
bool kvm_arm_timer_user_changed(struct kvm_vcpu *vcpu)
{
	u64 level = user_level(vcpu);

	if (vcpu->arch.timer.fired && !(level & KVM_ARM_DEV_EL1_VTIMER))
		kvm_arm_timer_release(vcpu);

	return user_level_is_news(vcpu, level);
}

/**
 * kvm_arm_timer_user_update() - show the timers' outputs to user space
 * @vcpu: the vCPU, of a VM whose GIC is in user space
 *
 * Context: the vCPU thread, when KVM_RUN returns, for whatever reason.
 */
void kvm_arm_timer_user_update(struct kvm_vcpu *vcpu)
{
	vcpu->run->s.regs.device_irq_level = user_level(vcpu);
}

/**
 * kvm_arm_timer_release() - the virtual timer's interrupt is not active any more
 * @vcpu: the vCPU
 *
 * To be called when the virtual interrupt ceases to be pending or active by
 * other means than the guest's EOI: the host's interrupt is deactivated, so that
 * it comes again if the timer's output is still, or once more, high.
 *
 * Context: the vCPU thread.
 */
void kvm_arm_timer_release(struct kvm_vcpu *vcpu)
{
	unsigned long flags;

	local_irq_save(flags);
	vcpu->arch.timer.fired = false;
	if (vcpu->arch.timer.loaded)
		set_host_active(false);
	local_irq_restore(flags);
}

/**
 * kvm_arm_timer_resample() - is the pending virtual timer interrupt still due?
 * @vcpu: the vCPU
 *
 * The hardware tells when the output rises, not when it falls: the virtual GIC
 * asks before it shows or delivers an interrupt that it has held back.
 *
 * Context: the vCPU thread.
 * Return: false if the interrupt is no longer pending, as the guest has silenced
 * the timer.
 */
bool kvm_arm_timer_resample(struct kvm_vcpu *vcpu)
{
	if (vtimer_output(vcpu))
		return true;

	kvm_arm_timer_release(vcpu);

	return false;
}

/**
 * kvm_arm_timer_withdrawn() - did the guest silence the timer meanwhile?
 * @vcpu: the vCPU, whose virtual timer's interrupt is pending
 *
 * Context: the vCPU thread.
 * Return: true if the timer had raised the interrupt, and it is not due any more:
 * it is level-triggered, so it must not be delivered. The guest may also have
 * made it pending itself, which stays so.
 */
bool kvm_arm_timer_withdrawn(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.timer.fired && !kvm_arm_timer_resample(vcpu);
}

/**
 * kvm_arm_timer_init_vm() - start a VM's time
 * @kvm: the VM, being created: its virtual count is zero now
 */
void kvm_arm_timer_init_vm(struct kvm *kvm)
{
	struct kvm_vm_timer *t = &kvm->arch.timer;

	atomic64_set(&t->offset, __arch_counter_get_cntpct());
	t->ppi[KVM_ARM_VTIMER] = VTIMER_PPI;
	t->ppi[KVM_ARM_PTIMER] = PTIMER_PPI;
}

/**
 * kvm_arm_timer_init_vcpu() - set up the timers of a vCPU
 * @vcpu: the vCPU, being created
 */
void kvm_arm_timer_init_vcpu(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	hrtimer_init(&t->wakeup, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
	t->wakeup.function = vtimer_wakeup;
	hrtimer_init(&t->expiry, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	t->expiry.function = ptimer_expiry;
}

/**
 * kvm_arm_timer_destroy_vcpu() - the end of a vCPU's timers
 * @vcpu: the vCPU; its virtual GIC is not touched after this returns
 *
 * Context: may sleep; the vCPU is not loaded and cannot be again.
 */
void kvm_arm_timer_destroy_vcpu(struct kvm_vcpu *vcpu)
{
	hrtimer_cancel(&vcpu->arch.timer.wakeup);
	hrtimer_cancel(&vcpu->arch.timer.expiry);
}

/**
 * kvm_arm_timer_reset_vcpu() - both timers off
 * @vcpu: the vCPU, not loaded
 *
 * What their interrupts are about to do is left to the virtual GIC.
 *
 * Context: vcpu->mutex held.
 */
void kvm_arm_timer_reset_vcpu(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;

	t->vctl = 0;
	t->vcval = 0;

	hrtimer_cancel(&t->expiry);
	t->pctl = 0;
	t->pcval = 0;
	ptimer_update(vcpu);
}

/**
 * kvm_arm_timer_first_run() - connect the timers to the virtual GIC
 * @vcpu: the vCPU, not loaded
 *
 * Context: vcpu->mutex held, after kvm_arm_vgic_first_run().
 * Return: 0, or -EINVAL if both timers have the same interrupt number.
 */
int kvm_arm_timer_first_run(struct kvm_vcpu *vcpu)
{
	struct kvm_vm_timer *vm = &vcpu->kvm->arch.timer;
	struct kvm_vcpu_timer *t = &vcpu->arch.timer;
	u8 vppi = READ_ONCE(vm->ppi[KVM_ARM_VTIMER]);
	u8 pppi = READ_ONCE(vm->ppi[KVM_ARM_PTIMER]);
	int ret;

	if (vppi == pppi)
		return -EINVAL;

	if (gic_in_kernel(vcpu)) {
		ret = kvm_arm_vgic_map_hw(vcpu, vppi,
					  irqd_to_hwirq(host_irq_data));
		if (ret)
			return ret;
		/* In a restored VM, the guest may be about to handle it */
		t->fired = kvm_arm_vgic_is_active(vcpu, vppi);
	}

	t->ppi[KVM_ARM_VTIMER] = vppi;
	t->ppi[KVM_ARM_PTIMER] = pppi;
	/* A restored GIC may have had another level: say what it is in any case */
	t->plevel = !ptimer_output(t);
	ptimer_update(vcpu);

	return 0;
}

/**
 * kvm_arm_timer_enable_cpu() - let guests use this CPU's virtual timer
 *
 * Context: preemption disabled.
 */
void kvm_arm_timer_enable_cpu(void)
{
	/* The boot loader may have left it on */
	write_cntv_ctl(0);
	__this_cpu_write(host_vtimer.active, false);
	enable_percpu_irq(host_irq, host_trigger);
}

/**
 * kvm_arm_timer_disable_cpu() - undo kvm_arm_timer_enable_cpu()
 *
 * Also deactivates the interrupt, as the GIC's driver does with one that is
 * forwarded.
 *
 * Context: preemption disabled.
 */
void kvm_arm_timer_disable_cpu(void)
{
	disable_percpu_irq(host_irq);
}

/**
 * kvm_arm_timer_probe() - get hold of the host's virtual timer
 *
 * Return: 0, or a negative error code after a message that names the reason.
 */
int kvm_arm_timer_probe(void)
{
	struct arch_timer_kvm_info *info = arch_timer_get_kvm_info();
	int ret;

	cyclecounter = info->timecounter.cc;
	if (!cyclecounter) {
		pr_err("KVM is not available: the host does not use the generic timer.\n");
		return -ENODEV;
	}

	max_lead = arch_timer_get_rate() / USEC_PER_SEC * MAX_LEAD_US;

	if (info->virtual_irq <= 0) {
		pr_err("KVM is not available: the device tree's timer node has no virtual timer interrupt.\n");
		return -ENODEV;
	}
	host_irq = info->virtual_irq;

	host_irq_data = irq_get_irq_data(host_irq);
	if (!host_irq_data || !host_irq_data->chip->irq_set_irqchip_state) {
		pr_err("KVM is not available: the virtual timer's interrupt %u is not one of a GIC.\n",
		       host_irq);
		return -ENODEV;
	}

	/* As for the host's own timer: it is level-triggered, whatever they say */
	host_trigger = irqd_get_trigger_type(host_irq_data);
	if (!(host_trigger & IRQ_TYPE_LEVEL_MASK)) {
		pr_warn("The device tree should say that the virtual timer's interrupt is level-triggered, assuming so.\n");
		host_trigger = IRQ_TYPE_LEVEL_LOW;
	}

	ret = request_percpu_irq(host_irq, vtimer_interrupt, "kvm vtimer",
				 &host_vtimer);
	if (ret) {
		pr_err("KVM is not available: the virtual timer's interrupt %u is in use (error %d).\n",
		       host_irq, ret);
		return ret;
	}

	/* To whichever vCPU: the GIC's driver just wants to know that it is */
	ret = irq_set_vcpu_affinity(host_irq, info);
	if (ret) {
		pr_err("KVM is not available: the interrupt controller cannot forward the virtual timer's interrupt to a guest (error %d).\n",
		       ret);
		free_percpu_irq(host_irq, &host_vtimer);
	}

	return ret;
}

/**
 * kvm_arm_timer_remove() - undo kvm_arm_timer_probe()
 *
 * Context: may sleep, after kvm_arm_timer_disable_cpu() on every CPU.
 */
void kvm_arm_timer_remove(void)
{
	irq_set_vcpu_affinity(host_irq, NULL);
	free_percpu_irq(host_irq, &host_vtimer);
}
