// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GIC: set-up, reset and end, of a VM's and of a vCPU's part.
 */
#include <linux/kvm_host.h>
#include <linux/slab.h>

/**
 * kvm_arm_vgic_init_vm() - a VM starts without a GIC
 * @kvm: the VM
 */
void kvm_arm_vgic_init_vm(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;

	mutex_init(&dist->lock);
	dist->dist_base = VGIC_ADDR_UNSET;
	dist->cpu_base = VGIC_ADDR_UNSET;
}

/**
 * kvm_arm_vgic_init_vcpu() - reset state of a vCPU's part of the GIC
 * @vcpu: the new vCPU
 *
 * Return: 0.
 */
int kvm_arm_vgic_init_vcpu(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;

	raw_spin_lock_init(&vgic->private.lock);
	/* SGIs are always enabled, and edge-triggered (IHI 0048B, 4.3.5, 4.3.13) */
	vgic->private.enabled = GENMASK(VGIC_NR_SGIS - 1, 0);
	vgic->private.edge = GENMASK(VGIC_NR_SGIS - 1, 0);
	vgic->share[0].route = ~0;
	vgic->hw_cpu = -1;
	vgic_init_kick(vcpu);
	init_irq_work(&vgic->deferred, vgic_deferred);
	return 0;
}

/**
 * vgic_init() - set a GIC up for the vCPUs that the VM has
 * @kvm: the VM, which has a GIC; vgic_dist::lock held
 *
 * Return: 0; -ENODEV without vCPUs, -EBUSY while one is being created, -ENOMEM.
 */
int vgic_init(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	unsigned int nr_cpus = atomic_read(&kvm->online_vcpus);
	unsigned int nr_irqs = dist->nr_irqs ?: VGIC_NR_IRQS_DEFAULT;
	unsigned int b, i, nr_banks = nr_irqs / 32;
	struct kvm_vcpu *vcpu;
	int ret;

	if (dist->initialized)
		return 0;
	if (!nr_cpus)
		return -ENODEV;
	if (nr_cpus != READ_ONCE(kvm->created_vcpus))
		return -EBUSY;

	dist->spi = kvcalloc(nr_banks - 1, sizeof(*dist->spi), GFP_KERNEL_ACCOUNT);
	if (!dist->spi)
		return -ENOMEM;

	dist->nr_irqs = nr_irqs;
	dist->nr_banks = nr_banks;
	dist->nr_cpus = nr_cpus;
	for (i = 0; i < nr_cpus; i++) {
		vcpu = kvm_get_vcpu(kvm, i);
		dist->cpu[i] = vcpu;
		memset(vcpu->arch.vgic.private.target, BIT(i),
		       sizeof(vcpu->arch.vgic.private.target));
	}
	for (b = 1; b < nr_banks; b++) {
		raw_spin_lock_init(&dist->spi[b - 1].lock);
		vgic_route(kvm, b);
	}

	ret = vgic_default_routing(kvm);
	if (ret) {
		kvfree(dist->spi);
		dist->spi = NULL;
		return ret;
	}

	/* All of the above before it is used, kvm_arm_vgic_set_line() */
	smp_store_release(&dist->initialized, true);
	return 0;
}

/**
 * kvm_arch_intc_initialized() - can the VM's vCPUs be interrupted?
 * @kvm: the VM
 *
 * Return: true once the number of vCPUs is fixed.
 */
bool kvm_arch_intc_initialized(struct kvm *kvm)
{
	/* Pairs with vgic_init() */
	return smp_load_acquire(&kvm->arch.vgic.initialized);
}

/**
 * kvm_arm_vgic_first_run() - a vCPU is about to run for the first time
 * @vcpu: the vCPU
 *
 * Context: vCPU thread, may sleep.
 * Return: 0; -ENXIO if user space did not say where the GIC is; -EINVAL if
 * distributor and CPU interface overlap; -EBUSY if the vCPU came too late to
 * be connected; -ENOMEM.
 */
int kvm_arm_vgic_first_run(struct kvm_vcpu *vcpu)
{
	struct kvm *kvm = vcpu->kvm;
	struct vgic_dist *dist = &kvm->arch.vgic;
	int ret = 0;

	if (!dist->in_kernel)
		return 0;

	mutex_lock(&dist->lock);
	if (!dist->mapped) {
		ret = -ENXIO;
		if (dist->dist_base == VGIC_ADDR_UNSET ||
		    dist->cpu_base == VGIC_ADDR_UNSET)
			goto out;
		ret = -EINVAL;
		if (dist->dist_base < dist->cpu_base + KVM_VGIC_V2_CPU_SIZE &&
		    dist->cpu_base < dist->dist_base + KVM_VGIC_V2_DIST_SIZE)
			goto out;
		ret = vgic_init(kvm);
		if (ret)
			goto out;
		ret = kvm_arm_stage2_map_device(kvm, dist->cpu_base,
						vgic_v2_cpu_interface(),
						KVM_VGIC_V2_CPU_SIZE, true);
		if (ret)
			goto out;
		dist->mapped = true;
	}
	if (vcpu->vcpu_idx >= dist->nr_cpus)
		ret = -EBUSY;
out:
	mutex_unlock(&dist->lock);
	return ret;
}

/**
 * kvm_arm_vgic_sync_deferred() - wait for what a vCPU has put off
 * @vcpu: the vCPU, which never runs again; the VM's irqfds are gone
 *
 * It is done with the VM's other vCPUs, none of which is destroyed before.
 *
 * Context: IRQs on, may sleep.
 */
void kvm_arm_vgic_sync_deferred(struct kvm_vcpu *vcpu)
{
	hrtimer_cancel(&vcpu->arch.vgic.soon);
	irq_work_sync(&vcpu->arch.vgic.deferred);
}

/**
 * kvm_arm_vgic_destroy_vcpu() - forget a vCPU
 * @vcpu: the vCPU, which never runs again, after kvm_arm_vgic_sync_deferred()
 *
 * Context: IRQs on, may sleep.
 */
void kvm_arm_vgic_destroy_vcpu(struct kvm_vcpu *vcpu)
{
	vgic_v2_release(vcpu);
}

/**
 * kvm_arm_vgic_destroy_vm() - free what the GIC of a VM took
 * @kvm: the VM, after its vCPUs
 */
void kvm_arm_vgic_destroy_vm(struct kvm *kvm)
{
	kvfree(kvm->arch.vgic.spi);
	kvm->arch.vgic.spi = NULL;
}
