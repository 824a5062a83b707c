// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's memory is that of a process: the faults that map it, the cache
 * maintenance that this takes, the MMU notifiers, memory slots and dirty log that
 * take it out of the tables. See stage2.c for the tables and their locking.
 */
#include <linux/cacheflush.h>
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <asm/cp15.h>
#include <asm/kvm/stage2.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include "trace.h"

#define ENTRIES_PER_BLOCK	(PMD_SIZE / PAGE_SIZE)

/* Pages that are mapped ahead of a guest that writes to one after the other */
#define AHEAD_MAX		32

/*
 * Write memory back from the data caches, so that the guest sees it with its
 * caches off or through mappings that it made non-cacheable, and does not see
 * what was in that memory before.
 */
static void stage2_clean_memory(phys_addr_t pa, unsigned long size)
{
	struct page *page = pfn_to_page(PHYS_PFN(pa));
	unsigned long i;

	if (!PageHighMem(page)) {
		__cpuc_flush_dcache_area(lowmem_page_address(page), size);
		return;
	}
	for (i = 0; i < size / PAGE_SIZE; i++) {
		void *va = kmap_local_page(page + i);

		__cpuc_flush_dcache_area(va, PAGE_SIZE);
		kunmap_local(va);
	}
}

/*
 * Whether a block of the host's memory can be mapped as one around @gfn: a
 * transparent or other huge page, at the same place in a block of the slot. As
 * true as mmu_invalidate_seq is unchanged.
 */
static bool stage2_can_block(const struct kvm_memory_slot *slot, gfn_t gfn,
			     hva_t hva)
{
	gfn_t first = ALIGN_DOWN(gfn, ENTRIES_PER_BLOCK);
	unsigned long flags;
	bool block = false;
	pud_t *pud;

	if (((hva >> PAGE_SHIFT) ^ gfn) & (ENTRIES_PER_BLOCK - 1))
		return false;
	if (first < slot->base_gfn ||
	    first + ENTRIES_PER_BLOCK > slot->base_gfn + slot->npages)
		return false;

	/* Page tables are not freed while interrupts are off, as for fast GUP */
	local_irq_save(flags);
	pud = pud_offset(p4d_offset(pgd_offset(current->mm, hva), hva), hva);
	if (!pud_none(READ_ONCE(*pud)))
		block = pmd_leaf(pmdp_get_lockless(pmd_offset(pud, hva)));
	local_irq_restore(flags);
	return block;
}

static bool stage2_maps(struct kvm *kvm, phys_addr_t ipa, unsigned int level,
			u64 desc)
{
	unsigned int l;
	u64 old;

	read_lock(&kvm->mmu_lock);
	old = atomic64_read(stage2_lookup(kvm, ipa, &l));
	read_unlock(&kvm->mmu_lock);
	return l == level && !((old ^ desc) & ~STAGE2_RELAXED);
}

/* Put @desc into the tables, unless the host has taken the page back meanwhile */
static int stage2_map_page(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot,
			   phys_addr_t ipa, unsigned int level, u64 desc,
			   unsigned long mmu_seq)
{
	struct kvm_mmu_memory_cache *cache = &vcpu->arch.mmu_page_cache;
	struct kvm *kvm = vcpu->kvm;
	gfn_t gfn = gpa_to_gfn(ipa);
	int ret = -EAGAIN;

	read_lock(&kvm->mmu_lock);
	if (!mmu_invalidate_retry_gfn(kvm, mmu_seq, gfn))
		ret = stage2_map(kvm, cache, ipa, level, desc);
	if (!ret && (desc & STAGE2_WRITE))
		mark_page_dirty_in_slot(kvm, slot, gfn);
	read_unlock(&kvm->mmu_lock);
	if (ret != -EEXIST)
		return ret;

	write_lock(&kvm->mmu_lock);
	ret = -EAGAIN;
	if (!mmu_invalidate_retry_gfn(kvm, mmu_seq, gfn)) {
		stage2_make_way(kvm, cache, ipa, level, desc);
		ret = stage2_map(kvm, cache, ipa, level, desc);
	}
	if (!ret && (desc & STAGE2_WRITE))
		mark_page_dirty_in_slot(kvm, slot, gfn);
	write_unlock(&kvm->mmu_lock);
	return ret;
}

