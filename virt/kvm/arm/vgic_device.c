// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GIC as user space sees it: the vgic-v2 device and its attributes,
 * KVM_CREATE_IRQCHIP, KVM_IRQ_LINE, interrupt routing and irqfd.
 *
 * Lock order: kvm->lock, vcpu->mutex, vgic_dist::lock.
 */
#include <linux/irqchip/arm-gic.h>
#include <linux/kvm_host.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/kvm/stage2.h>

#include "trace.h"

/* 'K', GICv2, by Arm */
#define VGIC_CPU_IIDR		(0x4bu << 20 | 2 << 16 | 0x43b)

/* GICC_CTLR's fields are where GICH_VMCR has them */
#define VGIC_CPU_CTRL_MASK	(GICH_VMCR_ENABLE_GRP0_MASK | \
				 GICH_VMCR_ENABLE_GRP1_MASK | \
				 GICH_VMCR_ACK_CTL_MASK | GICH_VMCR_FIQ_EN_MASK | \
				 GICH_VMCR_CBPR_MASK | GICH_VMCR_EOI_MODE_MASK)

/* Keep all vCPUs from running; kvm->lock held */
static bool vgic_lock_vcpus(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu, *other;
	unsigned long i, j;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		if (mutex_trylock(&vcpu->mutex))
			continue;
		kvm_for_each_vcpu(j, other, kvm) {
			if (j == i)
				break;
			mutex_unlock(&other->mutex);
		}
		return false;
	}
	return true;
}

static void vgic_unlock_vcpus(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm)
		mutex_unlock(&vcpu->mutex);
}

static int vgic_device_create(struct kvm_device *dev, u32 type)
{
	struct kvm *kvm = dev->kvm;
	struct kvm_vcpu *vcpu;
	unsigned long i;
	int ret = 0;

	lockdep_assert_held(&kvm->lock);

	if (kvm->arch.vgic.in_kernel)
		return -EEXIST;
	if (!vgic_lock_vcpus(kvm))
		return -EBUSY;
	kvm_for_each_vcpu(i, vcpu, kvm)
		if (vcpu->arch.has_run_once)
			ret = -EBUSY;
	if (!ret)
		kvm->arch.vgic.in_kernel = true;
	vgic_unlock_vcpus(kvm);
	return ret;
}

static void vgic_device_destroy(struct kvm_device *dev)
{
	kfree(dev);
}

/**
 * kvm_arm_vgic_create() - KVM_CREATE_IRQCHIP
 * @kvm: the VM
 *
 * Return: 0; -EEXIST if it has a GIC; -EBUSY if a vCPU runs or has run.
 */
int kvm_arm_vgic_create(struct kvm *kvm)
{
	struct kvm_device dev = { .kvm = kvm };
	int ret;

	mutex_lock(&kvm->lock);
	ret = vgic_device_create(&dev, KVM_DEV_TYPE_ARM_VGIC_V2);
	mutex_unlock(&kvm->lock);
	return ret;
}

/* The base address that @type stands for; *@size is that of the region */
static u64 *vgic_addr(struct vgic_dist *dist, u64 type, u64 *size)
{
	switch (type) {
	case KVM_VGIC_V2_ADDR_TYPE_DIST:
		*size = KVM_VGIC_V2_DIST_SIZE;
		return &dist->dist_base;
	case KVM_VGIC_V2_ADDR_TYPE_CPU:
		*size = KVM_VGIC_V2_CPU_SIZE;
		return &dist->cpu_base;
	default:
		return NULL;
	}
}

/*
 * Regions that overlap are an error of KVM_ARM_SET_DEVICE_ADDR. The attributes
 * of the device are looked at together when the first vCPU runs.
 */
