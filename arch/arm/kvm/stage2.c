// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stage-2 tables: they map a guest's physical memory (IPA), DDI 0406C B3.6.
 *
 * Locking: vCPUs fault in parallel. Under mmu_lock held for reading an entry
 * goes from nothing to something, or gets more permissions, by compare and
 * exchange, and no table is freed. What takes something away (unmap, age, write
 * protection, another page, a block for a table or back) holds it for writing.
 *
 * LPAE makes aligned LDRD and STRD single-copy atomic, for table walks as well:
 * so entries are atomic64_t.
 */
#include <linux/errno.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <asm/kvm/stage2.h>

static unsigned int stage2_index(phys_addr_t ipa, unsigned int level)
{
	return (ipa >> stage2_shift(level)) &
	       (level == 1 ? STAGE2_PGD_ENTRIES - 1 : PTRS_PER_PTE - 1);
}

static bool stage2_is_table(u64 desc, unsigned int level)
{
	return level < STAGE2_PAGE_LEVEL && (desc & STAGE2_TABLE);
}

static atomic64_t *stage2_table(u64 desc)
{
	return phys_to_virt(desc & STAGE2_ADDR_MASK);
}

static void stage2_free_table(u64 desc)
{
	void *table = stage2_table(desc);

	kvm_account_pgtable_pages(table, -1);
	free_page((unsigned long)table);
}

/**
 * stage2_lookup() - the entry that an address's walk ends at
 * @kvm: the VM; mmu_lock held
 * @ipa: the address
 * @level: where to store the entry's level
 *
 * Return: the entry: a leaf, or an empty one.
 */
atomic64_t *stage2_lookup(struct kvm *kvm, phys_addr_t ipa, unsigned int *level)
{
	atomic64_t *table = kvm->arch.stage2_pgd;
	unsigned int l;

	for (l = 1; ; l++) {
		atomic64_t *entry = &table[stage2_index(ipa, l)];
		u64 desc = atomic64_read(entry);

		if (!stage2_is_table(desc, l)) {
			*level = l;
			return entry;
		}
		table = stage2_table(desc);
	}
}

/**
 * stage2_next_leaf() - go on to the next leaf
 * @kvm: the VM; mmu_lock held
 * @it: the iteration, which finds the leaf's entry, descriptor and level there
 *
 * Return: false if there is none in the range.
 */
bool stage2_next_leaf(struct kvm *kvm, struct stage2_iter *it)
{
	while (it->next < it->end) {
		it->entry = stage2_lookup(kvm, it->next, &it->level);
		it->desc = atomic64_read(it->entry);
		it->next = ((it->next >> stage2_shift(it->level)) + 1)
			   << stage2_shift(it->level);
		if (it->desc & STAGE2_VALID)
			return true;
	}
	return false;
}

/* Put a new table into @entry if it is empty; what is there now */
static u64 stage2_link(struct kvm_mmu_memory_cache *cache, atomic64_t *entry)
{
	void *table = kvm_mmu_memory_cache_alloc(cache);
	u64 desc = virt_to_phys(table) | STAGE2_VALID | STAGE2_TABLE;
	/* Fully ordered: after the zeroes in the table */
	u64 old = atomic64_cmpxchg(entry, 0, desc);

	if (old) {
		cache->objects[cache->nobjs++] = table;
		return old;
	}
	kvm_account_pgtable_pages(table, 1);
	return desc;
}

/**
 * stage2_map() - map an address, or add permissions to what maps it
 * @kvm: the VM; mmu_lock held for reading or writing
 * @cache: two pages for tables
 * @ipa: the address, in the page or block that is to be mapped
 * @level: STAGE2_PAGE_LEVEL or STAGE2_BLOCK_LEVEL
 * @desc: the leaf
 *
 * A leaf that maps the same thing gets the permissions that it lacks.
 *
 * Return: 0, or -EEXIST if something else is in the way.
 */
int stage2_map(struct kvm *kvm, struct kvm_mmu_memory_cache *cache,
	       phys_addr_t ipa, unsigned int level, u64 desc)
{
	atomic64_t *table = kvm->arch.stage2_pgd;
	atomic64_t *entry;
	unsigned int l;
	s64 old;
	u64 new;

	for (l = 1; l < level; l++) {
		entry = &table[stage2_index(ipa, l)];
		old = atomic64_read(entry);
		if (!old)
			old = stage2_link(cache, entry);
		if (!stage2_is_table(old, l))
			return -EEXIST;
		table = stage2_table(old);
	}

	entry = &table[stage2_index(ipa, level)];
	old = atomic64_read(entry);
	do {
		if (old && ((old ^ desc) & ~STAGE2_RELAXED))
			return -EEXIST;
		/* All permissions that either has */
		new = old ? (old | desc) & (~STAGE2_XN | (old & desc)) : desc;
	} while (!atomic64_try_cmpxchg(entry, &old, new));

	/* For the table walk of the guest's next access */
	dsb(ishst);
	return 0;
}

