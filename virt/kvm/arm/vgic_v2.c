// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GICv2 virtual interface control registers (IHI 0048B, 5.3): list
 * registers, the guest's CPU interface, the maintenance interrupt. Those of a
 * GICv3 are reached through vgic_v3.c.
 *
 * Device accesses are dear, so each CPU remembers what its registers hold.
 * GICH_VMCR and GICH_APR stay in the CPU when a vCPU is put, until another vCPU
 * needs them or this one is loaded elsewhere.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/irqchip/arm-vgic-info.h>
#include <linux/jump_label.h>
#include <linux/kvm_host.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#define GICH_HCR_LRENPIE	BIT(2)
#define GICH_HCR_EOICOUNT	GENMASK(31, 27)
#define GICH_VTR_LISTREGS	GENMASK(5, 0)

/* More would not be used: interrupts beyond these wait for the next refill */
#define VGIC_MAX_LRS		16

/**
 * struct vgic_hw - what this CPU's virtual interface holds
 * @owner: the vCPU that GICH_VMCR and GICH_APR belong to
 * @hcr: GICH_HCR as written last
 * @nr: list registers from this one on are 0
 * @lr: list registers as written or read last
 */
struct vgic_hw {
	struct kvm_vcpu *owner;
	u32 hcr;
	unsigned int nr;
	u32 lr[VGIC_MAX_LRS];
};

static DEFINE_PER_CPU(struct vgic_hw, vgic_hw);

static struct gic_kvm_info vgic_info __ro_after_init;
static bool vgic_info_valid __ro_after_init;

static DEFINE_STATIC_KEY_FALSE(vgic_on_v3);
static void __iomem *vgic_gich;
/* Of the CPU that has the fewest */
static unsigned int vgic_nr_lrs = VGIC_MAX_LRS;

static u32 gich_read(u32 offset)
{
	if (static_branch_unlikely(&vgic_on_v3))
		return vgic_v3_read(offset);
	return readl_relaxed(vgic_gich + offset);
}

static void gich_write(u32 val, u32 offset)
{
	if (static_branch_unlikely(&vgic_on_v3))
		vgic_v3_write(val, offset);
	else
		writel_relaxed(val, vgic_gich + offset);
}

static void gich_write_lr(unsigned int n, u32 lr)
{
	if (static_branch_unlikely(&vgic_on_v3))
		vgic_v3_write_lr(n, lr);
	else
		writel_relaxed(lr, vgic_gich + GICH_LR0 + n * 4);
}

/* On a GICv3, the lowvisor keeps it with the vCPU while the guest does not run */
static u32 gich_read_vmcr(struct kvm_vcpu *vcpu)
{
	if (static_branch_unlikely(&vgic_on_v3))
		return vcpu->arch.ctx->vmcr;
	return readl_relaxed(vgic_gich + GICH_VMCR);
}

static void gich_write_vmcr(struct kvm_vcpu *vcpu, u32 vmcr)
{
	if (static_branch_unlikely(&vgic_on_v3))
		vcpu->arch.ctx->vmcr = vmcr;
	else
		writel_relaxed(vmcr, vgic_gich + GICH_VMCR);
}

/**
 * kvm_arm_vgic_entry() - how the lowvisor gets to a vCPU's world switch
 * @world_switch: the lowvisor's code for that
 *
 * Return: code of the lowvisor that enters the guest.
 */
void *kvm_arm_vgic_entry(void *world_switch)
{
	if (static_branch_unlikely(&vgic_on_v3))
		return kvm_hyp_switch_to_gicv2;
	return world_switch;
}

/**
 * vgic_set_kvm_info() - take what the host's GIC driver found in firmware
 * @info: registers and interrupt of the virtual interface
 */
void __init vgic_set_kvm_info(const struct gic_kvm_info *info)
{
	vgic_info = *info;
	vgic_info_valid = true;
}

/**
 * vgic_v2_nr_lrs() - how many interrupts the list registers hold
 *
 * Return: number of list registers in use by this driver.
 */