/*
 * Have the host provide the memory of @n pages from @hva on, as far as that needs
 * no waiting and no other VMA; writable. This is get_user_pages() without a
 * second and a third look at each page.
 */
static void stage2_populate(hva_t hva, long n)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	hva_t end = hva + n * PAGE_SIZE;
	vm_fault_t fault = 0;

	if (!mmap_read_trylock(mm))
		return;
	vma = vma_lookup(mm, hva);
	if (vma && (vma->vm_flags & (VM_WRITE | VM_IO | VM_PFNMAP)) == VM_WRITE) {
		end = min(end, vma->vm_end);
		for (; hva < end && !(fault & (VM_FAULT_ERROR | VM_FAULT_RETRY));
		     hva += PAGE_SIZE)
			fault = handle_mm_fault(vma, hva, FAULT_FLAG_WRITE |
						FAULT_FLAG_ALLOW_RETRY |
						FAULT_FLAG_RETRY_NOWAIT, NULL);
	}
	mmap_read_unlock(mm);
}

/*
 * After a write fault on @gfn, which is mapped by @desc: a guest that writes to
 * page after page, as it does when it takes memory into use, has the next ones
 * mapped with it. Their number grows while it goes on, as for reading ahead.
 */
static void stage2_fault_ahead(struct kvm_vcpu *vcpu,
			       const struct kvm_memory_slot *slot, gfn_t gfn,
			       u64 desc)
{
	unsigned int *ahead = &vcpu->arch.ahead, level, i;
	struct page *pages[AHEAD_MAX] __uninitialized;
	struct kvm *kvm = vcpu->kvm;
	unsigned long mmu_seq;
	atomic64_t *entry;
	hva_t hva;
	long n;

	*ahead = gfn == vcpu->arch.ahead_gfn ? clamp(*ahead * 2, 2, AHEAD_MAX) : 0;
	vcpu->arch.ahead_gfn = ++gfn;
	/* In the slot, and in the table that is there now */
	n = min3((u64)*ahead, slot->base_gfn + slot->npages - gfn,
		 -gfn & (ENTRIES_PER_BLOCK - 1));
	if (!n)
		return;

	hva = __gfn_to_hva_memslot(slot, gfn);
	stage2_populate(hva, n);

	mmu_seq = kvm->mmu_invalidate_seq;
	/* As in stage2_fault_in() */
	smp_rmb();
	n = get_user_pages_fast_only(hva, n, FOLL_WRITE, pages);
	if (n <= 0)
		return;

	for (i = 0; i < n; i++)
		stage2_clean_memory(page_to_phys(pages[i]), PAGE_SIZE);

	read_lock(&kvm->mmu_lock);
	entry = stage2_lookup(kvm, gfn_to_gpa(gfn), &level);
	if (level == STAGE2_PAGE_LEVEL && !mmu_invalidate_retry(kvm, mmu_seq)) {
		for (i = 0; i < n; i++)
			atomic64_cmpxchg_relaxed(&entry[i], 0,
						 (desc & ~STAGE2_ADDR_MASK) |
						 page_to_phys(pages[i]));
		vcpu->arch.ahead_gfn += n;
	}
	read_unlock(&kvm->mmu_lock);
	dsb(ishst);

	/* The guest's writes leave no trace in the host's own page tables */
	for (i = 0; i < n; i++) {
		kvm_set_pfn_dirty(page_to_pfn(pages[i]));
		put_page(pages[i]);
	}
}