/**
 * stage2_make_way() - remove what stage2_map() finds in its way
 * @kvm: the VM; mmu_lock held for writing
 * @cache: as for stage2_map()
 * @ipa: as for stage2_map()
 * @level: as for stage2_map()
 * @desc: as for stage2_map()
 *
 * An entry is invalid, and flushed from the TLBs, before it gets another output
 * address or size (B3.10.1).
 */
void stage2_make_way(struct kvm *kvm, struct kvm_mmu_memory_cache *cache,
		     phys_addr_t ipa, unsigned int level, u64 desc)
{
	atomic64_t *table = kvm->arch.stage2_pgd;
	atomic64_t *entry;
	unsigned int l, i;
	u64 old;

	for (l = 1; ; l++) {
		entry = &table[stage2_index(ipa, l)];
		old = atomic64_read(entry);
		if (l == level || !stage2_is_table(old, l))
			break;
		table = stage2_table(old);
	}
	if (!old || !((old ^ desc) & ~STAGE2_RELAXED))
		return;

	atomic64_set(entry, 0);
	kvm_arm_vmid_flush(kvm);

	if (stage2_is_table(old, l)) {
		stage2_free_table(old);
	} else if (l < level && !((old ^ desc) & STAGE2_ADDR_MASK & PMD_MASK)) {
		/* One page of a block is to differ: map the others as before */
		table = kvm_mmu_memory_cache_alloc(cache);
		for (i = 0; i < PTRS_PER_PTE; i++)
			atomic64_set(&table[i],
				     (old | STAGE2_TABLE) + i * PAGE_SIZE);
		/* The table walk sees the table with its content */
		smp_wmb();
		atomic64_set(entry, virt_to_phys(table) | STAGE2_VALID |
			     STAGE2_TABLE);
		kvm_account_pgtable_pages(table, 1);
	}
}

/**
 * stage2_unmap() - clear all leaves of a range
 * @kvm: the VM; mmu_lock held for writing
 * @start: the first address
 * @end: the end; of a block at either end, all is unmapped
 * @may_block: mmu_lock may be dropped meanwhile
 *
 * Return: true if a TLB flush is due before mmu_lock is dropped.
 */
bool stage2_unmap(struct kvm *kvm, phys_addr_t start, phys_addr_t end,
		  bool may_block)
{
	struct stage2_iter it = { .next = start, .end = end };
	bool flush = false;

	while (stage2_next_leaf(kvm, &it)) {
		atomic64_set(it.entry, 0);
		flush = true;
		if (may_block && (need_resched() ||
				  rwlock_needbreak(&kvm->mmu_lock))) {
			kvm_arm_vmid_flush(kvm);
			cond_resched_rwlock_write(&kvm->mmu_lock);
		}
	}
	return flush;
}

static bool stage2_table_empty(const atomic64_t *table)
{
	return !memchr_inv(table, 0, PAGE_SIZE);
}

/* Free the tables that map nothing any more in the GiBs that [@start, @end) touches */
static void stage2_free_empty_tables(struct kvm *kvm, phys_addr_t start,
				     phys_addr_t end)
{
	unsigned int i, j;

	for (i = stage2_index(start, 1); i <= stage2_index(end - 1, 1); i++) {
		atomic64_t *top = &kvm->arch.stage2_pgd[i];
		struct page *page, *tmp;
		atomic64_t *table;
		LIST_HEAD(empty);

		if (!atomic64_read(top))
			continue;
		table = stage2_table(atomic64_read(top));
		for (j = 0; j < PTRS_PER_PTE; j++) {
			u64 desc = atomic64_read(&table[j]);

			if (!stage2_is_table(desc, STAGE2_BLOCK_LEVEL) ||
			    !stage2_table_empty(stage2_table(desc)))
				continue;
			atomic64_set(&table[j], 0);
			list_add(&virt_to_page(stage2_table(desc))->lru, &empty);
		}
		if (stage2_table_empty(table)) {
			atomic64_set(top, 0);
			list_add(&virt_to_page(table)->lru, &empty);
		}

		if (!list_empty(&empty))
			kvm_arm_vmid_flush(kvm);
		list_for_each_entry_safe(page, tmp, &empty, lru) {
			list_del(&page->lru);
			stage2_free_table(page_to_phys(page));
		}
		cond_resched_rwlock_write(&kvm->mmu_lock);
	}
}