static int vgic_set_addr(struct vgic_dist *dist, u64 type, u64 addr,
			 bool check_overlap)
{
	u64 size, other_size, *base, *other;
	int ret = 0;

	base = vgic_addr(dist, type, &size);
	other = vgic_addr(dist, !type, &other_size);
	if (!base)
		return -ENXIO;
	if (!IS_ALIGNED(addr, SZ_4K))
		return -EINVAL;
	if (addr >= KVM_ARM_IPA_SIZE || addr + size > KVM_ARM_IPA_SIZE)
		return -E2BIG;

	mutex_lock(&dist->lock);
	if (*base != VGIC_ADDR_UNSET)
		ret = -EEXIST;
	else if (check_overlap && *other != VGIC_ADDR_UNSET &&
		 addr < *other + other_size && *other < addr + size)
		ret = -EBUSY;
	else
		*base = addr;
	mutex_unlock(&dist->lock);
	return ret;
}

/**
 * kvm_arm_vgic_set_addr() - KVM_ARM_SET_DEVICE_ADDR
 * @kvm: the VM
 * @type: KVM_VGIC_V2_ADDR_TYPE_*
 * @addr: guest physical address
 *
 * Return: 0; -ENODEV if there is no such GIC or region; otherwise as for the
 * device's attribute, and -EBUSY for an overlap.
 */
int kvm_arm_vgic_set_addr(struct kvm *kvm, unsigned int type, u64 addr)
{
	if (!kvm->arch.vgic.in_kernel || type > KVM_VGIC_V2_ADDR_TYPE_CPU)
		return -ENODEV;
	return vgic_set_addr(&kvm->arch.vgic, type, addr, true);
}

static int vgic_set_nr_irqs(struct vgic_dist *dist, u32 val)
{
	int ret = 0;

	if (val < 64 || val > 1024 || val % 32)
		return -EINVAL;

	mutex_lock(&dist->lock);
	if (dist->nr_irqs)
		ret = -EBUSY;
	else
		dist->nr_irqs = val;
	mutex_unlock(&dist->lock);
	return ret;
}

static int vgic_ctrl_init(struct kvm *kvm)
{
	int ret;

	mutex_lock(&kvm->lock);
	mutex_lock(&kvm->arch.vgic.lock);
	ret = vgic_init(kvm);
	mutex_unlock(&kvm->arch.vgic.lock);
	mutex_unlock(&kvm->lock);
	return ret;
}

static unsigned int vgic_attr_cpu(const struct kvm_device_attr *attr)
{
	return FIELD_GET(KVM_DEV_ARM_VGIC_CPUID_MASK, attr->attr);
}

/* Is there a register or word of line levels that @attr stands for? */
static int vgic_has_reg(struct kvm *kvm, const struct kvm_device_attr *attr)
{
	u32 offset = FIELD_GET(KVM_DEV_ARM_VGIC_OFFSET_MASK, attr->attr);

	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
	case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO:
		if (vgic_attr_cpu(attr) >= atomic_read(&kvm->online_vcpus))
			return -EINVAL;
	}

	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
		return vgic_dist_has_reg(offset) ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO:
		if (FIELD_GET(KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_MASK, attr->attr) !=
		    VGIC_LEVEL_INFO_LINE_LEVEL)
			return -EINVAL;
		return attr->attr & KVM_DEV_ARM_VGIC_LINE_LEVEL_INTID_MASK & 31 ?
		       -EINVAL : 0;
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		switch (offset) {
		case GIC_CPU_CTRL:
		case GIC_CPU_PRIMASK:
		case GIC_CPU_BINPOINT:
		case GIC_CPU_ALIAS_BINPOINT:
		case GIC_CPU_ACTIVEPRIO:
		case GIC_CPU_ACTIVEPRIO + 4:
		case GIC_CPU_ACTIVEPRIO + 8:
		case GIC_CPU_ACTIVEPRIO + 12:
		case GIC_CPU_IDENT:
			return 0;
		}
		return -ENXIO;
	default:
		return -ENXIO;
	}
}