/* A fault on memory: have the host provide the page, and map it */
static int stage2_fault_in(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot,
			   phys_addr_t ipa, bool write, bool exec)
{
	bool permission = (vcpu_hsr(vcpu) & FSC_TYPE_MASK) == FSC_PERMISSION;
	bool logging = kvm_slot_dirty_track_enabled(slot);
	unsigned int level = STAGE2_PAGE_LEVEL;
	struct kvm *kvm = vcpu->kvm;
	unsigned long mmu_seq;
	struct page *page;
	bool writable;
	kvm_pfn_t pfn;
	hva_t hva;
	u64 desc;
	int ret;

	vcpu->stat.stage2_fault_stat++;

	/* A table of level 2 and one of level 3 */
	ret = kvm_mmu_topup_memory_cache(&vcpu->arch.mmu_page_cache, 2);
	if (ret)
		return ret;

	mmu_seq = kvm->mmu_invalidate_seq;
	/* What is looked up from here on is discarded if it changes */
	smp_rmb();

	pfn = __gfn_to_pfn_memslot(slot, gpa_to_gfn(ipa), false, true, NULL,
				   write, &writable, &hva);
	if (pfn == KVM_PFN_ERR_HWPOISON) {
		send_sig_mceerr(BUS_MCEERR_AR, (void __user *)hva, PAGE_SHIFT,
				current);
		return 1;
	}
	if (is_sigpending_pfn(pfn)) {
		kvm_handle_signal_exit(vcpu);
		return -EINTR;
	}
	if (is_error_noslot_pfn(pfn))
		return -EFAULT;

	desc = STAGE2_VALID | STAGE2_AF | STAGE2_SH_INNER | STAGE2_READ;
	/* Reads do not make a page dirty: the first write to it will fault */
	if (writable && (write || !logging))
		desc |= STAGE2_WRITE;

	if (!kvm_arm_pfn_is_memory(pfn)) {
		if (exec) {
			kvm_arm_inject_pabt(vcpu, vcpu->arch.ctx->hxfar);
			return 1;
		}
		desc |= PFN_PHYS(pfn) | STAGE2_TABLE | STAGE2_DEVICE | STAGE2_XN;
	} else {
		unsigned long size = PAGE_SIZE;

		if (!logging && PageCompound(pfn_to_page(pfn)) &&
		    stage2_can_block(slot, gpa_to_gfn(ipa), hva)) {
			level = STAGE2_BLOCK_LEVEL;
			size = PMD_SIZE;
		} else {
			desc |= STAGE2_TABLE;
		}
		desc |= ALIGN_DOWN(PFN_PHYS(pfn), size) | STAGE2_NORMAL_WB;

		if (!permission || !stage2_maps(kvm, ipa, level, desc))
			stage2_clean_memory(desc & STAGE2_ADDR_MASK, size);
		if (exec)
			__flush_icache_all();
		else
			desc |= STAGE2_XN;
	}

	ret = stage2_map_page(vcpu, slot, ipa, level, desc, mmu_seq);
	/* The TLB may keep what did not permit the access; others' TLBs, too */
	if (permission)
		kvm_arm_vmid_flush_local(kvm);

	/* That it is in use is known from the entry: kvm_age_gfn() */
	page = kvm_pfn_to_refcounted_page(pfn);
	if (page) {
		if (!ret && (desc & STAGE2_WRITE))
			kvm_set_pfn_dirty(pfn);
		put_page(page);
	}

	if (!ret && write && !logging && level == STAGE2_PAGE_LEVEL && page)
		stage2_fault_ahead(vcpu, slot, gpa_to_gfn(ipa), desc);
	return ret && ret != -EAGAIN ? ret : 1;
}

static void stage2_make_young(struct kvm *kvm, phys_addr_t ipa)
{
	unsigned int level;
	atomic64_t *entry;

	read_lock(&kvm->mmu_lock);
	entry = stage2_lookup(kvm, ipa, &level);
	if (atomic64_read(entry))
		atomic64_or(STAGE2_AF, entry);
	read_unlock(&kvm->mmu_lock);
	dsb(ishst);
}

static void stage2_inject_abort(struct kvm_vcpu *vcpu)
{
	if (HSR_EC(vcpu_hsr(vcpu)) == HSR_EC_PABT)
		kvm_arm_inject_pabt(vcpu, vcpu->arch.ctx->hxfar);
	else
		kvm_arm_inject_dabt(vcpu, vcpu->arch.ctx->hxfar);
}

