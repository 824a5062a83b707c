// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual GIC's distributor registers (IHI 0048B, 4.3), as of a GIC-400
 * without Security Extensions.
 *
 * An access needs no other vCPU, so it is answered with IRQs off, unless it
 * concerns the pending or active state of an SPI that is in another vCPU's list
 * registers. Then kvm_arm_vgic_mmio() has all vCPUs fold theirs first.
 *
 * Registers that the manual allows only word accesses to read as zero and ignore
 * writes of other sizes, as do reserved registers.
 */
#include <linux/bitfield.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/kvm_host.h>
#include <linux/nospec.h>
#include <linux/sched.h>

/* 'K', revision 2, by Arm: what user space knows as the one with groups */
#define VGIC_IIDR		(0x4bu << 24 | 2 << 12 | 0x43b)

#define GICD_TYPER_LINES	GENMASK(4, 0)
#define GICD_TYPER_CPUS		GENMASK(7, 5)
#define GICD_CTLR_GROUPS	GENMASK(1, 0)

#define GICD_SGIR_FILTER	GENMASK(25, 24)
#define GICD_SGIR_LIST		GENMASK(23, 16)
#define GICD_SGIR_INTID		GENMASK(3, 0)

#define VGIC_SGIS		GENMASK(VGIC_NR_SGIS - 1, 0)

/* Registers of a bit an interrupt, by offset / 0x80 */
enum {
	VGIC_IGROUPR = 1,
	VGIC_ISENABLER,
	VGIC_ICENABLER,
	VGIC_ISPENDR,
	VGIC_ICPENDR,
	VGIC_ISACTIVER,
	VGIC_ICACTIVER,
};

/* Peripheral and component identification from GICD_PIDR4 on, of a GIC-400 */
static const u8 vgic_ids[] = {
	0x04, 0x00, 0x00, 0x00, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
};

/* Does another vCPU have some of @mask in its list registers? Bank locked */
static bool vgic_held_elsewhere(struct kvm_vcpu *vcpu, unsigned int b, u32 mask)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	u32 held = 0;
	unsigned int i;

	if (!b)
		return false;
	for (i = 0; i < dist->nr_cpus; i++)
		if (dist->cpu[i] != vcpu)
			held |= dist->cpu[i]->arch.vgic.share[b].held;
	return held & mask;
}

static u32 vgic_get_active(struct kvm_vcpu *vcpu, unsigned int b)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	u32 active = 0;
	unsigned int i;

	if (!b)
		return vcpu->arch.vgic.share[0].active;
	for (i = 0; i < dist->nr_cpus; i++)
		active |= dist->cpu[i]->arch.vgic.share[b].active;
	return active;
}

static void vgic_set_active(struct kvm_vcpu *vcpu, unsigned int b, u32 mask)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	struct vgic_share *share;
	unsigned int i;

	if (!b) {
		vcpu->arch.vgic.share[0].active |= mask;
		return;
	}

	mask &= ~dist->spi[b - 1].claimed;
	dist->spi[b - 1].claimed |= mask;
	for (i = 0; i < dist->nr_cpus; i++) {
		share = &dist->cpu[i]->arch.vgic.share[b];
		share->active |= mask & share->route;
		mask &= ~share->route;
	}
	/* Who completes those that go nowhere matters to nobody */
	dist->cpu[0]->arch.vgic.share[b].active |= mask;
}

static void vgic_clear_active(struct kvm_vcpu *vcpu, unsigned int b, u32 mask)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	unsigned int i;

	if (!b) {
		vcpu->arch.vgic.share[0].active &= ~mask;
		return;
	}

	dist->spi[b - 1].claimed &= ~mask;
	for (i = 0; i < dist->nr_cpus; i++)
		dist->cpu[i]->arch.vgic.share[b].active &= ~mask;
}

static u32 vgic_read_bits(struct kvm_vcpu *vcpu, unsigned int reg,
			  unsigned int b, struct vgic_bank *bank)
{
	switch (reg) {
	case VGIC_IGROUPR:
		return bank->group;
	case VGIC_ISENABLER:
	case VGIC_ICENABLER:
		return bank->enabled;
	case VGIC_ISPENDR:
	case VGIC_ICPENDR:
		return vgic_pending(bank);
	default:
		return vgic_get_active(vcpu, b);
	}
}

