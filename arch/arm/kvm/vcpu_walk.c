// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the guest as its own Stage-1 tables map it (DDI 0406C, B3.5, B3.6).
 *
 * For what a vCPU has just done and hardware permitted: permissions, domains and
 * the access flag are not checked again. Other vCPUs can change tables and memory
 * meanwhile, so nothing that is read here can be relied on.
 */
#include <linux/bits.h>
#include <linux/cacheflush.h>
#include <linux/highmem.h>
#include <linux/kvm_host.h>
#include <linux/swab.h>
#include <asm/cp15.h>
#include <asm/kvm/stage2.h>
#include <asm/kvm/vcpu.h>

#define TTBCR_N_MASK		0x7
#define TTBCR_PD0		BIT(4)
#define TTBCR_PD1		BIT(5)
#define TTBCR_T1SZ_SHIFT	16
#define LONG_TABLE_MASK		GENMASK_ULL(39, 12)

/*
 * @len bytes of one page; false if there is no memory. What the guest wrote with
 * its caches off may be hidden by lines in the host's, which are older.
 */
static bool read_guest(struct kvm_vcpu *vcpu, phys_addr_t ipa, void *data,
		       unsigned int len)
{
	kvm_pfn_t pfn = gfn_to_pfn_prot(vcpu->kvm, gpa_to_gfn(ipa), false, NULL);
	bool valid = !is_error_noslot_pfn(pfn) && kvm_arm_pfn_is_memory(pfn);
	void *page;

	if (valid) {
		page = kmap_local_pfn(pfn);
		__cpuc_flush_dcache_area(page + offset_in_page(ipa), len);
		memcpy(data, page + offset_in_page(ipa), len);
		kunmap_local(page);
	}
	if (!is_error_noslot_pfn(pfn))
		kvm_release_pfn_clean(pfn);
	return valid;
}

static bool read_desc(struct kvm_vcpu *vcpu, phys_addr_t ipa, unsigned int len,
		      u64 *desc)
{
	*desc = 0;
	if (!read_guest(vcpu, ipa, desc, len))
		return false;
	if (vcpu->arch.ctx->cp15.sctlr & CR_EE)
		*desc = len == 8 ? swab64(*desc) : swab32(*desc);
	return true;
}

static bool walk_short(struct kvm_vcpu *vcpu, u32 va, struct kvm_arm_stage1 *walk)
{
	const struct kvm_guest_cp15 *cp15 = &vcpu->arch.ctx->cp15;
	unsigned int n = cp15->ttbcr & TTBCR_N_MASK;
	bool first = !n || !(va >> (32 - n));
	u32 base = first ? cp15->ttbr0 & ~GENMASK(13 - n, 0) :
			   cp15->ttbr1 & ~GENMASK(13, 0);
	unsigned int shift, tex, attr;
	u64 desc;

	if (cp15->ttbcr & (first ? TTBCR_PD0 : TTBCR_PD1))
		return false;
	if (!read_desc(vcpu, base + (va >> 20) * 4, 4, &desc))
		return false;

	tex = desc >> 12 & 0x7;
	if (desc & BIT(1)) {
		shift = desc & BIT(18) ? 24 : 20;
	} else if (desc & BIT(0)) {
		base = desc & ~GENMASK(9, 0);
		if (!read_desc(vcpu, base + (va >> 12 & 0xff) * 4, 4, &desc) ||
		    !(desc & 0x3))
			return false;
		shift = desc & BIT(1) ? 12 : 16;
		tex = desc >> (desc & BIT(1) ? 6 : 12) & 0x7;
	} else {
		return false;
	}
	walk->ipa = (desc & ~GENMASK(shift - 1, 0)) | (va & GENMASK(shift - 1, 0));
	if (shift == 24)
		walk->ipa |= (desc >> 20 & 0xf) << 32 | (desc >> 5 & 0xf) << 36;

	/* TEX[2:0], C, B; with TEX remap PRRR has a type for TEX[0], C, B */
	attr = tex << 2 | (desc >> 2 & 0x3);
	if (cp15->sctlr & CR_TRE)
		walk->device = (cp15->mair0 >> 2 * (attr & 0x7) & 0x3) < 2;
	else
		walk->device = attr < 2 || attr == 8;
	return true;
}

static bool walk_long(struct kvm_vcpu *vcpu, u32 va, struct kvm_arm_stage1 *walk)
{
	const struct kvm_guest_cp15 *cp15 = &vcpu->arch.ctx->cp15;
	u32 ttbcr = cp15->ttbcr;
	unsigned int size0 = ttbcr & 0x7, size1 = ttbcr >> TTBCR_T1SZ_SHIFT & 0x7;
	bool first = !size0 || !(va >> (32 - size0));
	unsigned int size, shift, attr;
	u64 desc, base;

	if (size1 && va >> (32 - size1) == GENMASK(size1 - 1, 0))
		first = false;
	else if (!first && size1)
		return false;
	if (ttbcr & (first ? BIT(7) : BIT(23)))
		return false;

	size = first ? size0 : size1;
	shift = size < 2 ? 30 : 21;
	base = first ? cp15->ttbr0 : cp15->ttbr1;
	base &= GENMASK_ULL(39, 35 - shift - size);
	base += (u64)((va & (~0U >> size)) >> shift) * 8;
	for (;;) {
		if (!read_desc(vcpu, base, 8, &desc) || !(desc & BIT(0)))
			return false;
		if (shift == 12 || !(desc & BIT(1)))
			break;
		shift -= 9;
		base = (desc & LONG_TABLE_MASK) + (va >> shift & 0x1ff) * 8;
	}
	if (shift == 12 && !(desc & BIT(1)))
		return false;
	walk->ipa = (desc & LONG_TABLE_MASK & ~(u64)GENMASK(shift - 1, 0)) |
		    (va & GENMASK(shift - 1, 0));
	attr = desc >> 2 & 0x7;
	attr = (attr < 4 ? cp15->mair0 : cp15->mair1) >> 8 * (attr & 0x3);
	walk->device = !(attr & 0xf0);
	return true;
}

/**
 * kvm_arm_stage1_walk() - translate an address as the guest does
 * @vcpu: the vCPU; groups 1 and 2 of its CP15 state in memory, srcu held
 * @va: virtual address
 * @walk: filled in
 *
 * May sleep.
 *
 * Return: false if the guest does not map it, now.
 */
bool kvm_arm_stage1_walk(struct kvm_vcpu *vcpu, u32 va, struct kvm_arm_stage1 *walk)
{
	if (!(vcpu->arch.ctx->cp15.sctlr & CR_M)) {
		walk->ipa = va;
		walk->device = true;
		return true;
	}
	if (vcpu->arch.ctx->cp15.ttbcr & TTBCR_EAE)
		return walk_long(vcpu, va, walk);
	return walk_short(vcpu, va, walk);
}

/**
 * kvm_arm_read_virt() - read memory at a virtual address of the guest
 * @vcpu: as for kvm_arm_stage1_walk()
 * @va: virtual address
 * @data: where to put it
 * @len: bytes, all in one page
 *
 * Return: false if there is none, now.
 */
bool kvm_arm_read_virt(struct kvm_vcpu *vcpu, u32 va, void *data, unsigned int len)
{
	struct kvm_arm_stage1 walk;

	return kvm_arm_stage1_walk(vcpu, va, &walk) &&
	       read_guest(vcpu, walk.ipa, data, len);
}