static u32 vgic_get_cpu_reg(const struct vgic_cpu *vgic, u32 offset)
{
	switch (offset) {
	case GIC_CPU_CTRL:
		return vgic->vmcr & VGIC_CPU_CTRL_MASK;
	case GIC_CPU_PRIMASK:
		/* As in GICH_VMCR, not as in GICC_PMR: so it always was */
		return FIELD_GET(GICH_VMCR_PRIMASK_MASK, vgic->vmcr);
	case GIC_CPU_BINPOINT:
		return FIELD_GET(GICH_VMCR_BINPOINT_MASK, vgic->vmcr);
	case GIC_CPU_ALIAS_BINPOINT:
		return FIELD_GET(GICH_VMCR_ALIAS_BINPOINT_MASK, vgic->vmcr);
	case GIC_CPU_ACTIVEPRIO:
		return vgic->apr;
	case GIC_CPU_IDENT:
		return VGIC_CPU_IIDR;
	default:
		return 0;
	}
}

static void vgic_set_vmcr(struct vgic_cpu *vgic, u32 mask, u32 val)
{
	vgic->vmcr = (vgic->vmcr & ~mask) | (val & mask);
}

static void vgic_set_cpu_reg(struct vgic_cpu *vgic, u32 offset, u32 val)
{
	switch (offset) {
	case GIC_CPU_CTRL:
		vgic_set_vmcr(vgic, VGIC_CPU_CTRL_MASK, val);
		break;
	case GIC_CPU_PRIMASK:
		vgic_set_vmcr(vgic, GICH_VMCR_PRIMASK_MASK,
			      val << GICH_VMCR_PRIMASK_SHIFT);
		break;
	case GIC_CPU_BINPOINT:
		vgic_set_vmcr(vgic, GICH_VMCR_BINPOINT_MASK,
			      val << GICH_VMCR_BINPOINT_SHIFT);
		break;
	case GIC_CPU_ALIAS_BINPOINT:
		vgic_set_vmcr(vgic, GICH_VMCR_ALIAS_BINPOINT_MASK,
			      val << GICH_VMCR_ALIAS_BINPOINT_SHIFT);
		break;
	case GIC_CPU_ACTIVEPRIO:
		vgic->apr = val;
		break;
	}
}

static int vgic_access_dist(struct kvm_vcpu *vcpu, u32 offset, bool write, u32 *val)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	bool group = offset >= GIC_DIST_IGROUP && offset < GIC_DIST_ENABLE_SET;
	u32 iidr;

	if (write && offset == GIC_DIST_IIDR) {
		vgic_dist_access(vcpu, offset, 4, false, true, &iidr);
		if (*val != iidr)
			return -EINVAL;
		dist->iidr_written = true;
		return 0;
	}
	/* Older user space restores groups that it did not understand */
	if (write && group && !dist->iidr_written)
		return 0;

	vgic_dist_access(vcpu, offset, 4, write, true, val);
	return 0;
}

static void vgic_access_level(struct kvm_vcpu *vcpu, u32 intid, bool write, u32 *val)
{
	struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);

	raw_spin_lock(&bank->lock);
	if (write) {
		bank->line = *val & vgic_valid(intid / 32);
		if (!intid)
			bank->line &= ~GENMASK(VGIC_NR_SGIS - 1, 0);
		vgic_update(vcpu, intid / 32, ~0);
	} else {
		*val = bank->line;
	}
	raw_spin_unlock(&bank->lock);
}