static void vgic_write_bits(struct kvm_vcpu *vcpu, unsigned int reg,
			    unsigned int b, struct vgic_bank *bank, u32 val)
{
	/* SGIs cannot be disabled, nor made pending without a sender */
	u32 not_sgis = val & ~(b ? 0 : VGIC_SGIS);

	switch (reg) {
	case VGIC_IGROUPR:
		bank->group = val;
		vgic_set_on(vcpu->kvm, bank);
		break;
	case VGIC_ISENABLER:
		bank->enabled |= val;
		vgic_set_on(vcpu->kvm, bank);
		break;
	case VGIC_ICENABLER:
		bank->enabled &= ~not_sgis;
		vgic_set_on(vcpu->kvm, bank);
		break;
	case VGIC_ISPENDR:
		bank->latch |= not_sgis;
		break;
	case VGIC_ICPENDR:
		bank->latch &= ~not_sgis;
		break;
	case VGIC_ISACTIVER:
		vgic_set_active(vcpu, b, val);
		break;
	case VGIC_ICACTIVER:
		vgic_clear_active(vcpu, b, val);
		break;
	}
}

static bool vgic_access_bits(struct kvm_vcpu *vcpu, unsigned int reg,
			     unsigned int b, bool write, bool user, u32 *val)
{
	struct vgic_bank *bank = vgic_bank(vcpu, b);
	bool state = reg >= VGIC_ISPENDR;
	u32 mask = ~0, vcpus = 0;
	bool done = false;
	bool hw = false;

	if (state) {
		vgic_fold(vcpu);
		hw = !user && !b && vcpu->arch.vgic.hw_intid;
		if (hw && !write && (bank->latch & BIT(vcpu->arch.vgic.hw_intid)) &&
		    kvm_arm_timer_withdrawn(vcpu))
			vgic_resample_hw(vcpu);
	}
	if (write) {
		*val &= vgic_valid(b);
		mask = reg == VGIC_IGROUPR ? ~0 : *val;
	}

	raw_spin_lock(&bank->lock);
	if (state && vgic_held_elsewhere(vcpu, b, mask))
		goto out;
	done = true;
	if (write) {
		vgic_write_bits(vcpu, reg, b, bank, *val);
		vcpus = vgic_update(vcpu, b, mask);
	} else {
		*val = vgic_read_bits(vcpu, reg, b, bank);
	}
out:
	raw_spin_unlock(&bank->lock);

	vgic_kick(vcpu->kvm, vcpu, vcpus);
	if (hw && write && (reg == VGIC_ICPENDR || reg == VGIC_ICACTIVER) &&
	    (mask & BIT(vcpu->arch.vgic.hw_intid)))
		vgic_resample_hw(vcpu);
	return done;
}

/*
 * The vCPU that completes an active interrupt is the one that acknowledged it,
 * which user space can tell only by the target, and in any order.
 */
static void vgic_restore_route(struct kvm_vcpu *vcpu, unsigned int b)
{
	u32 active = vgic_get_active(vcpu, b);

	vgic_clear_active(vcpu, b, active);
	vgic_route(vcpu->kvm, b);
	vgic_set_active(vcpu, b, active);
}

/* GICD_IPRIORITYR and GICD_ITARGETSR: a byte an interrupt */
static void vgic_access_bytes(struct kvm_vcpu *vcpu, bool target, u32 intid,
			      unsigned int len, bool write, bool user, u32 *val)
{
	unsigned int b = intid / 32;
	struct vgic_bank *bank = vgic_bank(vcpu, b);
	u8 *reg = (target ? bank->target : bank->priority) + intid % 32;
	unsigned int i;
	u8 valid;
	u32 vcpus;

	if (!write) {
		*val = len == 1 ? *reg : *(u32 *)reg;
		return;
	}
	if (target && !b)
		return;

	valid = target ? GENMASK(vcpu->kvm->arch.vgic.nr_cpus - 1, 0) : 0xf8;
	raw_spin_lock(&bank->lock);
	for (i = 0; i < len; i++)
		if (intid + i < 1020)
			reg[i] = *val >> i * 8 & valid;
	if (target && user)
		vgic_restore_route(vcpu, b);
	else if (target)
		vgic_route(vcpu->kvm, b);
	vcpus = vgic_update(vcpu, b, GENMASK(intid % 32 + len - 1, intid % 32));
	raw_spin_unlock(&bank->lock);
	vgic_kick(vcpu->kvm, vcpu, vcpus);
}