/**
 * kvm_arm_stage2_abort() - handle a prefetch or data abort that came to Hyp mode
 * @vcpu: the vCPU, with its syndrome and fault addresses
 *
 * Faults of Stage-2 are resolved, or become MMIO when there is no memory. Other
 * aborts that are the consequence of what the guest accessed go to the guest.
 * An exit handler, in the context of kvm_arm_exit().
 *
 * Return: as kvm_arm_exit(); -EFAULT if the VMM has nothing behind a memory slot.
 */
int kvm_arm_stage2_abort(struct kvm_vcpu *vcpu)
{
	phys_addr_t ipa = vcpu_fault_ipa(vcpu);
	u32 hsr = vcpu_hsr(vcpu);
	bool exec = HSR_EC(hsr) == HSR_EC_PABT;
	struct kvm_memory_slot *slot;
	bool write;

	trace_kvm_guest_fault(*vcpu_pc(vcpu), hsr, vcpu->arch.ctx->hxfar, ipa);

	switch (hsr & FSC_TYPE_MASK) {
	case FSC_TRANSLATION:
	case FSC_PERMISSION:
		break;
	case FSC_ACCESS_FLAG:
		stage2_make_young(vcpu->kvm, ipa);
		return 1;
	default:
		if ((hsr & HSR_ABT_FSC_MASK) == FSC_DEBUG)
			return kvm_arm_debug_exit(vcpu);
		stage2_inject_abort(vcpu);
		return 1;
	}

	/* Table walks read; maintenance says write, but may need no permission */
	write = !exec && (hsr & HSR_ABT_WNR) && !(hsr & HSR_ABT_S1PTW) &&
		(!(hsr & HSR_ABT_CM) || (hsr & FSC_TYPE_MASK) == FSC_PERMISSION);

	slot = kvm_vcpu_gfn_to_memslot(vcpu, gpa_to_gfn(ipa));
	if (slot && (slot->flags & KVM_MEMSLOT_INVALID))
		return 1;	/* it is being moved or deleted: see what comes of it */
	if (slot && !(write && (slot->flags & KVM_MEM_READONLY)))
		return stage2_fault_in(vcpu, slot, ipa, write, exec);

	if (exec || (hsr & HSR_ABT_S1PTW)) {
		stage2_inject_abort(vcpu);
		return 1;
	}
	if (hsr & HSR_ABT_CM) {
		kvm_arm_vcpu_skip_instr(vcpu);
		return 1;
	}
	return kvm_arm_mmio(vcpu, ipa);
}

/**
 * kvm_arm_stage2_flush_vm() - clean all of a VM's mapped memory to the PoC
 * @kvm: the VM
 *
 * For operations by set/way, which mean a CPU's own caches and so mean nothing
 * to a vCPU. Process context; schedules.
 */
void kvm_arm_stage2_flush_vm(struct kvm *kvm)
{
	struct stage2_iter it = { .next = 0, .end = KVM_ARM_IPA_SIZE };

	read_lock(&kvm->mmu_lock);
	while (stage2_next_leaf(kvm, &it)) {
		if ((it.desc & STAGE2_MEMATTR_MASK) == STAGE2_NORMAL_WB)
			stage2_clean_memory(it.desc & STAGE2_ADDR_MASK,
					    1UL << stage2_shift(it.level));
		cond_resched_rwlock_read(&kvm->mmu_lock);
	}
	read_unlock(&kvm->mmu_lock);
}

/**
 * kvm_arm_stage2_reset_vm() - unmap all of a VM's memory slots
 * @kvm: the VM
 *
 * For a VM that starts anew: user space writes the new contents through its
 * cache, and the guest reads them with its caches off. As the pages are mapped
 * again, they are cleaned. Process context; schedules.
 */