/* IRQs off, no vCPU runs */
static int vgic_access_locked(struct kvm_vcpu *vcpu,
			      const struct kvm_device_attr *attr, bool write,
			      u32 *val)
{
	u32 offset = FIELD_GET(KVM_DEV_ARM_VGIC_OFFSET_MASK, attr->attr);
	u32 intid = attr->attr & KVM_DEV_ARM_VGIC_LINE_LEVEL_INTID_MASK;
	unsigned int nr_banks = vcpu->kvm->arch.vgic.nr_banks;

	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
		return vgic_access_dist(vcpu, offset, write, val);
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		if (write)
			vgic_set_cpu_reg(&vcpu->arch.vgic, offset, *val);
		else
			*val = vgic_get_cpu_reg(&vcpu->arch.vgic, offset);
		return 0;
	default:
		/* Of interrupts that there are not it is 0 and ignores writes */
		if (intid / 32 < nr_banks)
			vgic_access_level(vcpu,
					  array_index_nospec(intid, nr_banks * 32),
					  write, val);
		return 0;
	}
}

/* Read or write a register of a VM that stands still */
static int vgic_access_reg(struct kvm *kvm, const struct kvm_device_attr *attr,
			   bool write, u32 *val)
{
	unsigned int cpu = vgic_attr_cpu(attr);
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	int ret;

	ret = vgic_has_reg(kvm, attr);
	if (ret)
		return ret;

	mutex_lock(&kvm->lock);
	ret = -EBUSY;
	if (!vgic_lock_vcpus(kvm))
		goto unlock_kvm;
	mutex_lock(&dist->lock);

	ret = vgic_init(kvm);
	if (ret)
		goto unlock_vcpus;
	/* One that came as the GIC was initialized is not connected to it */
	ret = -EINVAL;
	if (cpu >= dist->nr_cpus)
		goto unlock_vcpus;

	vcpu = dist->cpu[array_index_nospec(cpu, dist->nr_cpus)];
	vgic_v2_release(vcpu);
	local_irq_disable();
	ret = vgic_access_locked(vcpu, attr, write, val);
	local_irq_enable();

unlock_vcpus:
	mutex_unlock(&dist->lock);
	vgic_unlock_vcpus(kvm);
unlock_kvm:
	mutex_unlock(&kvm->lock);
	return ret;
}

static int vgic_set_attr(struct kvm_device *dev, struct kvm_device_attr *attr)
{
	struct vgic_dist *dist = &dev->kvm->arch.vgic;
	u64 __user *uaddr64 = u64_to_user_ptr(attr->addr);
	u32 __user *uaddr = u64_to_user_ptr(attr->addr);
	u64 addr;
	u32 val;

	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		if (attr->attr > KVM_VGIC_V2_ADDR_TYPE_CPU)
			return -ENXIO;
		if (copy_from_user(&addr, uaddr64, sizeof(addr)))
			return -EFAULT;
		return vgic_set_addr(dist, attr->attr, addr, false);
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		if (get_user(val, uaddr))
			return -EFAULT;
		return vgic_set_nr_irqs(dist, val);
	case KVM_DEV_ARM_VGIC_GRP_CTRL:
		if (attr->attr != KVM_DEV_ARM_VGIC_CTRL_INIT)
			return -ENXIO;
		return vgic_ctrl_init(dev->kvm);
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
	case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO:
		if (get_user(val, uaddr))
			return -EFAULT;
		return vgic_access_reg(dev->kvm, attr, true, &val);
	default:
		return -ENXIO;
	}
}

static int vgic_get_attr(struct kvm_device *dev, struct kvm_device_attr *attr)
{
	struct vgic_dist *dist = &dev->kvm->arch.vgic;
	u64 __user *uaddr64 = u64_to_user_ptr(attr->addr);
	u32 __user *uaddr = u64_to_user_ptr(attr->addr);
	u64 size, addr, *base;
	u32 val = 0;
	int ret;

	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		base = vgic_addr(dist, attr->attr, &size);
		if (!base)
			return -ENXIO;
		mutex_lock(&dist->lock);
		addr = *base;
		mutex_unlock(&dist->lock);
		return copy_to_user(uaddr64, &addr, sizeof(addr)) ? -EFAULT : 0;
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		return put_user(READ_ONCE(dist->nr_irqs) ?: VGIC_NR_IRQS_DEFAULT,
				uaddr);
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
	case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO:
		ret = vgic_access_reg(dev->kvm, attr, false, &val);
		return ret ?: put_user(val, uaddr);
	default:
		return -ENXIO;
	}
}