unsigned int vgic_v2_nr_lrs(void)
{
	return vgic_nr_lrs;
}

/**
 * vgic_v2_cpu_interface() - where the virtual CPU interface is
 *
 * Return: physical address of GICV, page-aligned, two pages.
 */
phys_addr_t vgic_v2_cpu_interface(void)
{
	return vgic_info.vcpu.start;
}

/**
 * vgic_v2_get_lr() - read a list register of this CPU
 * @n: which one
 * @was: where to put its content before the guest ran
 *
 * Context: IRQs off.
 * Return: GICH_LR<n>.
 */
u32 vgic_v2_get_lr(unsigned int n, u32 *was)
{
	u32 *lr = &this_cpu_ptr(&vgic_hw)->lr[n];

	*was = *lr;
	if (static_branch_unlikely(&vgic_on_v3))
		return vgic_v3_read_lr(n, lr);
	*lr = readl_relaxed(vgic_gich + GICH_LR0 + n * 4);
	return *lr;
}

/**
 * vgic_v2_set_lrs() - write the list registers of this CPU, and enable them
 * @lr: contents of the first @n; the others become empty
 * @n: how many
 * @hcr: GICH_HCR if @n is not 0
 *
 * Context: IRQs off.
 */
void vgic_v2_set_lrs(const u32 *lr, unsigned int n, u32 hcr)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);
	unsigned int i;

	for (i = 0; i < n || i < hw->nr; i++) {
		u32 val = i < n ? lr[i] : 0;

		if (hw->lr[i] != val) {
			gich_write_lr(i, val);
			hw->lr[i] = val;
		}
	}
	hw->nr = n;

	/* Empty list registers signal nothing: stay enabled, ask for no more */
	if (!n)
		hcr = hw->hcr & GICH_HCR_EN;
	if (hw->hcr != hcr) {
		gich_write(hcr, GICH_HCR);
		hw->hcr = hcr;
	}
}

/**
 * vgic_v2_eoi_count() - completions of interrupts in no list register
 *
 * Context: IRQs off. vgic_v2_set_lrs() starts the count again.
 * Return: GICH_HCR.EOICount.
 */
unsigned int vgic_v2_eoi_count(void)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);

	hw->hcr = gich_read(GICH_HCR);
	return FIELD_GET(GICH_HCR_EOICOUNT, hw->hcr);
}

/**
 * vgic_v2_quiesce() - no interrupt for whoever runs next on this CPU
 *
 * Context: IRQs off, list registers folded.
 */
void vgic_v2_quiesce(void)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);
	bool idle = !(hw->hcr & ~GICH_HCR_EN);
	unsigned int i;

	if (!hw->hcr)
		return;
	for (i = 0; i < hw->nr; i++)
		idle &= !(hw->lr[i] & (GICH_LR_STATE | GICH_LR_EOI));
	if (idle)
		return;

	gich_write(0, GICH_HCR);
	hw->hcr = 0;
}

/**
 * vgic_v2_read_vmcr() - see what the guest wrote to its CPU interface
 * @vcpu: the vCPU, loaded on this CPU
 *
 * Context: IRQs off.
 */
void vgic_v2_read_vmcr(struct kvm_vcpu *vcpu)
{
	vcpu->arch.vgic.vmcr = gich_read_vmcr(vcpu);
}

/* Move GICH_VMCR and GICH_APR of this CPU to their vCPU; IRQs off */
static void vgic_v2_save_owner(struct vgic_hw *hw)
{
	struct vgic_cpu *vgic = &hw->owner->arch.vgic;

	vgic->vmcr = gich_read_vmcr(hw->owner);
	vgic->apr = gich_read(GICH_APR);
	hw->owner = NULL;
	/* Pairs with vgic_v2_release(): the values before their place */
	smp_store_release(&vgic->hw_cpu, -1);
}