/* GICD_ICFGR: two bits an interrupt, of which the upper one means something */
static void vgic_access_config(struct kvm_vcpu *vcpu, u32 intid, bool write,
			       u32 *val)
{
	unsigned int b = intid / 32;
	struct vgic_bank *bank = vgic_bank(vcpu, b);
	unsigned int i, shift = intid % 32;
	u32 vcpus, edge = 0;

	if (!write) {
		*val = 0;
		for (i = 0; i < 16; i++)
			if (bank->edge & BIT(shift + i))
				*val |= 2u << i * 2;
		return;
	}
	if (intid < VGIC_NR_SGIS)
		return;

	for (i = 0; i < 16; i++)
		if (*val & 2u << i * 2)
			edge |= BIT(shift + i);
	edge &= vgic_valid(b);

	raw_spin_lock(&bank->lock);
	bank->edge = (bank->edge & ~(0xffffu << shift)) | edge;
	vcpus = vgic_update(vcpu, b, 0xffffu << shift);
	raw_spin_unlock(&bank->lock);
	vgic_kick(vcpu->kvm, vcpu, vcpus);
}

static void vgic_write_sgir(struct kvm_vcpu *vcpu, u32 val)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	unsigned int self = vcpu->vcpu_idx;
	unsigned int intid = FIELD_GET(GICD_SGIR_INTID, val);
	u32 targets, vcpus = 0;
	unsigned int i;

	switch (FIELD_GET(GICD_SGIR_FILTER, val)) {
	case 0:
		targets = FIELD_GET(GICD_SGIR_LIST, val);
		break;
	case 1:
		targets = ~BIT(self);
		break;
	case 2:
		targets = BIT(self);
		break;
	default:
		return;
	}

	targets &= GENMASK(dist->nr_cpus - 1, 0);
	vgic_for_each_bit(i, targets) {
		struct kvm_vcpu *target = dist->cpu[i];
		struct vgic_cpu *vgic = &target->arch.vgic;

		raw_spin_lock(&vgic->private.lock);
		vgic->sgi_sources[intid] |= BIT(self);
		vgic->private.latch |= BIT(intid);
		vcpus |= vgic_update(target, 0, BIT(intid));
		raw_spin_unlock(&vgic->private.lock);
	}
	vgic_kick(vcpu->kvm, vcpu, vcpus);
}

/* GICD_CPENDSGIR and GICD_SPENDSGIR: a byte of senders an SGI */
static void vgic_access_sgi_pending(struct kvm_vcpu *vcpu, bool set,
				    unsigned int intid, unsigned int len,
				    bool write, u32 *val)
{
	struct vgic_cpu *vgic = &vcpu->arch.vgic;
	u32 senders = GENMASK(vcpu->kvm->arch.vgic.nr_cpus - 1, 0);
	u8 *reg = vgic->sgi_sources + intid;
	unsigned int i;
	u32 vcpus = 0;

	vgic_fold(vcpu);

	raw_spin_lock(&vgic->private.lock);
	if (!write)
		*val = len == 1 ? *reg : *(u32 *)reg;
	for (i = 0; write && i < len; i++) {
		if (set)
			reg[i] |= *val >> i * 8 & senders;
		else
			reg[i] &= ~(*val >> i * 8);
		if (reg[i])
			vgic->private.latch |= BIT(intid + i);
		else
			vgic->private.latch &= ~BIT(intid + i);
		vcpus |= vgic_update(vcpu, 0, BIT(intid + i));
	}
	raw_spin_unlock(&vgic->private.lock);
	vgic_kick(vcpu->kvm, vcpu, vcpus);
}