static int vgic_has_attr(struct kvm_device *dev, struct kvm_device_attr *attr)
{
	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		return attr->attr <= KVM_VGIC_V2_ADDR_TYPE_CPU ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		return 0;
	case KVM_DEV_ARM_VGIC_GRP_CTRL:
		return attr->attr == KVM_DEV_ARM_VGIC_CTRL_INIT ? 0 : -ENXIO;
	default:
		return vgic_has_reg(dev->kvm, attr);
	}
}

static const struct kvm_device_ops vgic_device_ops = {
	.name = "kvm-arm-vgic-v2",
	.create = vgic_device_create,
	.destroy = vgic_device_destroy,
	.set_attr = vgic_set_attr,
	.get_attr = vgic_get_attr,
	.has_attr = vgic_has_attr,
};

/**
 * vgic_register_device() - offer the device to KVM_CREATE_DEVICE
 *
 * Return: 0, or -EEXIST.
 */
int vgic_register_device(void)
{
	return kvm_register_device_ops(&vgic_device_ops, KVM_DEV_TYPE_ARM_VGIC_V2);
}

/* KVM_IRQ_LINE of type CPU: HCR.VI and HCR.VF of a VM whose GIC is not here */
static void vgic_set_cpu_line(struct kvm_vcpu *vcpu, unsigned int line, bool level)
{
	bool was = level ? test_and_set_bit(line, &vcpu->arch.irq_lines) :
			   test_and_clear_bit(line, &vcpu->arch.irq_lines);

	/* A falling line must be taken from the guest as soon as a rising one */
	if (was != level)
		kvm_vcpu_kick(vcpu);
}

/* User space that does not know KVM_DEV_ARM_VGIC_CTRL_INIT may be early */
static int vgic_user_line(struct kvm *kvm, unsigned int vcpu_idx,
			  unsigned int intid, bool level)
{
	int ret;

	if (!kvm_arch_intc_initialized(kvm)) {
		ret = vgic_ctrl_init(kvm);
		if (ret)
			return ret;
	}
	return kvm_arm_vgic_set_line(kvm, vcpu_idx, intid, level);
}

int kvm_vm_ioctl_irq_line(struct kvm *kvm, struct kvm_irq_level *irql,
			  bool line_status)
{
	unsigned int type = irql->irq >> KVM_ARM_IRQ_TYPE_SHIFT & KVM_ARM_IRQ_TYPE_MASK;
	unsigned int idx = irql->irq >> KVM_ARM_IRQ_VCPU_SHIFT & KVM_ARM_IRQ_VCPU_MASK;
	unsigned int num = irql->irq >> KVM_ARM_IRQ_NUM_SHIFT & KVM_ARM_IRQ_NUM_MASK;
	bool in_kernel = kvm->arch.vgic.in_kernel;
	struct kvm_vcpu *vcpu;

	idx += (irql->irq >> KVM_ARM_IRQ_VCPU2_SHIFT & KVM_ARM_IRQ_VCPU2_MASK) *
	       (KVM_ARM_IRQ_VCPU_MASK + 1);

	trace_kvm_irq_line(type, idx, num, irql->level);

	switch (type) {
	case KVM_ARM_IRQ_TYPE_CPU:
		if (in_kernel)
			return -ENXIO;
		vcpu = kvm_get_vcpu(kvm, idx);
		if (!vcpu || num > KVM_ARM_IRQ_CPU_FIQ)
			return -EINVAL;
		vgic_set_cpu_line(vcpu, num, irql->level);
		return 0;
	case KVM_ARM_IRQ_TYPE_PPI:
		if (!in_kernel)
			return -ENXIO;
		if (!kvm_get_vcpu(kvm, idx) || num < VGIC_NR_SGIS ||
		    num >= VGIC_NR_PRIVATE)
			return -EINVAL;
		return vgic_user_line(kvm, idx, num, irql->level);
	case KVM_ARM_IRQ_TYPE_SPI:
		if (!in_kernel)
			return -ENXIO;
		if (num < VGIC_NR_PRIVATE)
			return -EINVAL;
		return vgic_user_line(kvm, 0, num, irql->level);
	default:
		return -EINVAL;
	}
}