void kvm_arm_stage2_reset_vm(struct kvm *kvm)
{
	int bkt, idx = srcu_read_lock(&kvm->srcu);
	struct kvm_memory_slot *slot;

	write_lock(&kvm->mmu_lock);
	kvm_for_each_memslot(slot, bkt, kvm_memslots(kvm))
		stage2_unmap(kvm, gfn_to_gpa(slot->base_gfn),
			     gfn_to_gpa(slot->base_gfn + slot->npages), true);
	kvm_arm_vmid_flush(kvm);
	write_unlock(&kvm->mmu_lock);
	srcu_read_unlock(&kvm->srcu, idx);
}

static bool stage2_caches_on(const struct kvm_vcpu *vcpu)
{
	u32 on = CR_M | CR_C;

	return (vcpu->arch.ctx->cp15.sctlr & on) == on;
}

/**
 * kvm_arm_set_way_flush() - the guest does data cache maintenance by set/way
 * @vcpu: the vCPU
 *
 * That is how software cleans caches before it turns them off, or invalidates
 * them before it turns them on. One clean of all memory does for the thousands
 * of operations; HCR.TVM then tells when the caches are turned off or on, as it
 * takes another clean for what was written until then.
 */
void kvm_arm_set_way_flush(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.ctx->traps.hcr & HCR_TVM)
		return;
	kvm_arm_stage2_flush_vm(vcpu->kvm);
	vcpu->arch.ctx->traps.hcr |= HCR_TVM;
}

/**
 * kvm_arm_caches_toggled() - after a write that HCR.TVM trapped
 * @vcpu: the vCPU, with SCTLR as it is now in ctx->cp15.sctlr
 * @was_enabled: SCTLR.M and SCTLR.C were both set before
 *
 * What the guest wrote with its caches off may be hidden by lines that the host
 * brought into them, and the other way round. Ends the trap when they are on.
 * Process context; schedules.
 */
void kvm_arm_caches_toggled(struct kvm_vcpu *vcpu, bool was_enabled)
{
	bool enabled = stage2_caches_on(vcpu);

	if (enabled != was_enabled)
		kvm_arm_stage2_flush_vm(vcpu->kvm);
	if (enabled)
		vcpu->arch.ctx->traps.hcr &= ~HCR_TVM;
}

/* MMU notifiers: mmu_lock is held for writing */

bool kvm_unmap_gfn_range(struct kvm *kvm, struct kvm_gfn_range *range)
{
	return stage2_unmap(kvm, gfn_to_gpa(range->start),
			    gfn_to_gpa(range->end), range->may_block);
}

bool kvm_age_gfn(struct kvm *kvm, struct kvm_gfn_range *range)
{
	struct stage2_iter it = {
		.next = gfn_to_gpa(range->start),
		.end = gfn_to_gpa(range->end),
	};
	bool young = false;

	while (stage2_next_leaf(kvm, &it)) {
		if (!(it.desc & STAGE2_AF))
			continue;
		atomic64_andnot(STAGE2_AF, it.entry);
		young = true;
	}
	return young;
}

bool kvm_test_age_gfn(struct kvm *kvm, struct kvm_gfn_range *range)
{
	struct stage2_iter it = {
		.next = gfn_to_gpa(range->start),
		.end = gfn_to_gpa(range->end),
	};

	while (stage2_next_leaf(kvm, &it)) {
		if (it.desc & STAGE2_AF)
			return true;
	}
	return false;
}

int kvm_arch_flush_remote_tlbs(struct kvm *kvm)
{
	kvm_arm_vmid_flush(kvm);
	return 0;
}

/* Dirty log */

void kvm_arch_mmu_enable_log_dirty_pt_masked(struct kvm *kvm,
					     struct kvm_memory_slot *slot,
					     gfn_t gfn_offset,
					     unsigned long mask)
{
	gfn_t gfn = slot->base_gfn + gfn_offset;

	stage2_write_protect(kvm, gfn_to_gpa(gfn + __ffs(mask)),
			     gfn_to_gpa(gfn + __fls(mask) + 1), false);
}

void kvm_arch_sync_dirty_log(struct kvm *kvm, struct kvm_memory_slot *slot)
{
}