/* The registers that are one of a kind, and reserved ones; word accesses */
static void vgic_access_word(struct kvm_vcpu *vcpu, u32 offset, bool write,
			     bool user, u32 *val)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;

	if (write) {
		if (offset == GIC_DIST_CTRL) {
			WRITE_ONCE(dist->ctlr, *val & GICD_CTLR_GROUPS);
			vgic_update_all(vcpu->kvm, vcpu);
		} else if (offset == GIC_DIST_SOFTINT && !user) {
			vgic_write_sgir(vcpu, *val);
		}
		return;
	}

	switch (offset) {
	case GIC_DIST_CTRL:
		*val = dist->ctlr;
		break;
	case GIC_DIST_CTR:
		*val = FIELD_PREP(GICD_TYPER_LINES, dist->nr_banks - 1) |
		       FIELD_PREP(GICD_TYPER_CPUS, dist->nr_cpus - 1);
		break;
	case GIC_DIST_IIDR:
		*val = VGIC_IIDR;
		break;
	case 0xfd0 ... 0xffc:
		*val = vgic_ids[(offset - 0xfd0) / 4];
		break;
	}
}

/* Is there a bank for @intid? No other is looked at, not even speculatively. */
static bool vgic_has_bank(const struct vgic_dist *dist, u32 *intid)
{
	u32 n = dist->nr_banks * 32;

	if (*intid >= n)
		return false;
	*intid = array_index_nospec(*intid, n);
	return true;
}

/**
 * vgic_dist_access() - read or write a distributor register
 * @vcpu: the vCPU whose view it is; loaded on this CPU, or not running at all
 * @offset: in the distributor's page
 * @len: bytes: 1, 2, 4, 8
 * @write: false: a read
 * @user: on behalf of user space
 * @val: what to write, or where to put what was read
 *
 * Context: IRQs off.
 * Return: false if other vCPUs must give up their list registers first.
 */
bool vgic_dist_access(struct kvm_vcpu *vcpu, u32 offset, unsigned int len,
		      bool write, bool user, u32 *val)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	u32 intid;

	if (!write)
		*val = 0;
	if (len > 4 || (offset & (len - 1)))
		return true;

	switch (offset) {
	case GIC_DIST_PRI ... GIC_DIST_CONFIG - 1:
		intid = offset & 0x3ff;
		if (len != 2 && vgic_has_bank(dist, &intid))
			vgic_access_bytes(vcpu, offset & 0x800, intid, len,
					  write, user, val);
		return true;
	case GIC_DIST_SGI_PENDING_CLEAR ... GIC_DIST_SGI_PENDING_SET + 0xf:
		if (len != 2)
			vgic_access_sgi_pending(vcpu,
						offset >= GIC_DIST_SGI_PENDING_SET,
						offset & 0xf, len, write, val);
		return true;
	}

	if (len != 4)
		return true;

	switch (offset) {
	case GIC_DIST_IGROUP ... GIC_DIST_PRI - 1:
		intid = (offset & 0x7f) * 8;
		if (vgic_has_bank(dist, &intid))
			return vgic_access_bits(vcpu, offset / 0x80, intid / 32,
						write, user, val);
		return true;
	case GIC_DIST_CONFIG ... GIC_DIST_CONFIG + 0xff:
		intid = (offset & 0xff) * 4;
		if (vgic_has_bank(dist, &intid))
			vgic_access_config(vcpu, intid, write, val);
		return true;
	}

	vgic_access_word(vcpu, offset, write, user, val);
	return true;
}

/**
 * vgic_dist_has_reg() - can user space save and restore this register?
 * @offset: in the distributor's page
 *
 * Return: true for those that hold state, and GICD_TYPER and GICD_IIDR.
 */
bool vgic_dist_has_reg(u32 offset)
{
	if (offset & 3)
		return false;

	switch (offset) {
	case GIC_DIST_CTRL:
	case GIC_DIST_CTR:
	case GIC_DIST_IIDR:
	case GIC_DIST_IGROUP ... GIC_DIST_CONFIG + 0xff:
	case GIC_DIST_SGI_PENDING_CLEAR ... GIC_DIST_SGI_PENDING_SET + 0xf:
		return true;
	default:
		return false;
	}
}