/**
 * stage2_remove() - unmap a range for good, and free its tables
 * @kvm: the VM
 * @start: the first address
 * @end: the end
 *
 * Context: may sleep.
 */
void stage2_remove(struct kvm *kvm, phys_addr_t start, phys_addr_t end)
{
	write_lock(&kvm->mmu_lock);
	if (stage2_unmap(kvm, start, end, true))
		kvm_arm_vmid_flush(kvm);
	stage2_free_empty_tables(kvm, start, end);
	write_unlock(&kvm->mmu_lock);
}

/**
 * stage2_write_protect() - let writes to a range fault
 * @kvm: the VM; mmu_lock held for writing
 * @start: the first address
 * @end: the end
 * @may_block: mmu_lock may be dropped meanwhile
 *
 * A TLB flush is due; mmu_lock may be dropped before it.
 */
void stage2_write_protect(struct kvm *kvm, phys_addr_t start, phys_addr_t end,
			  bool may_block)
{
	struct stage2_iter it = { .next = start, .end = end };

	while (stage2_next_leaf(kvm, &it)) {
		atomic64_andnot(STAGE2_WRITE, it.entry);
		if (may_block)
			cond_resched_rwlock_write(&kvm->mmu_lock);
	}
}

/**
 * kvm_arm_stage2_map_device() - map a device's registers for the guest
 * @kvm: the VM
 * @ipa: where the guest sees them
 * @pa: where they are
 * @size: in bytes; all three are multiples of the page size
 * @writable: the guest can write to them
 *
 * Return: 0, -EINVAL, -ENOMEM, -EEXIST if something else is mapped there.
 */
int kvm_arm_stage2_map_device(struct kvm *kvm, phys_addr_t ipa, phys_addr_t pa,
			      unsigned long size, bool writable)
{
	struct kvm_mmu_memory_cache cache = { .gfp_zero = __GFP_ZERO };
	u64 desc = STAGE2_VALID | STAGE2_TABLE | STAGE2_AF | STAGE2_SH_INNER |
		   STAGE2_DEVICE | STAGE2_READ | STAGE2_XN;
	unsigned long done;
	int ret = 0;

	if (!PAGE_ALIGNED(ipa) || !PAGE_ALIGNED(pa) || !PAGE_ALIGNED(size) ||
	    ipa >= KVM_ARM_IPA_SIZE || size > KVM_ARM_IPA_SIZE - ipa)
		return -EINVAL;
	if (writable)
		desc |= STAGE2_WRITE;

	for (done = 0; done < size && !ret; done += PAGE_SIZE) {
		ret = kvm_mmu_topup_memory_cache(&cache, 2);
		if (ret)
			break;
		read_lock(&kvm->mmu_lock);
		ret = stage2_map(kvm, &cache, ipa + done, STAGE2_PAGE_LEVEL,
				 desc | (pa + done));
		read_unlock(&kvm->mmu_lock);
	}
	kvm_mmu_free_memory_cache(&cache);
	return ret;
}

/**
 * kvm_arm_stage2_init_vm() - a new VM, with nothing mapped
 * @kvm: the VM
 *
 * Return: 0 or -ENOMEM. Undo with kvm_arm_stage2_free().
 */
int kvm_arm_stage2_init_vm(struct kvm *kvm)
{
	int ret = kvm_arm_vmid_init_vm(kvm);

	if (ret)
		return ret;
	kvm->arch.stage2_pgd = alloc_pages_exact(STAGE2_PGD_SIZE,
						 GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!kvm->arch.stage2_pgd) {
		kvm_arm_vmid_free_vm(kvm);
		return -ENOMEM;
	}
	kvm->arch.stage2_pgd_phys = virt_to_phys(kvm->arch.stage2_pgd);
	return 0;
}

/**
 * kvm_arm_stage2_free() - a VM goes: its MMU notifier and vCPUs are gone
 * @kvm: the VM
 */
void kvm_arm_stage2_free(struct kvm *kvm)
{
	stage2_remove(kvm, 0, KVM_ARM_IPA_SIZE);
	free_pages_exact(kvm->arch.stage2_pgd, STAGE2_PGD_SIZE);
	kvm_arm_vmid_free_vm(kvm);
}