static void vgic_v2_release_local(void *vcpu)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);

	if (hw->owner == vcpu)
		vgic_v2_save_owner(hw);
}

/**
 * vgic_v2_release() - have a vCPU's GICH_VMCR and GICH_APR in memory
 * @vcpu: the vCPU, not loaded
 *
 * Context: IRQs on; its CPU may be another one.
 */
void vgic_v2_release(struct kvm_vcpu *vcpu)
{
	/* Pairs with vgic_v2_save_owner() */
	int cpu = smp_load_acquire(&vcpu->arch.vgic.hw_cpu);

	/* On a CPU that went offline meanwhile, kvm_arm_vgic_disable_cpu() did it */
	if (cpu >= 0)
		smp_call_function_single(cpu, vgic_v2_release_local, vcpu, 1);
}

/**
 * kvm_arm_vgic_load() - give a vCPU the CPU interface of this CPU
 * @vcpu: the vCPU
 *
 * List registers follow with kvm_arm_vgic_flush() when there is something to
 * put there.
 *
 * Context: preemption off, IRQs on.
 */
void kvm_arm_vgic_load(struct kvm_vcpu *vcpu)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);
	unsigned long flags;

	if (!vcpu->kvm->arch.vgic.in_kernel)
		return;
	vcpu->arch.vgic.last_cpu = vcpu->cpu;
	if (hw->owner == vcpu)
		return;

	vgic_v2_release(vcpu);

	local_irq_save(flags);
	if (hw->owner)
		vgic_v2_save_owner(hw);
	gich_write_vmcr(vcpu, vcpu->arch.vgic.vmcr);
	gich_write(vcpu->arch.vgic.apr, GICH_APR);
	hw->owner = vcpu;
	vcpu->arch.vgic.hw_cpu = smp_processor_id();
	local_irq_restore(flags);
}

/*
 * A list register needs attention, which it has by having brought the guest
 * here. Take the request away until the vCPU folds and refills them.
 */
static irqreturn_t vgic_v2_maintenance(int irq, void *data)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);
	struct kvm_vcpu *vcpu = kvm_get_running_vcpu();

	if (hw->hcr & GICH_HCR_LRENPIE)
		hw->hcr = gich_read(GICH_HCR) & GICH_HCR_EOICOUNT;
	else
		hw->hcr = 0;
	gich_write(hw->hcr, GICH_HCR);

	if (vcpu)
		WRITE_ONCE(vcpu->arch.vgic.dirty, true);
	return IRQ_HANDLED;
}

/**
 * kvm_arm_vgic_power_down() - this CPU's virtual interface may lose its state
 *
 * Context: on that CPU, IRQs off, no vCPU loaded.
 */
void kvm_arm_vgic_power_down(void)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);

	if (hw->owner)
		vgic_v2_save_owner(hw);
}

/**
 * kvm_arm_vgic_power_up() - what this CPU's virtual interface holds is of nobody
 *
 * Context: on that CPU, preemption off, no vCPU loaded.
 */
void kvm_arm_vgic_power_up(void)
{
	unsigned int i, nr;

	if (static_branch_unlikely(&vgic_on_v3))
		vgic_v3_power_up();
	nr = (gich_read(GICH_VTR) & GICH_VTR_LISTREGS) + 1;
	vgic_nr_lrs = min(vgic_nr_lrs, nr);

	gich_write(0, GICH_HCR);
	for (i = 0; i < vgic_nr_lrs; i++)
		gich_write_lr(i, 0);
	memset(this_cpu_ptr(&vgic_hw), 0, sizeof(struct vgic_hw));
}

/**
 * kvm_arm_vgic_enable_cpu() - start to use this CPU's virtual interface
 *
 * Context: on that CPU, preemption off, Hyp mode is enabled.
 * Return: 0, or an error whose reason is in the kernel log.
 */
