// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that tries everything (guest/bad_input_test.c tells what) harms nobody: it
 * gets what the architecture and KVM's documentation say, KVM_RUN returns for accesses
 * to where no memory is, and for nothing else, and another guest, on the same processor,
 * gets on with its work meanwhile. That the kernel's log stays clean is for run-all to see.
 */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "harness.h"
#include "guest/bad_input.h"

/* A page of -M virt's virtio-mmio transports, of which nobody uses one */
#define HOST_DEVICE	0x0a003000
#define HOST_DEVICE_NODE "/proc/device-tree/virtio_mmio@a003000"

/* What the neighbour must have done while its mate tried everything */
#define ROUNDS		100

FIXTURE(bad_input) {
	struct vm vm;
	struct vm neighbour;
	u8 *readonly;
	void *device;
};

/* What the payload calls it */
FIXTURE_VARIANT(bad_input) {
	const char *name;
};

FIXTURE_VARIANT_ADD(bad_input, cp14) { .name = "cp14" };
FIXTURE_VARIANT_ADD(bad_input, cp15) { .name = "cp15" };
FIXTURE_VARIANT_ADD(bad_input, coprocessor_transfers) { .name = "coprocessor_transfers" };
FIXTURE_VARIANT_ADD(bad_input, hvc_immediates) { .name = "hvc_immediates" };
FIXTURE_VARIANT_ADD(bad_input, smc_immediates) { .name = "smc_immediates" };
FIXTURE_VARIANT_ADD(bad_input, nothing) { .name = "nothing" };
FIXTURE_VARIANT_ADD(bad_input, read_only) { .name = "read_only" };
FIXTURE_VARIANT_ADD(bad_input, interrupt_controller) { .name = "interrupt_controller" };
FIXTURE_VARIANT_ADD(bad_input, device_of_the_host) { .name = "device_of_the_host" };
FIXTURE_VARIANT_ADD(bad_input, ends) { .name = "ends" };
FIXTURE_VARIANT_ADD(bad_input, maintenance) { .name = "maintenance" };

/* A prime, so that in time every field of an encoding has every value */
static u32 stride(void)
{
	return times(5) == 5 ? 1 : 37;
}

static void *map_device(void)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	void *p = MAP_FAILED;

	if (fd >= 0 && !access(HOST_DEVICE_NODE, F_OK))
		p = mmap(NULL, HOLE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, HOST_DEVICE);
	if (fd >= 0)
		close(fd);
	return p;
}

FIXTURE_SETUP(bad_input)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));

	vm_create(&self->neighbour, 1, 0);
	vm_load_name(&self->neighbour, "neighbour");
	vm_start(&self->neighbour);

	vm_create(&self->vm, 1, 0);
	self->readonly = alloc_aligned(HOLE_SIZE);
	memset(self->readonly, FILL, HOLE_SIZE);
	vm_map(&self->vm, 1, KVM_MEM_READONLY, READONLY_BASE, HOLE_SIZE, self->readonly);
	self->device = map_device();
	if (self->device != MAP_FAILED)
		vm_map(&self->vm, 2, 0, DEVICE_BASE, HOLE_SIZE, self->device);
	self->vm.args[ARG_STRIDE] = stride();
	self->vm.args[ARG_DEVICE] = self->device != MAP_FAILED;
}

FIXTURE_TEARDOWN(bad_input)
{
	vm_stop(&self->neighbour);
	vm_destroy(&self->neighbour);
	vm_destroy(&self->vm);
	munmap(self->readonly, HOLE_SIZE);
	if (self->device != MAP_FAILED)
		munmap(self->device, HOLE_SIZE);
}

/* Is it an access to where the guest has neither memory nor a device in the kernel? */
static bool expected(const struct kvm_run *run)
{
	static const struct {
		u64 base, size;
	} taken[] = {
		{ GICD_BASE, 0x1000 },
		{ GICC_BASE, 0x2000 },
		{ DEVICE_BASE, HOLE_SIZE },
		{ RAM_BASE, RAM_SIZE },
	};
	unsigned int i;

	if (run->exit_reason != KVM_EXIT_MMIO || run->mmio.len > 4)
		return false;
	for (i = 0; i < ARRAY_SIZE(taken); i++)
		if (run->mmio.phys_addr - taken[i].base < taken[i].size)
			return false;
	return true;
}

static u32 rounds(struct vm *neighbour)
{
	return *(shared u32 *)&neighbour->args[ARG_ROUNDS];
}

TEST_F(bad_input, harms_nobody)
{
	struct vcpu *vcpu = &self->vm.vcpus[0];
	u32 before, done;
	u64 exits;
	int why;

	before = rounds(&self->neighbour);
	/* A neighbour that starves has no end here, but for the harness */
	do {
		vcpu_init(vcpu);
		vm_load_name(&self->vm, variant->name);
		do {
			why = vcpu_run(vcpu);
			memset(vcpu->run->mmio.data, FILL, 8);
		} while (why == VMM_EXIT && expected(vcpu->run));
		vm_show_console(&self->vm);
		ASSERT_EQ(VMM_DONE, why) {
			TH_LOG("exit reason %u, error %d, MMIO at 0x%llx", vcpu->run->exit_reason,
			       vcpu->error, vcpu->run->mmio.phys_addr);
		}
		if (self->vm.result == RESULT_SKIP)
			SKIP(return, "What this needs, the host does not have.");
		ASSERT_EQ(RESULT_PASS, self->vm.result);
		ASSERT_FALSE(self->neighbour.ended);
		done = rounds(&self->neighbour) - before;
	} while (done < ROUNDS);

	/* Its round is one exit to the VMM and one that is the kernel's matter */
	exits = vcpu_stat(vcpu, "exits");
	TH_LOG("%llu exits, %u rounds of the neighbour", exits, done);
	EXPECT_GE(done, exits / 50);
}

TEST_HARNESS_MAIN
