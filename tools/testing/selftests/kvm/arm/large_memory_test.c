// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests with memory up to 4 GiB, and up to the last byte of 40 bits of IPA. A 32-bit
 * process has no room for as much: it is behind many slots at once.
 */
#include <sys/mman.h>
#include "harness.h"

#define ALIAS		0x10000000ULL
#define FIRST		0x50000000ULL
#define FOUR_GIB	0x100000000ULL
#define IPA_END		0x10000000000ULL

FIXTURE(memory) {
	struct vm vm;
	void *mem;
};

FIXTURE_SETUP(memory)
{
	unsigned int slot = 1;
	u64 ipa;

	self->mem = mmap(NULL, ALIAS, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (self->mem == MAP_FAILED)
		die("mmap");
	vm_create(&self->vm, 1, 0);
	/* Without a gap from the payload's RAM on */
	vm_map(&self->vm, slot++, 0, RAM_BASE + RAM_SIZE, FIRST - RAM_BASE - RAM_SIZE, self->mem);
	for (ipa = FIRST; ipa < FOUR_GIB; ipa += ALIAS)
		vm_map(&self->vm, slot++, 0, ipa, ALIAS, self->mem);
	vm_map(&self->vm, slot++, 0, FOUR_GIB, ALIAS, self->mem);
	vm_map(&self->vm, slot++, 0, IPA_END - ALIAS, ALIAS, self->mem);
}

FIXTURE_TEARDOWN(memory)
{
	vm_destroy(&self->vm);
	munmap(self->mem, ALIAS);
}

TEST_F(memory, three_gigabytes)
{
	vm_load_name(&self->vm, "three_gigabytes");
	vcpu_run_to_done(&self->vm.vcpus[0]);
}

TEST_F(memory, above_four_gigabytes)
{
	self->vm.args[0] = FOUR_GIB >> 30;
	vm_load_name(&self->vm, "above_four");
	vcpu_run_to_done(&self->vm.vcpus[0]);
}

TEST_F(memory, last_byte)
{
	self->vm.args[0] = (IPA_END >> 30) - 1;
	self->vm.args[1] = (1 << 30) - ALIAS;
	vm_load_name(&self->vm, "above_four");
	vcpu_run_to_done(&self->vm.vcpus[0]);
	/* And not a byte more */
	EXPECT_ERRNO(EFAULT, vm_set_region(&self->vm, 100, 0, IPA_END, 0x1000, self->mem));
}

TEST_HARNESS_MAIN
