// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GIC: state of the interrupts, and their way into the list
 * registers and back.
 *
 * An interrupt's state is in its struct vgic_bank, or in a list register of the
 * CPU that has the vCPU loaded, never in both. To fold is to read the list
 * registers back into the banks; kvm_arm_vgic_flush() folds, then fills them
 * with the most urgent interrupts. It runs only when vgic_cpu::dirty says that
 * they are out of date. A vCPU that is not loaded is always folded.
 *
 * Lock order: vgic_dist::lock, then one vgic_bank::lock at a time, IRQs off.
 */
#include <linux/irqchip/arm-gic.h>
#include <linux/kvm_host.h>
#include <linux/nospec.h>

#define GICH_HCR_LRENPIE	BIT(2)
#define GICH_LR_CPUID_SHIFT	10
/* Five bits of priority are in a list register */
#define VGIC_LR_PRIORITY(p)	((u32)(p) >> 3 << GICH_LR_PRIORITY_SHIFT)

#define VGIC_PICK_MAX		16

/**
 * struct vgic_pick - the most urgent interrupts of a kind, in order
 * @n: how many there are, kept or not
 * @key: priority << 16 | interrupt
 */
struct vgic_pick {
	unsigned int n;
	u32 key[VGIC_PICK_MAX];
};

/**
 * vgic_bank() - find a bank of interrupts
 * @vcpu: whose private interrupts bank 0 has
 * @b: number of its first interrupt / 32, less than vgic_dist::nr_banks
 *
 * Return: the bank.
 */
struct vgic_bank *vgic_bank(struct kvm_vcpu *vcpu, unsigned int b)
{
	if (!b)
		return &vcpu->arch.vgic.private;
	return &vcpu->kvm->arch.vgic.spi[b - 1];
}

/**
 * vgic_set_on() - enables, groups or GICD_CTLR have changed
 * @kvm: the VM
 * @bank: one of its banks, locked
 */
void vgic_set_on(struct kvm *kvm, struct vgic_bank *bank)
{
	u32 ctlr = READ_ONCE(kvm->arch.vgic.ctlr);
	u32 mask = 0;

	if (ctlr & GICD_ENABLE)
		mask |= ~bank->group;
	if (ctlr & BIT(1))
		mask |= bank->group;
	bank->on = bank->enabled & mask;
}

/* Interrupts to signal to the vCPU whose @share it is, now or when completed */
static __always_inline u32 vgic_deliverable(const struct vgic_bank *bank,
					    const struct vgic_share *share)
{
	return vgic_pending(bank) & bank->on &
	       ((share->route & ~bank->claimed) | share->active);
}

/* Mark a vCPU for a refill if any of @mask concerns it; bank locked */
static __always_inline bool vgic_update_vcpu(struct kvm_vcpu *vcpu,
					     struct vgic_bank *bank,
					     unsigned int b, u32 mask)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	struct vgic_share *share = &vgic->share[b];

	mask &= share->held | share->active | vgic_deliverable(bank, share);
	if (!mask)
		return false;

	/* It is cleared with the bank locked, too */
	if (!test_bit(b, &vgic->ready))
		set_bit(b, &vgic->ready);
	WRITE_ONCE(vgic->dirty, true);
	return true;
}

/**
 * vgic_update() - the state of interrupts has changed
 * @vcpu: any vCPU, for bank 0 the one whose it is
 * @b: the bank, locked
 * @mask: the interrupts
 *
 * Return: the vCPUs that must be kicked when the bank is unlocked.
 */
u32 vgic_update(struct kvm_vcpu *vcpu, unsigned int b, u32 mask)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	unsigned int i;
	u32 vcpus = 0;

	if (!b)
		return vgic_update_vcpu(vcpu, &vcpu->arch.vgic.private, 0, mask) ?
		       BIT(vcpu->vcpu_idx) : 0;

	for (i = 0; i < dist->nr_cpus; i++)
		if (vgic_update_vcpu(dist->cpu[i], &dist->spi[b - 1], b, mask))
			vcpus |= BIT(i);
	return vcpus;
}

/**
 * vgic_update_all() - any interrupt's state may have changed
 * @kvm: the VM
 * @self: as for vgic_kick()
 */