/* Memory slots: slots_lock is held */

int kvm_arch_prepare_memory_region(struct kvm *kvm,
				   const struct kvm_memory_slot *old,
				   struct kvm_memory_slot *new,
				   enum kvm_mr_change change)
{
	struct vm_area_struct *vma;
	unsigned long start, end;
	int ret = 0;

	if (change == KVM_MR_DELETE)
		return 0;
	if (new->base_gfn + new->npages > KVM_ARM_IPA_SIZE >> PAGE_SHIFT)
		return -EFAULT;

	start = new->userspace_addr;
	end = start + (new->npages << PAGE_SHIFT);
	mmap_read_lock(current->mm);
	VMA_ITERATOR(vmi, current->mm, start);
	for_each_vma_range(vmi, vma, end) {
		if (!(new->flags & KVM_MEM_READONLY) &&
		    !(vma->vm_flags & VM_WRITE))
			ret = -EPERM;
		/* What devices do to their own memory goes unnoticed */
		else if (kvm_slot_dirty_track_enabled(new) &&
			 (vma->vm_flags & VM_PFNMAP))
			ret = -EINVAL;
		if (ret)
			break;
	}
	mmap_read_unlock(current->mm);
	return ret;
}

/* Let the next faults map as blocks what was split for the dirty log */
static void stage2_unmap_collapsible(struct kvm *kvm,
				     const struct kvm_memory_slot *slot)
{
	gfn_t gfn = ALIGN(slot->base_gfn, ENTRIES_PER_BLOCK);
	gfn_t end = slot->base_gfn + slot->npages;
	bool flush = false;

	write_lock(&kvm->mmu_lock);
	for (; gfn + ENTRIES_PER_BLOCK <= end; gfn += ENTRIES_PER_BLOCK) {
		unsigned int level;

		stage2_lookup(kvm, gfn_to_gpa(gfn), &level);
		if (level == STAGE2_PAGE_LEVEL &&
		    stage2_can_block(slot, gfn, __gfn_to_hva_memslot(slot, gfn)))
			flush |= stage2_unmap(kvm, gfn_to_gpa(gfn),
				gfn_to_gpa(gfn + ENTRIES_PER_BLOCK), false);
		if (need_resched() || rwlock_needbreak(&kvm->mmu_lock)) {
			kvm_arm_vmid_flush(kvm);
			cond_resched_rwlock_write(&kvm->mmu_lock);
		}
	}
	if (flush)
		kvm_arm_vmid_flush(kvm);
	write_unlock(&kvm->mmu_lock);
}

void kvm_arch_commit_memory_region(struct kvm *kvm,
				   struct kvm_memory_slot *old,
				   const struct kvm_memory_slot *new,
				   enum kvm_mr_change change)
{
	bool logged = old && kvm_slot_dirty_track_enabled(old);
	bool logging = new && kvm_slot_dirty_track_enabled(new);

	if (change != KVM_MR_FLAGS_ONLY || logged == logging)
		return;

	if (!logging) {
		stage2_unmap_collapsible(kvm, new);
	} else if (!kvm_dirty_log_manual_protect_and_init_set(kvm)) {
		/* Else all is dirty, until user space clears it in pieces */
		write_lock(&kvm->mmu_lock);
		stage2_write_protect(kvm, gfn_to_gpa(new->base_gfn),
				     gfn_to_gpa(new->base_gfn + new->npages),
				     true);
		write_unlock(&kvm->mmu_lock);
		kvm_flush_remote_tlbs(kvm);
	}
}

void kvm_arch_memslots_updated(struct kvm *kvm, u64 gen)
{
}

void kvm_arch_free_memslot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
}

void kvm_arch_flush_shadow_memslot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	stage2_remove(kvm, gfn_to_gpa(slot->base_gfn),
		      gfn_to_gpa(slot->base_gfn + slot->npages));
}

void kvm_arch_flush_shadow_all(struct kvm *kvm)
{
	stage2_remove(kvm, 0, KVM_ARM_IPA_SIZE);
}
