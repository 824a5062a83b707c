/* SPDX-License-Identifier: GPL-2.0-only */
/* Stage-2 translation: control register, descriptors, tables; DDI 0406C B3.6, B4.1 */
#ifndef __ARM_KVM_STAGE2_H
#define __ARM_KVM_STAGE2_H

#include <linux/bits.h>
#include <linux/types.h>
#include <asm/page.h>

#define KVM_ARM_IPA_BITS	40
#define KVM_ARM_IPA_SIZE	BIT_ULL(KVM_ARM_IPA_BITS)

/*
 * VTCR: input of 40 bits (T0SZ = -8; S is its sign), first lookup in level 1,
 * walks are inner shareable, write-back, write-allocate.
 */
#define VTCR_T0SZ_40		0x8
#define VTCR_S			BIT(4)
#define VTCR_SL0_LEVEL1		BIT(6)
#define VTCR_IRGN0_WBWA		BIT(8)
#define VTCR_ORGN0_WBWA		BIT(10)
#define VTCR_SH0_INNER		(BIT(12) | BIT(13))
#define VTCR_RES1		BIT(31)

#define KVM_ARM_VTCR		(VTCR_RES1 | VTCR_SH0_INNER | VTCR_ORGN0_WBWA | \
				 VTCR_IRGN0_WBWA | VTCR_SL0_LEVEL1 | VTCR_S |	\
				 VTCR_T0SZ_40)

#define VTTBR_VMID_SHIFT	48

/* 40 bits of IPA need 1024 entries in level 1: two concatenated tables */
#define STAGE2_PGD_ENTRIES	1024
#define STAGE2_PGD_SIZE		(STAGE2_PGD_ENTRIES * sizeof(u64))
#define STAGE2_BLOCK_LEVEL	2
#define STAGE2_PAGE_LEVEL	3

/* Long-descriptor format; level 3 has tables' type for its pages */
#define STAGE2_VALID		BIT_ULL(0)
#define STAGE2_TABLE		BIT_ULL(1)
#define STAGE2_MEMATTR_MASK	GENMASK_ULL(5, 2)
#define STAGE2_DEVICE		BIT_ULL(2)
#define STAGE2_NORMAL_WB	GENMASK_ULL(5, 2)
#define STAGE2_READ		BIT_ULL(6)
#define STAGE2_WRITE		BIT_ULL(7)
#define STAGE2_SH_INNER		GENMASK_ULL(9, 8)
#define STAGE2_AF		BIT_ULL(10)
#define STAGE2_ADDR_MASK	GENMASK_ULL(39, 12)
#define STAGE2_XN		BIT_ULL(54)

/* What a fault can add to an entry without changing what it maps */
#define STAGE2_RELAXED		(STAGE2_WRITE | STAGE2_XN | STAGE2_AF)

#ifndef __ASSEMBLY__
#include <linux/memblock.h>
#include <linux/mm.h>

struct kvm;
struct kvm_mmu_memory_cache;

/**
 * struct stage2_iter - an iteration over the leaves of a range
 * @next: where it goes on
 * @end: where it ends
 * @entry: the leaf found
 * @desc: its value
 * @level: its level
 *
 * Others can hold mmu_lock between two steps.
 */
struct stage2_iter {
	phys_addr_t next;
	phys_addr_t end;
	atomic64_t *entry;
	u64 desc;
	unsigned int level;
};

/*
 * Whether the kernel has a page mapped as memory. pfn_valid() is true for what firmware
 * keeps from it ("no-map"), too, which is reserved.
 */
static inline bool kvm_arm_pfn_is_memory(unsigned long pfn)
{
	return pfn_valid(pfn) && (!PageReserved(pfn_to_page(pfn)) ||
				  memblock_is_map_memory(PFN_PHYS(pfn)));
}

/* The logarithm of what an entry of @level maps */
static inline unsigned int stage2_shift(unsigned int level)
{
	return PAGE_SHIFT + (STAGE2_PAGE_LEVEL - level) * 9;
}

atomic64_t *stage2_lookup(struct kvm *kvm, phys_addr_t ipa, unsigned int *level);
bool stage2_next_leaf(struct kvm *kvm, struct stage2_iter *it);
int stage2_map(struct kvm *kvm, struct kvm_mmu_memory_cache *cache,
	       phys_addr_t ipa, unsigned int level, u64 desc);
void stage2_make_way(struct kvm *kvm, struct kvm_mmu_memory_cache *cache,
		     phys_addr_t ipa, unsigned int level, u64 desc);
bool stage2_unmap(struct kvm *kvm, phys_addr_t start, phys_addr_t end,
		  bool may_block);
void stage2_remove(struct kvm *kvm, phys_addr_t start, phys_addr_t end);
void stage2_write_protect(struct kvm *kvm, phys_addr_t start, phys_addr_t end,
			  bool may_block);
#endif /* __ASSEMBLY__ */

#endif /* __ARM_KVM_STAGE2_H */