void vgic_update_all(struct kvm *kvm, struct kvm_vcpu *self)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	unsigned long flags;
	unsigned int i, b;
	u32 vcpus = 0;

	for (i = 0; i < dist->nr_cpus; i++) {
		struct kvm_vcpu *vcpu = dist->cpu[i];

		/* SPIs once: they are updated for all vCPUs */
		for (b = 0; b < (i ? 1 : dist->nr_banks); b++) {
			struct vgic_bank *bank = vgic_bank(vcpu, b);

			raw_spin_lock_irqsave(&bank->lock, flags);
			vgic_set_on(kvm, bank);
			vcpus |= vgic_update(vcpu, b, ~0);
			raw_spin_unlock_irqrestore(&bank->lock, flags);
		}
	}
	vgic_kick(kvm, self, vcpus);
}

/**
 * vgic_route() - choose a vCPU for each SPI
 * @kvm: the VM
 * @b: bank, locked, not 0
 *
 * Of several targets the first is taken: the architecture leaves the choice to
 * the implementation, and a fixed one needs no arbitration. With one vCPU, all
 * SPIs go there.
 */
void vgic_route(struct kvm *kvm, unsigned int b)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct vgic_bank *bank = &dist->spi[b - 1];
	unsigned int i;

	for (i = 0; i < dist->nr_cpus; i++)
		dist->cpu[i]->arch.vgic.share[b].route = 0;

	for (i = 0; i < 32; i++) {
		u32 target = dist->nr_cpus == 1 ? 1 : bank->target[i];

		if (target)
			dist->cpu[__ffs(target)]->arch.vgic.share[b].route |= BIT(i);
	}
}

/**
 * vgic_resample_hw() - ask the device behind a hardware interrupt for its level
 * @vcpu: the vCPU, in its thread
 *
 * The host's interrupt is active while the guest's is pending or active. When
 * the latter ends other than by completion, the device says what follows.
 *
 * Context: IRQs off, no bank locked.
 */
void vgic_resample_hw(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	u32 bit = BIT(vgic->hw_intid);
	bool level = kvm_arm_timer_resample(vcpu);

	raw_spin_lock(&vgic->private.lock);
	if (level)
		vgic->private.latch |= bit;
	else
		vgic->private.latch &= ~bit;
	vgic_update(vcpu, 0, bit);
	raw_spin_unlock(&vgic->private.lock);
}

/* A completion that a resampling irqfd may wait for; bank locked */
static void vgic_note_completed(struct kvm_vcpu *vcpu, unsigned int b, u32 bit)
{
	if (hlist_empty(&vcpu->kvm->irq_ack_notifier_list))
		return;
	vcpu->arch.vgic.share[b].completed |= bit;
	set_bit(b, &vcpu->arch.vgic.completed);
}

/* Interrupts whose state a fold changed; bank locked */
static void vgic_gave_back(struct kvm_vcpu *vcpu, unsigned int b, u32 bit)
{
	u32 vcpus = vgic_update(vcpu, b, bit) & ~BIT(vcpu->vcpu_idx);
	unsigned int i;

	vgic_for_each_bit(i, vcpus)
		set_bit(i, &vcpu->arch.vgic.handover);
}

