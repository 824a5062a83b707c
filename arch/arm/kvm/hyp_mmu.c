// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hyp mode's own translation tables: Long-descriptor format, 4 KiB pages, each
 * at the address that it has in the kernel. A page is either text, which is
 * read-only, or data, which is never executed (HSCTLR.WXN is set, too).
 */
#include <linux/gfp.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <asm/pgtable-hwdef.h>
#include <asm/kvm/hyp.h>

/* AP[1] is one in the PL2 regime (DDI 0406C, B3.7.1) */
#define HYP_PTE_AP1		BIT_ULL(6)
/* Normal memory, write-back write-allocate: the index of the kernel's own */
#define HYP_PTE_NORMAL		((u64)L_PTE_MT_WRITEALLOC)
#define HYP_PTE_PAGE		(PTE_TYPE_PAGE | PTE_EXT_SHARED | PTE_EXT_AF | \
				 HYP_PTE_AP1 | HYP_PTE_NORMAL)

#define HYP_LEVELS		3
#define HYP_ENTRIES		512

static u64 *hyp_pgd;
static DEFINE_MUTEX(hyp_pgd_lock);

/* Level 1 has 1 GiB entries, level 2 2 MiB, level 3 4 KiB */
static unsigned int hyp_index(unsigned long va, int level)
{
	return (va >> (PAGE_SHIFT + 9 * (HYP_LEVELS - level))) % HYP_ENTRIES;
}

static u64 *hyp_table(u64 desc)
{
	return phys_to_virt(desc & PHYS_MASK & PAGE_MASK);
}

/* The level 3 entry of @va; NULL if there is none, and no memory for one. */
static u64 *hyp_pte(unsigned long va, bool create)
{
	u64 *table = hyp_pgd;
	int level;

	for (level = 1; level < HYP_LEVELS; level++) {
		u64 *entry = &table[hyp_index(va, level)];

		if (!*entry) {
			void *page = create ? (void *)get_zeroed_page(GFP_KERNEL) : NULL;

			if (!page)
				return NULL;
			/* Walks of other CPUs must find the new table zeroed */
			dmb(ishst);
			WRITE_ONCE(*entry, virt_to_phys(page) | PMD_TYPE_TABLE);
		}
		table = hyp_table(*entry);
	}
	return &table[hyp_index(va, HYP_LEVELS)];
}

static int hyp_map_page(unsigned long va, phys_addr_t pa, u64 prot)
{
	u64 *pte = hyp_pte(va, true);
	u64 desc = pa | prot | HYP_PTE_PAGE;

	if (!pte)
		return -ENOMEM;
	/* Text at its physical address can meet a page at its kernel address */
	if (*pte && *pte != desc)
		return -EBUSY;
	WRITE_ONCE(*pte, desc);
	return 0;
}

/**
 * kvm_arm_hyp_map - map kernel memory in Hyp mode, at its kernel address
 * @from: start, in the linear map; the whole of each page touched is mapped
 * @size: in bytes
 * @executable: read-only text, else data that is never executed
 *
 * May sleep. Return: 0, -ENOMEM, or -EBUSY if the address is taken by text that
 * is mapped at its physical address. Nothing is undone on an error.
 */
int kvm_arm_hyp_map(void *from, size_t size, bool executable)
{
	u64 prot = executable ? PTE_AP2 : PTE_EXT_XN;
	unsigned long va = (unsigned long)from & PAGE_MASK;
	int ret = 0;

	mutex_lock(&hyp_pgd_lock);
	for (; va < (unsigned long)from + size && !ret; va += PAGE_SIZE)
		ret = hyp_map_page(va, virt_to_phys((void *)va), prot);
	dsb(ishst);
	mutex_unlock(&hyp_pgd_lock);
	return ret;
}

/**
 * kvm_arm_hyp_unmap - take memory from Hyp mode
 * @from: as given to kvm_arm_hyp_map()
 * @size: as given to kvm_arm_hyp_map()
 *
 * May sleep. Hyp mode must be enabled on this CPU.
 */
void kvm_arm_hyp_unmap(void *from, size_t size)
{
	unsigned long va = (unsigned long)from & PAGE_MASK;

	mutex_lock(&hyp_pgd_lock);
	for (; va < (unsigned long)from + size; va += PAGE_SIZE) {
		u64 *pte = hyp_pte(va, false);

		if (!pte)
			continue;
		WRITE_ONCE(*pte, 0);
		preempt_disable();
		kvm_hyp_call(kvm_hyp_tlb_flush_hyp, va, 0);
		preempt_enable();
	}
	mutex_unlock(&hyp_pgd_lock);
}

/* Map text that turns the MMU on and off at its physical address, too. */
static int hyp_map_idmap_text(void)
{
	phys_addr_t pa = virt_to_idmap(__idmap_text_start) & PAGE_MASK;
	phys_addr_t end = virt_to_idmap(__idmap_text_end);
	int ret = 0;

	for (; pa < end && !ret; pa += PAGE_SIZE)
		ret = hyp_map_page(pa, pa, PTE_AP2);
	return ret;
}

/**
 * kvm_arm_hyp_mmu_init - make Hyp mode's tables, with the lowvisor's text in them
 *
 * Return: 0, -ENOMEM, or -EBUSY if text cannot be at its physical address.
 */
int kvm_arm_hyp_mmu_init(void)
{
	int ret;

	hyp_pgd = (u64 *)get_zeroed_page(GFP_KERNEL);
	if (!hyp_pgd)
		return -ENOMEM;

	ret = hyp_map_idmap_text();
	if (!ret)
		ret = kvm_arm_hyp_map(__kvm_hyp_text_start,
				      __kvm_hyp_text_end - __kvm_hyp_text_start, true);
	if (ret)
		kvm_arm_hyp_mmu_free();
	return ret;
}

static void hyp_free_table(u64 *table, int level)
{
	int i;

	for (i = 0; level < HYP_LEVELS && i < HYP_ENTRIES; i++)
		if (table[i])
			hyp_free_table(hyp_table(table[i]), level + 1);
	free_page((unsigned long)table);
}

/**
 * kvm_arm_hyp_mmu_free - free Hyp mode's tables
 *
 * No CPU may have Hyp mode enabled.
 */
void kvm_arm_hyp_mmu_free(void)
{
	hyp_free_table(hyp_pgd, 1);
	hyp_pgd = NULL;
}

/**
 * kvm_arm_hyp_pgd - physical address of Hyp mode's level 1 table, for HTTBR
 */
phys_addr_t kvm_arm_hyp_pgd(void)
{
	return virt_to_phys(hyp_pgd);
}
