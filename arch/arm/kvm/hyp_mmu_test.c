// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of Hyp mode's tables as they are after boot: what of them the
 * hardware would let Hyp mode read, write and execute (DDI 0406C, B3.6, B3.7).
 * They are walked here, not with hyp_mmu.c's own functions.
 */
#include <kunit/test.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <asm/idmap.h>
#include <asm/pgtable-hwdef.h>
#include <asm/virt.h>
#include <asm/kvm/hyp.h>

#define HYP_ADDR_MASK	GENMASK_ULL(39, PAGE_SHIFT)

/* The descriptor that a walk for @va ends at; @shift: log2 of the size it stands for */
static u64 hyp_walk(unsigned long va, unsigned int *shift)
{
	u64 *table = phys_to_virt(kvm_arm_hyp_pgd());
	u64 desc;

	for (*shift = 30; ; *shift -= 9) {
		desc = table[(va >> *shift) % PTRS_PER_PTE];
		if (*shift == PAGE_SHIFT || (desc & PMD_TYPE_MASK) != PMD_TYPE_TABLE)
			return desc;
		table = phys_to_virt(desc & HYP_ADDR_MASK);
	}
}

static bool is_mapped(unsigned long va)
{
	unsigned int shift;

	return hyp_walk(va, &shift) & 1;
}

static bool is_hyp_text(unsigned long va)
{
	return va >= (unsigned long)__kvm_hyp_text_start &&
	       va < (unsigned long)__kvm_hyp_text_end;
}

static bool is_idmap_text(unsigned long va)
{
	return va >= (virt_to_idmap(__idmap_text_start) & PAGE_MASK) &&
	       va < virt_to_idmap(__idmap_text_end);
}

static unsigned int hyp_text_pages(void)
{
	return PFN_UP(__kvm_hyp_text_end - __kvm_hyp_text_start);
}

static unsigned int idmap_text_pages(void)
{
	return PFN_UP(virt_to_idmap(__idmap_text_end)) -
	       PFN_DOWN(virt_to_idmap(__idmap_text_start));
}

static int hyp_tables_init(struct kunit *test)
{
	struct kvm_host_ctx *host;

	preempt_disable();
	host = kvm_arm_this_host_ctx();
	preempt_enable();
	if (!host)
		kunit_skip(test, "This machine has no KVM.");
	return 0;
}

/* All text is there, read-only; all else is never executed: so nothing is both */
static void permissions_test(struct kunit *test)
{
	unsigned int shift, text = 0, data = 0;
	unsigned long va = 0;

	do {
		u64 desc = hyp_walk(va, &shift);
		bool is_text = is_hyp_text(va) || is_idmap_text(va);

		if (!(desc & 1))
			continue;
		KUNIT_ASSERT_EQ_MSG(test, shift, PAGE_SHIFT, "%08lx: %016llx", va, desc);
		KUNIT_EXPECT_EQ_MSG(test, !!(desc & PTE_AP2), is_text,
				    "%08lx: %016llx", va, desc);
		KUNIT_EXPECT_EQ_MSG(test, !(desc & PTE_EXT_XN), is_text,
				    "%08lx: %016llx", va, desc);
		KUNIT_EXPECT_EQ_MSG(test, desc & HYP_ADDR_MASK,
				    is_idmap_text(va) ? va : virt_to_phys((void *)va),
				    "%08lx: %016llx", va, desc);
		if (is_text)
			text++;
		else
			data++;
	} while ((va = (va | (BIT(shift) - 1)) + 1));

	KUNIT_EXPECT_EQ(test, text, hyp_text_pages() + idmap_text_pages());
	KUNIT_EXPECT_GE(test, data, num_possible_cpus());
}

static void get_host_ctx(void *host)
{
	*(struct kvm_host_ctx **)host = kvm_arm_this_host_ctx();
}

/* Each CPU's stack is one page of data, with nothing below it to run into */
static void stacks_test(struct kunit *test)
{
	struct kvm_host_ctx *host;
	int cpu;

	for_each_online_cpu(cpu) {
		unsigned long top, stack;

		smp_call_function_single(cpu, get_host_ctx, &host, true);
		top = (unsigned long)(host + 1);
		stack = top - PAGE_SIZE;
		KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(top));
		KUNIT_EXPECT_TRUE(test, is_mapped(stack));
		KUNIT_EXPECT_FALSE(test, is_mapped(stack - PAGE_SIZE));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(permissions_test),
	KUNIT_CASE(stacks_test),
	{}
};

static struct kunit_suite suite = {
	.name = "kvm-arm-hyp-tables",
	.init = hyp_tables_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KVM/Arm: tests of Hyp mode's translation tables");
MODULE_LICENSE("GPL");