static void vgic_fold_lr(struct kvm_vcpu *vcpu, u32 was, u32 lr)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned int intid = lr & GICH_LR_VIRTUALID;
	unsigned int b = intid / 32;
	struct vgic_bank *bank = vgic_bank(vcpu, b);
	struct vgic_share *share = &vgic->share[b];
	bool pending = lr & GICH_LR_PENDING_BIT;
	bool active = lr & GICH_LR_ACTIVE_BIT;
	u32 bit = BIT(intid % 32);

	raw_spin_lock(&bank->lock);

	share->held &= ~bit;
	if (active) {
		share->active |= bit;
	} else {
		share->active &= ~bit;
		bank->claimed &= ~bit;
	}

	if (intid < VGIC_NR_SGIS) {
		unsigned int source = lr >> GICH_LR_CPUID_SHIFT & 7;

		if (pending) {
			vgic->sgi_sources[intid] |= BIT(source);
			bank->latch |= bit;
		}
		vgic->sgi_active[intid] = source;
	} else if ((bank->edge & bit) || (lr & GICH_LR_HW)) {
		if (pending)
			bank->latch |= bit;
	} else if (!pending) {
		/* Acknowledged: only the line keeps it pending */
		if (was & GICH_LR_PENDING_BIT)
			bank->latch &= ~bit;
		if ((lr & GICH_LR_EOI) && !active)
			vgic_note_completed(vcpu, b, bit);
	} else if (!active && (was & GICH_LR_ACTIVE_BIT)) {
		vgic_note_completed(vcpu, b, bit);
	}

	/* Of a private one that is pending otherwise, the vCPU knows */
	if (pending || active || (b && (vgic_pending(bank) & bit)))
		vgic_gave_back(vcpu, b, bit);

	raw_spin_unlock(&bank->lock);
}

/*
 * The guest completed an interrupt that was in no list register. Completions
 * come in the order of priorities: it was the most urgent of the active ones.
 */
static void vgic_fold_uncounted(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned int b, i, intid = 0;
	struct vgic_bank *bank;
	u32 active;
	u32 best = ~0;

	vgic_for_each_bit(b, vgic->ready) {
		bank = vgic_bank(vcpu, b);
		raw_spin_lock(&bank->lock);
		active = vgic->share[b].active & ~vgic->share[b].held;
		vgic_for_each_bit(i, active) {
			if (bank->priority[i] < best) {
				best = bank->priority[i];
				intid = b * 32 + i;
			}
		}
		raw_spin_unlock(&bank->lock);
	}
	if (best == ~0)
		return;

	b = intid / 32;
	bank = vgic_bank(vcpu, b);
	raw_spin_lock(&bank->lock);
	vgic->share[b].active &= ~BIT(intid % 32);
	bank->claimed &= ~BIT(intid % 32);
	if (bank->line & ~bank->edge & BIT(intid % 32))
		vgic_note_completed(vcpu, b, BIT(intid % 32));
	vgic_gave_back(vcpu, b, BIT(intid % 32));
	raw_spin_unlock(&bank->lock);

	if (intid == vgic->hw_intid)
		vgic_resample_hw(vcpu);
}

/**
 * vgic_fold() - read a vCPU's list registers back
 * @vcpu: the vCPU, loaded on this CPU; or any that is not loaded, which has none
 *
 * Context: IRQs off.
 */
void vgic_fold(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned int n, count;
	u32 lr, was;

	if (!vgic->used)
		return;

	if (vgic->left_active) {
		for (count = vgic_v2_eoi_count(); count; count--)
			vgic_fold_uncounted(vcpu);
		vgic->left_active = 0;
	}

	for (n = 0; n < vgic->used; n++) {
		lr = vgic_v2_get_lr(n, &was);
		vgic_fold_lr(vcpu, was, lr);
	}

	/* The banks are complete: pairs with vgic_freeze() */
	smp_store_release(&vgic->used, 0);
	if (vgic->ready)
		WRITE_ONCE(vgic->dirty, true);
}

/* Tell others what folding brought up; any context but under a run queue lock */
static void vgic_fold_done(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned int b, i;
	unsigned long flags;
	u32 banks, done;

	if (vgic->handover)
		vgic_kick(vcpu->kvm, NULL, xchg(&vgic->handover, 0));

	if (!vgic->completed)
		return;

	banks = xchg(&vgic->completed, 0);
	vgic_for_each_bit(b, banks) {
		struct vgic_bank *bank = vgic_bank(vcpu, b);

		raw_spin_lock_irqsave(&bank->lock, flags);
		done = vgic->share[b].completed;
		vgic->share[b].completed = 0;
		raw_spin_unlock_irqrestore(&bank->lock, flags);

		if (!b)
			continue;
		vgic_for_each_bit(i, done)
			kvm_notify_acked_irq(vcpu->kvm, 0, (b - 1) * 32 + i);
	}
}

/**
 * vgic_deferred() - vgic_cpu::deferred: what kvm_arm_vgic_put() could not do
 * @work: it
 */
