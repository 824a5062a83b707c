// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the model of the core that vCPUs have on hosts with different cores.
 */
#include <kunit/test.h>
#include <asm/kvm/target.h>

struct ctr_case {
	const char *text;
	u32 a;
	u32 b;
	u32 merged;
};

static const struct ctr_case ctr_cases[] = {
	{ "the same", 0x8444c004, 0x8444c004, 0x8444c004 },
	{ "Cortex-A15 and A7", 0x8444c004, 0x84448003, 0x84448003 },
	{ "least data line", 0x84444004, 0x84434004, 0x84434004 },
	{ "least instruction line", 0x84444004, 0x84444003, 0x84444003 },
	{ "weaker instruction cache: VIPT, PIPT", 0x84448004, 0x8444c004, 0x84448004 },
	{ "weakest instruction cache: AIVIVT, PIPT", 0x84444004, 0x8444c004, 0x84444004 },
	{ "greatest write-back granule", 0x84444004, 0x86444004, 0x86444004 },
	{ "unknown write-back granule", 0x84444004, 0x80444004, 0x80444004 },
	{ "greatest reservation granule", 0x84444004, 0x84944004, 0x84944004 },
	{ "unknown reservation granule", 0x84444004, 0x84044004, 0x84044004 },
	{ "each from another one", 0x8365c003, 0x84538004, 0x84638003 },
};

static void ctr_text(const struct ctr_case *c, char *text)
{
	strscpy(text, c->text, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ctr, ctr_cases, ctr_text);

static void merge_ctr_test(struct kunit *test)
{
	const struct ctr_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, kvm_arm_merge_ctr(c->a, c->b), c->merged);
	KUNIT_EXPECT_EQ(test, kvm_arm_merge_ctr(c->b, c->a), c->merged);
	/* Both are in it already */
	KUNIT_EXPECT_EQ(test, kvm_arm_merge_ctr(c->merged, c->a), c->merged);
	KUNIT_EXPECT_EQ(test, kvm_arm_merge_ctr(c->merged, c->b), c->merged);
}

/* On the CPU on which KVM started, and on all that were online then */
static void fits_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, kvm_arm_target_fits());
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(merge_ctr_test, ctr_gen_params),
	KUNIT_CASE(fits_test),
	{}
};

static struct kunit_suite suite = {
	.name = "kvm-arm-target",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KVM/Arm: tests of the model of the core");
MODULE_LICENSE("GPL");