bool kvm_arch_irqchip_in_kernel(struct kvm *kvm)
{
	return kvm->arch.vgic.in_kernel;
}

bool kvm_arch_can_set_irq_routing(struct kvm *kvm)
{
	return kvm->arch.vgic.in_kernel;
}

/* Pin n of the GIC is SPI n, interrupt 32 + n */
static int vgic_set_pin(struct kvm_kernel_irq_routing_entry *e, struct kvm *kvm,
			int irq_source_id, int level, bool line_status)
{
	return kvm_arm_vgic_set_line(kvm, 0, VGIC_NR_PRIVATE + e->irqchip.pin, level);
}

int kvm_set_routing_entry(struct kvm *kvm, struct kvm_kernel_irq_routing_entry *e,
			  const struct kvm_irq_routing_entry *ue)
{
	if (ue->type != KVM_IRQ_ROUTING_IRQCHIP ||
	    ue->u.irqchip.irqchip >= KVM_NR_IRQCHIPS ||
	    ue->u.irqchip.pin >= KVM_IRQCHIP_NUM_PINS)
		return -EINVAL;

	e->set = vgic_set_pin;
	e->irqchip.irqchip = ue->u.irqchip.irqchip;
	e->irqchip.pin = ue->u.irqchip.pin;
	return 0;
}

/* A GICv2 takes no messages: KVM_SIGNAL_MSI has nowhere to send one. */
int kvm_set_msi(struct kvm_kernel_irq_routing_entry *e, struct kvm *kvm,
		int irq_source_id, int level, bool line_status)
{
	return -EINVAL;
}

/*
 * An eventfd is a pulse, which an edge-triggered interrupt takes at once. What
 * becomes of a level-triggered one depends on whether there is a resamplefd;
 * irqfd_inject() knows.
 */
int kvm_arch_set_irq_inatomic(struct kvm_kernel_irq_routing_entry *e,
			      struct kvm *kvm, int irq_source_id, int level,
			      bool line_status)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	unsigned int b = e->irqchip.pin / 32;

	if (!level || e->type != KVM_IRQ_ROUTING_IRQCHIP ||
	    !kvm_arch_intc_initialized(kvm) || b + 1 >= dist->nr_banks ||
	    !(READ_ONCE(dist->spi[b].edge) & BIT(e->irqchip.pin % 32)))
		return -EWOULDBLOCK;

	vgic_set_pin(e, kvm, irq_source_id, 1, line_status);
	return vgic_set_pin(e, kvm, irq_source_id, 0, line_status);
}

/**
 * vgic_default_routing() - GSI n goes to pin n
 * @kvm: the VM
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int vgic_default_routing(struct kvm *kvm)
{
	unsigned int i, n = kvm->arch.vgic.nr_irqs - VGIC_NR_PRIVATE;
	struct kvm_irq_routing_entry *entries;
	int ret;

	n = min(n, KVM_IRQCHIP_NUM_PINS);
	entries = kvcalloc(n, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;

	for (i = 0; i < n; i++) {
		entries[i].gsi = i;
		entries[i].type = KVM_IRQ_ROUTING_IRQCHIP;
		entries[i].u.irqchip.pin = i;
	}
	ret = kvm_set_irq_routing(kvm, entries, n, 0);
	kvfree(entries);
	return ret;
}