void vgic_deferred(struct irq_work *work)
{
	vgic_fold_done(container_of(work, struct kvm_vcpu, arch.vgic.deferred));
}

static void vgic_pick(struct vgic_pick *pick, unsigned int max, u32 key)
{
	unsigned int i = min(pick->n, max);

	pick->n++;
	if (i == max) {
		if (key >= pick->key[max - 1])
			return;
		i--;
	}
	for (; i && pick->key[i - 1] > key; i--)
		pick->key[i] = pick->key[i - 1];
	pick->key[i] = key;
}

/* Sort out what there is for the list registers, @max of them */
static void vgic_pick_all(struct kvm_vcpu *vcpu, unsigned int max,
			  struct vgic_pick *act, struct vgic_pick *pend)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	u32 ready = READ_ONCE(vgic->ready);
	unsigned int b, i;
	u32 active, mask;

	vgic_for_each_bit(b, ready) {
		struct vgic_bank *bank = vgic_bank(vcpu, b);
		struct vgic_share *share = &vgic->share[b];

		raw_spin_lock(&bank->lock);
		active = share->active;
		mask = active | vgic_deliverable(bank, share);
		if (!mask)
			clear_bit(b, &vgic->ready);
		vgic_for_each_bit(i, mask)
			vgic_pick(active & BIT(i) ? act : pend, max,
				  (u32)bank->priority[i] << 16 | (b * 32 + i));
		raw_spin_unlock(&bank->lock);
	}
}

/* Move an interrupt out of its bank, locked; returns the list register */
static __always_inline u32 vgic_hold(struct kvm_vcpu *vcpu,
				     struct vgic_bank *bank, unsigned int intid)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned int b = intid / 32;
	struct vgic_share *share = &vgic->share[b];
	u32 bit = BIT(intid % 32);
	bool active = share->active & bit;
	bool pending = vgic_deliverable(bank, share) & bit;
	u32 lr;

	lr = intid | VGIC_LR_PRIORITY(bank->priority[intid % 32]);
	if (active)
		lr |= GICH_LR_ACTIVE_BIT;
	if (bank->group & bit)
		lr |= GICH_LR_GROUP1;

	if (intid < VGIC_NR_SGIS) {
		u8 *sources = &vgic->sgi_sources[intid];
		unsigned int source;

		source = active ? vgic->sgi_active[intid] : __ffs(*sources);
		lr |= source << GICH_LR_CPUID_SHIFT;
		if (pending) {
			if (*sources & BIT(source))
				lr |= GICH_LR_PENDING_BIT;
			*sources &= ~BIT(source);
			/* The next sender's turn comes when this is completed */
			if (*sources)
				lr |= GICH_LR_EOI;
			else
				bank->latch &= ~bit;
		}
	} else if (intid == vgic->hw_intid) {
		/* Pending and active at once is not for these */
		lr |= vgic->hw_lr;
		if (!active) {
			if (!kvm_arm_timer_withdrawn(vcpu))
				lr |= GICH_LR_PENDING_BIT;
			bank->latch &= ~bit;
		}
	} else {
		bool high = bank->line & ~bank->edge & bit;

		/*
		 * Its completion must be known: the line may be one that falls then.
		 * Pending beside active would hide it, as the guest could go on with
		 * the next one at once.
		 */
		if (high)
			lr |= GICH_LR_EOI;
		if (pending && !(active && high)) {
			lr |= GICH_LR_PENDING_BIT;
			if (bank->edge & bit)
				bank->latch &= ~bit;
		}
	}

	share->held |= bit;
	if (b)
		bank->claimed |= bit;
	return lr;
}

/*
 * The usual case: few interrupts, all of one bank. Returns how many there are, or
 * -1 if some would find no list register: then nothing has happened.
 */
