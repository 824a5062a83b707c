// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each trap that KVM sets is taken, and what must be fast is not trapped: the
 * vCPU's counters before and after one instruction. What the guest sees of it is
 * in guest/traps_test.c.
 */
#include <asm/hwcap.h>
#include <glob.h>
#include <sys/auxv.h>
#include <unistd.h>
#include "vmm.h"

#define CP	"cp_exit_stat"
#define MIXED	~0U

/*
 * @name: of the payload
 * @counter: the one that goes up; NULL: exits that are neither for an interrupt
 * nor the payload's own
 * @times: by how much; MIXED: 1, if the host has different cores
 * @untrapped: why the emulated machine may not trap it, or NULL
 */
static const struct {
	const char *name;
	const char *counter;
	unsigned int times;
	const char *untrapped;
} traps[] = {
	{ "wfi", "wfi_exit_stat", 1, NULL },
	{ "wfe", "wfe_exit_stat", 1, "QEMU's emulation has no HCR.TWE" },
	{ "smc", NULL, 1, "a core without Security Extensions has no SMC" },
	{ "actlr", CP, 1, NULL },
	{ "l2ctlr", CP, 1, NULL },
	{ "tcm_c9", CP, 1, NULL },
	{ "c11", CP, 1, NULL },
	{ "set_way", CP, 1, "QEMU's emulation has HCR.TSW in ARMv8 cores alone" },
	{ "ctr", CP, MIXED, NULL },
	{ "ccsidr", CP, MIXED, NULL },
	{ "csselr", CP, MIXED, NULL },
	{ "id_pfr0", CP, 1, NULL },
	{ "ttbr0_caches_off", CP, 1, NULL },
	{ "dacr_caches_on", NULL, 0, NULL },
	{ "trace", NULL, 1, "QEMU's emulation has no trace registers" },
	/* The lowvisor's own business */
	{ "vfp", NULL, 0, NULL },
	{ "c15", CP, 1, NULL },
	{ "teecr", CP, 1, NULL },
	{ "dbgdrar", CP, 1, NULL },
	{ "dbgdrar_64", NULL, 1, "QEMU's emulation does not trap the 64-bit form" },
	{ "dbgoslar", CP, 1, NULL },
	{ "dbgdscr", CP, 1, NULL },
	{ "pmcr", CP, 1, NULL },
	{ "pmcntenset", CP, 1, NULL },
	{ "cntp_ctl", CP, 1, NULL },
	{ "cntp_cval", CP, 1, NULL },
	{ "cntpct", NULL, 0, NULL },
	{ "hypercall", "hvc_exit_stat", 1, NULL },
	{ "cntvct", NULL, 0, NULL },
	{ "cntv_ctl", NULL, 0, NULL },
	{ "tpidr", NULL, 0, NULL },
	{ "vbar", NULL, 0, NULL },
	{ "tlb", NULL, 0, NULL },
	{ "cache_by_address", NULL, 0, NULL },
	{ "acknowledge", NULL, 0, NULL },
	{ "icc_sre", CP, 1, "only a host with a GICv3 has this register" },
};

static u64 count(struct vcpu *vcpu, const char *counter)
{
	if (counter)
		return vcpu_stat(vcpu, counter);
	return vcpu_stat(vcpu, "exits") - vcpu_stat(vcpu, "irq_exits") -
	       vcpu_stat(vcpu, "mmio_exit_user") - vcpu_stat(vcpu, "stage2_fault_stat");
}

static bool armv8(void)
{
	return getauxval(AT_HWCAP2) & HWCAP2_CRC32;
}

/* QEMU's machines: on any other, a trap that is not taken is a failure */
static bool emulated(void)
{
	glob_t found;
	bool any = !glob("/proc/device-tree/virtio_mmio@*", 0, NULL, &found);

	globfree(&found);
	return any;
}

static bool gicv3(void)
{
	FILE *f = fopen("/proc/interrupts", "r");
	bool found = false;
	char line[512];

	while (f && fgets(line, sizeof(line), f))
		found |= !!strstr(line, "GICv3");
	if (f)
		fclose(f);
	return found;
}

/* Is it one where the reason holds? */
static bool may_not_trap(unsigned int i)
{
	if (!strcmp(traps[i].name, "icc_sre"))
		return !gicv3();
	if (!traps[i].untrapped || !emulated())
		return false;
	if (!strcmp(traps[i].name, "set_way"))
		return !armv8();
	/* Firmware that is called by SMC is as good as Security Extensions */
	if (!strcmp(traps[i].name, "smc"))
		return access("/proc/device-tree/psci", F_OK);
	return true;
}

/* Is there a core that is none of what the vCPU is? */
static bool mixed(struct vcpu *vcpu)
{
	u32 part = get_reg32(vcpu, ARM_CP15_REG32(0, 0, 0, 0)) >> 4 & 0xfff;
	FILE *f = fopen("/proc/cpuinfo", "r");
	bool other = false;
	char line[128];
	u32 its;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CPU part : %x", &its) == 1)
			other |= its != part;
	if (f)
		fclose(f);
	return other;
}

static void run(unsigned int i)
{
	const char *name = traps[i].name;
	static struct vm vm;
	struct vcpu *vcpu = &vm.vcpus[0];
	u64 before, n, want = traps[i].times;

	/* ARMv8 cores have no ThumbEE */
	if (!strcmp(name, "teecr") && armv8()) {
		ksft_test_result_skip("%s\n", name);
		return;
	}
	vm_create(&vm, 1, 0);
	vm_load_name(&vm, name);
	if (vcpu_run_to_sync(vcpu, 1))
		ksft_exit_fail();
	if (want == MIXED)
		want = mixed(vcpu);
	before = count(vcpu, traps[i].counter);
	if (vcpu_run_to_sync(vcpu, 2))
		ksft_exit_fail();
	n = count(vcpu, traps[i].counter) - before;
	if (!n && may_not_trap(i))
		ksft_test_result_skip("%s: %s\n", name, traps[i].untrapped);
	else
		ksft_test_result(n == want, "%s: %llu\n", name, n);
	vm_destroy(&vm);
}

int main(void)
{
	unsigned int i;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(traps));
	for (i = 0; i < ARRAY_SIZE(traps); i++)
		run(i);
	ksft_finished();
}
