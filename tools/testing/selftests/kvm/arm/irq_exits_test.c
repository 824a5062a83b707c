// SPDX-License-Identifier: GPL-2.0-only
/*
 * What interrupts cost in exits, exactly: the vCPUs' counters, and the host's of its
 * maintenance interrupt, before and after some of them.
 */
#include <stdlib.h>
#include <string.h>
#include "harness.h"

#define NR	200

/* Those that the vCPU made, not the host's interrupts or its memory */
static u64 exits(struct vcpu *vcpu)
{
	return vcpu_stat(vcpu, "exits") - vcpu_stat(vcpu, "irq_exits") -
	       vcpu_stat(vcpu, "stage2_fault_stat");
}

/* Maintenance interrupts on all CPUs of the host: "27: 3 5 GIC-0 25 Level kvm-vgic" */
static u64 maintenance(void)
{
	FILE *f = fopen("/proc/interrupts", "r");
	char text[1024], *at, *end;
	bool found = false;
	u64 sum = 0, n;

	if (!f)
		die("/proc/interrupts");
	while (!found && fgets(text, sizeof(text), f))
		found = strstr(text, "kvm-vgic");
	fclose(f);
	if (!found)
		die("no kvm-vgic in /proc/interrupts");
	for (at = strchr(text, ':') + 1;; at = end) {
		n = strtoull(at, &end, 10);
		if (end == at)
			return sum;
		sum += n;
	}
}

static void *run_vcpu(void *vcpu)
{
	vcpu_run(vcpu);
	return NULL;
}

static void start(struct vcpu *vcpu)
{
	vcpu->run->immediate_exit = 0;
	if (pthread_create(&vcpu->thread, NULL, run_vcpu, vcpu))
		die("pthread_create");
}

/* Its counters cannot be had while it runs; this adds an exit for an interrupt */
static void stop(struct vcpu *vcpu)
{
	vcpu_kick(vcpu);
	pthread_join(vcpu->thread, NULL);
}

/* One exit of the sender; the receiver is interrupted, and exits for nothing else */
TEST(sgi_to_running_vcpu)
{
	u64 exits_before, kernel, other_exits, other_irqs;
	struct vcpu *sender, *other;
	struct vm vm;

	vm_create(&vm, 2, 0);
	sender = &vm.vcpus[0];
	other = &vm.vcpus[1];
	vm.args[0] = NR;
	vm_load_name(&vm, "sgi");
	start(other);
	ASSERT_EQ(0, vcpu_run_to_sync(sender, 1));
	stop(other);
	exits_before = exits(sender);
	kernel = vcpu_stat(sender, "mmio_exit_kernel");
	other_exits = exits(other);
	other_irqs = vcpu_stat(other, "irq_exits");
	start(other);
	ASSERT_EQ(0, vcpu_run_to_sync(sender, 2));
	stop(other);
	/* The last one is the sync point */
	EXPECT_EQ(NR + 1, exits(sender) - exits_before);
	EXPECT_EQ(NR, vcpu_stat(sender, "mmio_exit_kernel") - kernel);
	EXPECT_EQ(other_exits, exits(other));
	EXPECT_LE(NR, vcpu_stat(other, "irq_exits") - other_irqs);
	vm_destroy(&vm);
}

/* The two accesses to the device, and nothing for acknowledging and completing */
TEST(level_that_falls_before_the_end)
{
	u64 before, irqs;
	struct vm vm;

	vm_create(&vm, 1, 0);
	vm.args[0] = NR;
	vm_load_name(&vm, "level_served");
	ASSERT_EQ(0, vcpu_run_to_sync(&vm.vcpus[0], 1));
	before = exits(&vm.vcpus[0]);
	irqs = maintenance();
	ASSERT_EQ(0, vcpu_run_to_sync(&vm.vcpus[0], 2));
	EXPECT_EQ(2 * NR + 1, exits(&vm.vcpus[0]) - before);
	EXPECT_EQ(irqs, maintenance());
	vcpu_run_to_done(&vm.vcpus[0]);
	vm_destroy(&vm);
}

/* It has to be signalled again: one maintenance interrupt for each time */
TEST(level_that_stays)
{
	struct vm vm;
	u64 irqs;

	vm_create(&vm, 1, 0);
	vm.args[0] = NR;
	vm_load_name(&vm, "level_high");
	ASSERT_EQ(0, vcpu_run_to_sync(&vm.vcpus[0], 1));
	irqs = maintenance();
	ASSERT_EQ(0, vcpu_run_to_sync(&vm.vcpus[0], 2));
	EXPECT_EQ(NR, maintenance() - irqs);
	vcpu_run_to_done(&vm.vcpus[0]);
	vm_destroy(&vm);
}

TEST_HARNESS_MAIN