static int vgic_hold_bank(struct kvm_vcpu *vcpu, unsigned int b, u32 *lrs,
			  unsigned int max)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	struct vgic_bank *bank = vgic_bank(vcpu, b);
	struct vgic_share *share = &vgic->share[b];
	unsigned int i, n = 0;
	u32 mask, rest;

	raw_spin_lock(&bank->lock);
	mask = share->active | vgic_deliverable(bank, share);
	if (!mask)
		clear_bit(b, &vgic->ready);

	rest = mask;
	for (i = 0; i < max; i++)
		rest &= rest - 1;
	if (!rest)
		vgic_for_each_bit(i, mask)
			lrs[n++] = vgic_hold(vcpu, bank, b * 32 + i);
	raw_spin_unlock(&bank->lock);

	return rest ? -1 : n;
}

/* Any number of interrupts of any banks; returns how many go in */
static int vgic_hold_best(struct kvm_vcpu *vcpu, u32 *lrs, unsigned int max,
			  u32 *hcr)
{
	unsigned int i, n = 0, nact, npend, intid;
	struct vgic_pick act __uninitialized, pend __uninitialized;
	struct vgic_share *share;
	struct vgic_bank *bank;

	act.n = 0;
	pend.n = 0;
	vgic_pick_all(vcpu, max, &act, &pend);

	nact = min(act.n, pend.n ? max - 1 : max);
	npend = min(pend.n, max - nact);
	for (i = 0; i < nact + npend; i++) {
		intid = (u16)(i < nact ? act.key[i] : pend.key[i - nact]);
		bank = vgic_bank(vcpu, intid / 32);
		share = &vcpu->arch.vgic.share[intid / 32];

		raw_spin_lock(&bank->lock);
		/* Another vCPU may have withdrawn it meanwhile */
		if ((share->active | vgic_deliverable(bank, share)) & BIT(intid % 32))
			lrs[n++] = vgic_hold(vcpu, bank, intid);
		raw_spin_unlock(&bank->lock);
	}

	vcpu->arch.vgic.left_active = act.n - nact;
	if (act.n > nact)
		*hcr |= GICH_HCR_LRENPIE;
	if (pend.n > npend)
		*hcr |= GICH_HCR_NPIE;
	return n;
}

/**
 * kvm_arm_vgic_flush() - bring the list registers up to date
 * @vcpu: the vCPU, loaded, about to enter the guest; vgic_cpu::dirty is set
 *
 * The most urgent interrupts go in. When there are more of them than list
 * registers, the maintenance interrupt asks for a refill as soon as none of
 * those inside is pending (IHI 0048B, 5.2.4), so that one list register at least
 * is left to pending ones; active ones that find no place are completed by
 * count (GICH_HCR.EOICount).
 *
 * Context: IRQs off.
 * Return: false if the guest cannot be entered, as its completions would not be
 * noticed while another vCPU keeps all interrupts out of the list registers:
 * KVM_REQ_VGIC_FROZEN waits for that one.
 */
bool kvm_arm_vgic_flush(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned int max = vgic_v2_nr_lrs();
	u32 lrs[VGIC_PICK_MAX] __uninitialized;
	u32 ready, hcr = GICH_HCR_EN;
	int n = 0;

	vgic_fold(vcpu);
	vgic_fold_done(vcpu);

	WRITE_ONCE(vgic->dirty, false);
	WRITE_ONCE(vgic->used, max);
	/*
	 * Changes from here on set @dirty again, vgic_kick(); and vgic_freeze()
	 * sees @used, or @frozen is seen here.
	 */
	smp_mb();

	ready = READ_ONCE(vgic->ready);
	if (ready) {
		if (READ_ONCE(vcpu->kvm->arch.vgic.frozen)) {
			WRITE_ONCE(vgic->used, 0);
			WRITE_ONCE(vgic->dirty, true);
			kvm_make_request(KVM_REQ_VGIC_FROZEN, vcpu);
			return false;
		}
		n = -1;
		if (is_power_of_2(ready))
			n = vgic_hold_bank(vcpu, __ffs(ready), lrs, max);
		if (n < 0)
			n = vgic_hold_best(vcpu, lrs, max, &hcr);
	}

	WRITE_ONCE(vgic->used, n);
	vgic_v2_set_lrs(lrs, n, hcr);
	return true;
}

