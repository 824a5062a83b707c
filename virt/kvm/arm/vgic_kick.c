// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GIC: how a vCPU learns that it has an interrupt.
 */
#include <linux/hrtimer.h>
#include <linux/kvm_host.h>
#include <linux/sched.h>
#include <trace/events/ipi.h>

/* The time to leave a critical section: a few thousand instructions */
#define VGIC_SOON	(10 * NSEC_PER_USEC)

/* Bring a vCPU out of the guest, if it is still there */
static void vgic_interrupt(struct kvm_vcpu *vcpu)
{
	int cpu;

	if (kvm_vcpu_exiting_guest_mode(vcpu) != IN_GUEST_MODE)
		return;
	/* If it was scheduled out, it comes through the run loop by itself */
	cpu = READ_ONCE(vcpu->cpu);
	if (cpu >= 0)
		smp_send_reschedule(cpu);
}

/*
 * Is the vCPU to have the sender's CPU, or to preempt it? Not at once: the sender
 * is likely to hold a lock, of a run queue for one, that the other takes first
 * and would spin for until its time is up. A moment later the sender has left it.
 */
static bool vgic_let_wait(struct kvm_vcpu *self, struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &self->arch.vgic;

	if (READ_ONCE(vcpu->cpu) >= 0)
		return false;
	if (!READ_ONCE(vcpu->ready) &&
	    READ_ONCE(vcpu->arch.vgic.last_cpu) != self->cpu)
		return false;

	set_bit(vcpu->vcpu_idx, &vgic->waiting);
	/* The callback is dequeued before it looks */
	smp_mb__after_atomic();
	if (!hrtimer_is_queued(&vgic->soon))
		hrtimer_start(&vgic->soon, VGIC_SOON, HRTIMER_MODE_REL_PINNED_HARD);
	return true;
}

/* Those that vgic_let_wait() has let wait get the CPU, if they want one */
static void vgic_wait_no_more(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	unsigned long vcpus = xchg(&vgic->waiting, 0);
	unsigned int i;

	vgic_for_each_bit(i, vcpus) {
		struct kvm_vcpu *other = vcpu->kvm->arch.vgic.cpu[i];

		kvm_vcpu_wake_up(other);
		if (READ_ONCE(other->ready)) {
			vgic->yield_to = other;
			kvm_make_request(KVM_REQ_VGIC_YIELD, vcpu);
		}
	}
}

static enum hrtimer_restart vgic_soon(struct hrtimer *timer)
{
	vgic_wait_no_more(container_of(timer, struct kvm_vcpu, arch.vgic.soon));
	return HRTIMER_NORESTART;
}

/**
 * kvm_arm_vgic_kick_waiting() - the vCPU needs its CPU no more
 * @vcpu: the vCPU, about to wait for an interrupt or an event
 *
 * Those that it has sent interrupts to, and that were to wait for a moment, need
 * not.
 *
 * Context: vCPU thread.
 */
void kvm_arm_vgic_kick_waiting(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(vcpu->arch.vgic.waiting))
		return;
	hrtimer_cancel(&vcpu->arch.vgic.soon);
	vgic_wait_no_more(vcpu);
}

/**
 * vgic_kick() - make vCPUs look at vgic_cpu::dirty
 * @kvm: the VM
 * @self: the vCPU that runs this on its way back to the guest, or NULL
 * @vcpus: the vCPUs, from vgic_update()
 *
 * Context: any but under a run queue lock.
 */
void vgic_kick(struct kvm *kvm, struct kvm_vcpu *self, u32 vcpus)
{
	struct kvm_vcpu *running, *vcpu;
	unsigned int i;
	int mode;

	if (self)
		vcpus &= ~BIT(self->vcpu_idx);
	if (!vcpus)
		return;

	/* vgic_cpu::dirty before vcpu->mode; pairs with the run loop */
	smp_mb();
	running = kvm_get_running_vcpu();
	vgic_for_each_bit(i, vcpus) {
		vcpu = kvm->arch.vgic.cpu[i];
		mode = READ_ONCE(vcpu->mode);
		/*
		 * In its own thread, or an interrupt of it, it is not in the
		 * guest; in the guest, it does not sleep; and on its way out, it
		 * has been kicked.
		 */
		if (vcpu == running) {
			if (rcuwait_active(kvm_arch_vcpu_get_wait(vcpu)))
				kvm_vcpu_wake_up(vcpu);
		} else if (self && vgic_let_wait(self, vcpu)) {
			continue;
		} else if (mode == IN_GUEST_MODE) {
			vgic_interrupt(vcpu);
		} else if (mode != EXITING_GUEST_MODE) {
			kvm_vcpu_kick(vcpu);
		}
	}
}

/**
 * kvm_arm_vgic_yield() - let a vCPU run that was sent an interrupt
 * @vcpu: the sender, in its thread, on KVM_REQ_VGIC_YIELD
 *
 * Context: preemptible.
 */
void kvm_arm_vgic_yield(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu *target = vcpu->arch.vgic.yield_to;

	if (READ_ONCE(target->ready))
		kvm_vcpu_yield_to(target);
}

/**
 * vgic_init_kick() - a new vCPU sends no interrupts yet
 * @vcpu: the vCPU
 */
void vgic_init_kick(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;

	vgic->last_cpu = -1;
	hrtimer_init(&vgic->soon, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	vgic->soon.function = vgic_soon;
}