int kvm_arm_vgic_enable_cpu(void)
{
	if (static_branch_unlikely(&vgic_on_v3) && !vgic_v3_has_v2_mode()) {
		kvm_err("CPU%u has a GICv3 that cannot be a GICv2 for guests, so KVM is not available: ICC_SRE.SRE is always 1, or it has more than 32 levels of preemption.\n",
			smp_processor_id());
		return -ENODEV;
	}
	kvm_arm_vgic_power_up();
	enable_percpu_irq(vgic_info.maint_irq, IRQ_TYPE_NONE);
	return 0;
}

/**
 * kvm_arm_vgic_disable_cpu() - stop to use this CPU's virtual interface
 *
 * Context: on that CPU, preemption off, no vCPU loaded.
 */
void kvm_arm_vgic_disable_cpu(void)
{
	struct vgic_hw *hw = this_cpu_ptr(&vgic_hw);
	unsigned long flags;

	disable_percpu_irq(vgic_info.maint_irq);

	local_irq_save(flags);
	if (hw->owner)
		vgic_v2_save_owner(hw);
	gich_write(0, GICH_HCR);
	hw->hcr = 0;
	local_irq_restore(flags);
}

static int __init vgic_probe_gich(void)
{
	const struct resource *vctrl = &vgic_info.vctrl;

	vgic_gich = ioremap(vctrl->start, resource_size(vctrl));
	if (!vgic_gich) {
		kvm_err("The virtual interface control registers %pR cannot be mapped, so KVM is not available.\n",
			vctrl);
		return -ENOMEM;
	}
	return 0;
}

static int __init vgic_probe_ich(void)
{
	if (!vgic_info.vcpu.start) {
		kvm_err("This machine has a GICv3 without the virtual CPU interface of a GICv2, so KVM is not available: its device tree node needs three register regions after those of the redistributors, the third of which is that interface.\n");
		return -ENODEV;
	}
	static_branch_enable(&vgic_on_v3);
	return 0;
}

/**
 * kvm_arm_vgic_probe() - find the host's virtual interface
 *
 * Context: initialization of KVM, may sleep.
 * Return: 0, or an error whose reason is in the kernel log.
 */
int __init kvm_arm_vgic_probe(void)
{
	const struct resource *vcpu = &vgic_info.vcpu;
	int ret;

	if (!vgic_info_valid) {
		kvm_err("This machine's interrupt controller has no virtual CPU interface that Linux can use, so KVM is not available: it needs a GICv2 whose device tree node has four register regions and a maintenance interrupt.\n");
		return -ENODEV;
	}
	ret = vgic_info.type == GIC_V2 ? vgic_probe_gich() : vgic_probe_ich();
	if (ret)
		return ret;
	ret = -ENODEV;
	if (!PAGE_ALIGNED(vcpu->start) || resource_size(vcpu) < KVM_VGIC_V2_CPU_SIZE) {
		kvm_err("The virtual CPU interface %pR is not two whole pages, so KVM is not available: a guest would reach its neighbours.\n",
			vcpu);
		goto unmap;
	}

	ret = request_percpu_irq(vgic_info.maint_irq, vgic_v2_maintenance,
				 "kvm-vgic", &vgic_hw);
	if (ret) {
		kvm_err("The GIC's maintenance interrupt %u is not free (error %d), so KVM is not available.\n",
			vgic_info.maint_irq, ret);
		goto unmap;
	}

	ret = vgic_register_device();
	if (ret)
		goto free_irq;

	return 0;

free_irq:
	free_percpu_irq(vgic_info.maint_irq, &vgic_hw);
unmap:
	iounmap(vgic_gich);
	return ret;
}

/**
 * kvm_arm_vgic_remove() - undo kvm_arm_vgic_probe()
 *
 * Context: no CPU uses its virtual interface any more.
 */
void kvm_arm_vgic_remove(void)
{
	kvm_unregister_device_ops(KVM_DEV_TYPE_ARM_VGIC_V2);
	free_percpu_irq(vgic_info.maint_irq, &vgic_hw);
	iounmap(vgic_gich);
}