/* The most urgent interrupt that the vCPU would be signalled; any context */
static bool vgic_best_pending(struct kvm_vcpu *vcpu, bool check_vmcr)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	u32 ready = READ_ONCE(vgic->ready);
	u32 vmcr = READ_ONCE(vgic->vmcr);
	unsigned int limit = vmcr >> GICH_VMCR_PRIMASK_SHIFT << 3;
	unsigned int b, i;
	unsigned long flags;
	bool found = false;
	u32 mask;

	vgic_for_each_bit(b, ready) {
		struct vgic_bank *bank = vgic_bank(vcpu, b);
		struct vgic_share *share = &vgic->share[b];

		raw_spin_lock_irqsave(&bank->lock, flags);
		mask = vgic_deliverable(bank, share) & ~share->active;
		if (check_vmcr) {
			if (!(vmcr & GICH_VMCR_ENABLE_GRP0_MASK))
				mask &= bank->group;
			if (!(vmcr & GICH_VMCR_ENABLE_GRP1_MASK))
				mask &= ~bank->group;
		}
		vgic_for_each_bit(i, mask)
			found |= !check_vmcr || bank->priority[i] < limit;
		raw_spin_unlock_irqrestore(&bank->lock, flags);

		if (found)
			break;
	}
	return found;
}

/* Fold, and learn what has_pending needs to know of the CPU interface */
static void vgic_fold_and_look(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;

	vgic_fold(vcpu);
	vgic->vmcr_fresh = vgic_best_pending(vcpu, false);
	if (vgic->vmcr_fresh)
		vgic_v2_read_vmcr(vcpu);
}

/**
 * kvm_arm_vgic_sync() - have the state of all interrupts in memory
 * @vcpu: the vCPU, loaded, in its thread
 *
 * For decisions on that state, as whether WFI waits.
 *
 * Context: any that can wake a thread.
 */
void kvm_arm_vgic_sync(struct kvm_vcpu *vcpu)
{
	unsigned long flags;

	if (!vcpu->kvm->arch.vgic.in_kernel)
		return;

	local_irq_save(flags);
	vgic_fold_and_look(vcpu);
	vgic_fold_done(vcpu);
	local_irq_restore(flags);
}

/**
 * kvm_arm_vgic_put() - the vCPU leaves its CPU
 * @vcpu: the vCPU, loaded
 *
 * Context: preemption off; may be under the run queue lock.
 */
void kvm_arm_vgic_put(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned long flags;

	if (!vcpu->kvm->arch.vgic.in_kernel)
		return;

	local_irq_save(flags);
	vgic_fold_and_look(vcpu);
	vgic_v2_quiesce();
	if (vgic->completed || vgic->handover)
		irq_work_queue(&vgic->deferred);
	local_irq_restore(flags);
}

/**
 * kvm_arm_vgic_has_pending() - would an interrupt be signalled to a vCPU?
 * @vcpu: the vCPU, folded: not loaded, or after kvm_arm_vgic_sync()
 *
 * Context: any.
 * Return: true to say that WFI must not wait.
 */
bool kvm_arm_vgic_has_pending(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(vcpu->arch.vgic.ready))
		return false;
	return vgic_best_pending(vcpu, READ_ONCE(vcpu->arch.vgic.vmcr_fresh));
}

/**
 * kvm_arm_vgic_set_line() - set the level of an interrupt line
 * @kvm: the VM
 * @vcpu_idx: of a PPI, the vCPU
 * @intid: PPI or SPI, 16-1019
 * @level: true: asserted
 *
 * Each call with @level true makes an edge-triggered interrupt pending.
 *
 * Context: any but under a run queue lock.
 * Return: 0; -EAGAIN before the GIC is initialized; -EINVAL for an interrupt
 * that it does not have.
 */
