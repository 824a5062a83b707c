// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMIDs, the tags of TLB entries: 255 of them for any number of VMs.
 *
 * They are handed out in order. When none is left a new generation begins:
 * every VM gets another one before it runs again, and the TLBs are flushed.
 */
#include <linux/kvm_host.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <asm/kvm/stage2.h>
#include <asm/tlbflush.h>

/* 0 is in VTTBR while the host runs */
#define VMID_FIRST	1
#define VMID_LAST	255

/* Serialises allocation; taken with interrupts on only, see vmid_new_generation() */
static DEFINE_RAW_SPINLOCK(vmid_lock);
static u32 vmid_next = VMID_FIRST;
static atomic64_t vmid_generation = ATOMIC64_INIT(1);

static u64 vmid_vttbr(const struct kvm *kvm)
{
	return kvm->arch.stage2_pgd_phys |
	       (u64)READ_ONCE(kvm->arch.vmid.vmid) << VTTBR_VMID_SHIFT;
}

/*
 * Erratum 798181: on some Cortex-A15 the DSB after a flush on all CPUs does not wait
 * for all of them. The host's own flushes have the workaround: do one.
 */
static void vmid_complete_flush(void)
{
	if (erratum_a15_798181())
		flush_tlb_kernel_page(PAGE_OFFSET);
}

/**
 * kvm_arm_vmid_init_vm() - a new VM, which gets its VMID when it first runs
 * @kvm: the VM
 *
 * Return: 0 or -ENOMEM. Undo with kvm_arm_vmid_free_vm().
 */
int kvm_arm_vmid_init_vm(struct kvm *kvm)
{
	int cpu;

	kvm->arch.last_vcpu = alloc_percpu(int);
	if (!kvm->arch.last_vcpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		int *last = per_cpu_ptr(kvm->arch.last_vcpu, cpu);

		*last = -1;
	}
	return 0;
}

/**
 * kvm_arm_vmid_free_vm() - a VM goes, none of its vCPUs runs again
 * @kvm: the VM
 */
void kvm_arm_vmid_free_vm(struct kvm *kvm)
{
	free_percpu(kvm->arch.last_vcpu);
}

/**
 * kvm_arm_vmid_load() - a vCPU is loaded on this CPU
 * @vcpu: the vCPU
 * @cpu: this CPU
 *
 * The vCPUs of a VM share its VMID, but as far as the architecture goes they
 * are different CPUs: a guest need not keep ASIDs and global entries of one
 * consistent with those of another. So nothing is left in this CPU's TLB of the
 * vCPU that was here before. Call with preemption off.
 */
void kvm_arm_vmid_load(struct kvm_vcpu *vcpu, int cpu)
{
	int *last = per_cpu_ptr(vcpu->kvm->arch.last_vcpu, cpu);

	if (*last == vcpu->vcpu_idx)
		return;
	if (*last != -1)
		kvm_arm_vmid_flush_local(vcpu->kvm);
	*last = vcpu->vcpu_idx;
}

/**
 * kvm_arm_vmid_stale() - whether a vCPU's VMID must be replaced before it runs
 * @vcpu: the vCPU
 *
 * Interrupts must be off from here until the guest is entered: a new generation
 * comes with an interrupt to every CPU, so that a guest which got in with its
 * old VMID is out again before that VMID is given to another.
 *
 * Return: true if kvm_arm_vmid_update() has to be called before.
 */
bool kvm_arm_vmid_stale(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.vmid_generation != atomic64_read(&vmid_generation);
}

static void vmid_leave_guest(void *unused)
{
	/* The interrupt was all that was wanted */
}

static void vmid_new_generation(void)
{
	atomic64_inc(&vmid_generation);
	/* Other CPUs may spin for vmid_lock meanwhile, but have interrupts on */
	on_each_cpu(vmid_leave_guest, NULL, 1);
	kvm_hyp_call(kvm_hyp_tlb_flush_all, 0, 0);
	vmid_complete_flush();
	vmid_next = VMID_FIRST;
}

/**
 * kvm_arm_vmid_update() - give a vCPU a VMID of the present generation
 * @vcpu: the vCPU; its ctx->traps.vttbr is set
 *
 * Call with interrupts on, in the vCPU's thread, before kvm_arm_vmid_stale() is
 * asked with them off.
 */
void kvm_arm_vmid_update(struct kvm_vcpu *vcpu)
{
	struct kvm_vmid *vmid = &vcpu->kvm->arch.vmid;

	if (!kvm_arm_vmid_stale(vcpu))
		return;

	raw_spin_lock(&vmid_lock);
	/* Another vCPU of the VM may have done it for all of them */
	if (vmid->generation != atomic64_read(&vmid_generation)) {
		if (vmid_next > VMID_LAST)
			vmid_new_generation();
		WRITE_ONCE(vmid->vmid, vmid_next++);
		vmid->generation = atomic64_read(&vmid_generation);
	}
	vcpu->arch.vmid_generation = vmid->generation;
	vcpu->arch.ctx->traps.vttbr = vmid_vttbr(vcpu->kvm);
	raw_spin_unlock(&vmid_lock);

	/* Pairs with kvm_arm_vmid_flush(): no table walk before it sees the VMID */
	smp_mb();
}

/**
 * kvm_arm_vmid_flush() - drop a VM's TLB entries on all CPUs
 * @kvm: the VM
 *
 * Orders the caller's changes of the tables before the flush: when it returns
 * no CPU uses what they said before. Call with interrupts on.
 */
void kvm_arm_vmid_flush(struct kvm *kvm)
{
	/* The tables are written before the VMID is read, kvm_arm_vmid_update() */
	smp_mb();
	if (READ_ONCE(kvm->arch.vmid.vmid)) {
		u64 vttbr = vmid_vttbr(kvm);

		kvm_hyp_call(kvm_hyp_tlb_flush_vm, lower_32_bits(vttbr),
			     upper_32_bits(vttbr));
		vmid_complete_flush();
	}
}

/**
 * kvm_arm_vmid_flush_local() - drop a VM's TLB entries on this CPU
 * @kvm: the VM
 *
 * For entries that are allowed to be there, but are of no use.
 */
void kvm_arm_vmid_flush_local(struct kvm *kvm)
{
	u64 vttbr = vmid_vttbr(kvm);

	kvm_hyp_call(kvm_hyp_tlb_flush_vm_local, lower_32_bits(vttbr),
		     upper_32_bits(vttbr));
}