static bool vgic_is_dist(struct kvm_vcpu *vcpu, phys_addr_t ipa)
{
	return (ipa & ~(phys_addr_t)(KVM_VGIC_V2_DIST_SIZE - 1)) ==
	       vcpu->kvm->arch.vgic.dist_base;
}

/**
 * kvm_arm_vgic_mmio_fast() - a guest's access, if it is simple
 * @vcpu: the vCPU, loaded, in its thread
 * @ipa: guest physical address
 * @len: bytes: 1, 2, 4, 8
 * @write: false: a read
 * @val: what to write, or where to put what was read
 *
 * Context: IRQs off.
 * Return: true if it was done; if not, kvm_arm_vgic_mmio() can tell.
 */
bool kvm_arm_vgic_mmio_fast(struct kvm_vcpu *vcpu, phys_addr_t ipa,
			    unsigned int len, bool write, u32 *val)
{
	u32 offset = offset_in_page(ipa);

	if (!vgic_is_dist(vcpu, ipa))
		return false;

	/* The one access that every guest makes all the time */
	if (offset == GIC_DIST_SOFTINT && write && len == 4) {
		vgic_write_sgir(vcpu, *val);
		return true;
	}
	return vgic_dist_access(vcpu, offset, len, write, false, val);
}

/*
 * Bring the whole VM's interrupts into the banks, and keep them there. A vCPU
 * that is loaded on another CPU folds on its way into the guest, or when it is
 * put, whichever comes first. The caller is folded, so no two wait for each
 * other.
 */
static void vgic_freeze(struct kvm_vcpu *self)
{
	struct vgic_dist *dist = &self->kvm->arch.vgic;
	unsigned int i;

	WRITE_ONCE(dist->frozen, true);
	/* Pairs with kvm_arm_vgic_flush(): it sees @frozen, or here is @used */
	smp_mb();

	for (i = 0; i < dist->nr_cpus; i++) {
		struct kvm_vcpu *vcpu = dist->cpu[i];

		if (vcpu == self)
			continue;
		/* Pairs with vgic_fold() */
		while (smp_load_acquire(&vcpu->arch.vgic.used)) {
			WRITE_ONCE(vcpu->arch.vgic.dirty, true);
			kvm_vcpu_kick(vcpu);
			cond_resched();
		}
	}
}

/**
 * kvm_arm_vgic_wait_frozen() - wait for another vCPU's look at all interrupts
 * @vcpu: the vCPU, in its thread, folded, on KVM_REQ_VGIC_FROZEN
 *
 * Context: may sleep.
 */
void kvm_arm_vgic_wait_frozen(struct kvm_vcpu *vcpu)
{
	mutex_lock(&vcpu->kvm->arch.vgic.lock);
	mutex_unlock(&vcpu->kvm->arch.vgic.lock);
}

/**
 * kvm_arm_vgic_mmio() - a guest's access to the distributor
 * @vcpu: the vCPU, loaded, in its thread
 * @ipa: guest physical address
 * @len: bytes: 1, 2, 4, 8
 * @write: false: a read
 * @val: what to write, or where to put what was read
 *
 * Context: IRQs on, may sleep.
 * Return: false if the distributor is not there.
 */
bool kvm_arm_vgic_mmio(struct kvm_vcpu *vcpu, phys_addr_t ipa,
		       unsigned int len, bool write, u32 *val)
{
	struct vgic_dist *dist = &vcpu->kvm->arch.vgic;
	bool done;

	if (!vgic_is_dist(vcpu, ipa))
		return false;

	local_irq_disable();
	done = vgic_dist_access(vcpu, offset_in_page(ipa), len, write, false, val);
	local_irq_enable();
	if (done)
		return true;

	kvm_arm_vgic_sync(vcpu);
	mutex_lock(&dist->lock);
	vgic_freeze(vcpu);

	local_irq_disable();
	vgic_dist_access(vcpu, offset_in_page(ipa), len, write, false, val);
	WRITE_ONCE(dist->frozen, false);
	vgic_update_all(vcpu->kvm, vcpu);
	local_irq_enable();

	mutex_unlock(&dist->lock);
	return true;
}