int kvm_arm_vgic_set_line(struct kvm *kvm, unsigned int vcpu_idx,
			  unsigned int intid, bool level)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct vgic_bank *bank;
	struct kvm_vcpu *vcpu;
	unsigned long flags;
	u32 bit, vcpus = 0;
	unsigned int nr;

	/* Pairs with vgic_init() */
	if (!smp_load_acquire(&dist->initialized))
		return -EAGAIN;
	if (intid >= VGIC_NR_PRIVATE)
		vcpu_idx = 0;
	nr = min(dist->nr_irqs, VGIC_NR_PRIVATE + VGIC_NR_SPIS_MAX);
	if (intid < VGIC_NR_SGIS || vcpu_idx >= dist->nr_cpus || intid >= nr)
		return -EINVAL;

	intid = array_index_nospec(intid, nr);
	bit = BIT(intid % 32);
	vcpu = dist->cpu[array_index_nospec(vcpu_idx, dist->nr_cpus)];
	bank = vgic_bank(vcpu, intid / 32);

	raw_spin_lock_irqsave(&bank->lock, flags);
	if (intid == vcpu->arch.vgic.hw_intid) {
		bank->latch = level ? bank->latch | bit : bank->latch & ~bit;
	} else if (!level == !(bank->line & bit)) {
		if (!level || !(bank->edge & bit))
			goto out;
		bank->latch |= bit;
	} else {
		bank->line ^= bit;
		if (bank->edge & bit) {
			if (!level)
				goto out;
			bank->latch |= bit;
		}
	}
	vcpus = vgic_update(vcpu, intid / 32, bit);
out:
	raw_spin_unlock_irqrestore(&bank->lock, flags);
	vgic_kick(kvm, NULL, vcpus);
	return 0;
}

/**
 * kvm_arm_vgic_map_hw() - let the guest's completion deactivate a host interrupt
 * @vcpu: the vCPU, not running
 * @intid: the guest's PPI; one a vCPU
 * @hwirq: the host's interrupt number, of its GIC
 *
 * kvm_arm_vgic_set_line() then makes it pending until it is acknowledged, and
 * the host's interrupt is active until the guest has completed it.
 *
 * Return: 0, or -EINVAL if one of them is not a PPI or SPI.
 */
int kvm_arm_vgic_map_hw(struct kvm_vcpu *vcpu, unsigned int intid,
			unsigned int hwirq)
{
	if (intid < VGIC_NR_SGIS || intid >= VGIC_NR_PRIVATE ||
	    hwirq < VGIC_NR_SGIS || hwirq >= 1020)
		return -EINVAL;

	/* What user space may have said of it is not its line */
	scoped_guard(raw_spinlock_irqsave, &vcpu->arch.vgic.private.lock)
		vcpu->arch.vgic.private.line &= ~BIT(intid);
	vcpu->arch.vgic.hw_intid = intid;
	vcpu->arch.vgic.hw_lr = GICH_LR_HW | hwirq << GICH_LR_PHYSID_CPUID_SHIFT;
	return 0;
}

/**
 * kvm_arm_vgic_raise_hw() - the host has taken the interrupt of a vCPU's timer
 * @vcpu: the vCPU, loaded on this CPU, not in the guest
 *
 * As kvm_arm_vgic_set_line() for the interrupt of kvm_arm_vgic_map_hw(), but
 * without a kick: the vCPU looks at vgic_cpu::dirty before it enters the guest.
 * If it may be about to block, the caller sees to it that it wakes up.
 *
 * Context: IRQs off.
 */
void kvm_arm_vgic_raise_hw(struct kvm_vcpu *vcpu)
{
	struct vgic_bank *bank = &vcpu->arch.vgic.private;
	u32 bit = BIT(vcpu->arch.vgic.hw_intid);

	raw_spin_lock(&bank->lock);
	bank->latch |= bit;
	vgic_update_vcpu(vcpu, bank, 0, bit);
	raw_spin_unlock(&bank->lock);
}

/**
 * kvm_arm_vgic_is_active() - is a private interrupt pending or active?
 * @vcpu: the vCPU, in its thread
 * @intid: an SGI or PPI
 *
 * Context: vCPU thread.
 * Return: true until the guest has completed it.
 */
bool kvm_arm_vgic_is_active(struct kvm_vcpu *vcpu, unsigned int intid)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned long flags;
	u32 state;

	local_irq_save(flags);
	if (vgic->share[0].held & BIT(intid))
		vgic_fold(vcpu);
	raw_spin_lock(&vgic->private.lock);
	state = vgic_pending(&vgic->private) | vgic->share[0].active;
	raw_spin_unlock(&vgic->private.lock);
	local_irq_restore(flags);

	return state & BIT(intid);
}
