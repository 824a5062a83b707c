// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_USER_MEMORY_REGION and KVM_GET_DIRTY_LOG: what they take and refuse.
 */
#include <sys/mman.h>
#include "harness.h"

#define GPA	0x80000000ULL
#define SIZE	0x100000

FIXTURE(region) {
	struct vm vm;
	u8 *mem;
};

FIXTURE_SETUP(region)
{
	vm_create(&self->vm, 1, VM_NO_RAM | VM_NO_GIC);
	self->mem = alloc_aligned(4 * SIZE);
}

FIXTURE_TEARDOWN(region)
{
	vm_destroy(&self->vm);
	munmap(self->mem, 4 * SIZE);
}

#define set(slot, flags, gpa, size, hva) \
	vm_set_region(&self->vm, slot, flags, gpa, size, hva)

TEST_F(region, misaligned)
{
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA + 1, SIZE, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA + 2048, SIZE, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, SIZE + 1, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, 2048, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, SIZE, self->mem + 1));
	EXPECT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
}

TEST_F(region, bad_slot)
{
	int n = ioctl(self->vm.kvm, KVM_CHECK_EXTENSION, KVM_CAP_NR_MEMSLOTS);

	EXPECT_EQ(0, set(n - 1, 0, GPA, SIZE, self->mem));
	EXPECT_ERRNO(EINVAL, set(n, 0, GPA + SIZE, SIZE, self->mem));
	/* No second address space */
	EXPECT_ERRNO(EINVAL, set(1 << 16, 0, GPA + SIZE, SIZE, self->mem));
}

TEST_F(region, bad_flags)
{
	EXPECT_ERRNO(EINVAL, set(0, 1 << 2, GPA, SIZE, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 1U << 31, GPA, SIZE, self->mem));
}

TEST_F(region, overlap)
{
	ASSERT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	EXPECT_ERRNO(EEXIST, set(1, 0, GPA, SIZE, self->mem + SIZE));
	EXPECT_ERRNO(EEXIST, set(1, 0, GPA + SIZE - 4096, SIZE, self->mem + SIZE));
	EXPECT_ERRNO(EEXIST, set(1, 0, GPA - SIZE + 4096, SIZE, self->mem + SIZE));
	EXPECT_EQ(0, set(1, 0, GPA + SIZE, SIZE, self->mem + SIZE));
	EXPECT_EQ(0, set(2, 0, GPA - SIZE, SIZE, self->mem + 2 * SIZE));
}

TEST_F(region, beyond_40_bits)
{
	EXPECT_ERRNO(EFAULT, set(1, 0, 1ULL << 40, SIZE, self->mem));
	EXPECT_ERRNO(EFAULT, set(1, 0, (1ULL << 40) - SIZE, 2 * SIZE, self->mem));
	EXPECT_EQ(-1, set(1, 0, -(u64)SIZE, SIZE, self->mem));
	EXPECT_EQ(-1, set(1, 0, -(u64)SIZE, 2 * SIZE, self->mem));
	EXPECT_EQ(0, set(0, 0, (1ULL << 40) - SIZE, SIZE, self->mem));
}

TEST_F(region, not_of_user_space)
{
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, SIZE, (void *)0xff000000));
}

TEST_F(region, delete_and_again)
{
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, 0, self->mem));
	ASSERT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	ASSERT_EQ(0, set(0, 0, 0, 0, NULL));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, 0, self->mem));
	ASSERT_EQ(0, set(0, 0, GPA, 2 * SIZE, self->mem));
}

TEST_F(region, resize)
{
	ASSERT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, 2 * SIZE, self->mem));
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA, SIZE / 2, self->mem));
}

TEST_F(region, move)
{
	ASSERT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	ASSERT_EQ(0, set(1, 0, GPA + SIZE, SIZE, self->mem + SIZE));
	EXPECT_ERRNO(EEXIST, set(0, 0, GPA + SIZE, SIZE, self->mem));
	EXPECT_EQ(0, set(0, 0, GPA + 4 * SIZE, SIZE, self->mem));
	EXPECT_EQ(0, set(2, 0, GPA, SIZE, self->mem));
	/* The memory behind it may not change */
	EXPECT_ERRNO(EINVAL, set(0, 0, GPA + 4 * SIZE, SIZE, self->mem + SIZE));
}

TEST_F(region, flags_change)
{
	ASSERT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	EXPECT_EQ(0, set(0, KVM_MEM_LOG_DIRTY_PAGES, GPA, SIZE, self->mem));
	EXPECT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	/* Only a new slot can be read-only */
	EXPECT_ERRNO(EINVAL, set(0, KVM_MEM_READONLY, GPA, SIZE, self->mem));
	EXPECT_EQ(0, set(1, KVM_MEM_READONLY, GPA + SIZE, SIZE, self->mem + SIZE));
	EXPECT_ERRNO(EINVAL, set(1, 0, GPA + SIZE, SIZE, self->mem + SIZE));
}

/* KVM_SET_USER_MEMORY_REGION2: the same, and no memory of the guest's own */
TEST_F(region, region2)
{
	struct kvm_userspace_memory_region2 region = {
		.guest_phys_addr = GPA,
		.memory_size = SIZE,
		.userspace_addr = (uintptr_t)self->mem,
	};

	ASSERT_EQ(1, ioctl(self->vm.fd, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY2));
	region.flags = KVM_MEM_GUEST_MEMFD;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_USER_MEMORY_REGION2, &region));
	region.flags = 0;
	region.memory_size = SIZE + 1;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_USER_MEMORY_REGION2, &region));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_SET_USER_MEMORY_REGION2, NULL));
	region.memory_size = SIZE;
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_SET_USER_MEMORY_REGION2, &region));
	EXPECT_ERRNO(EEXIST, set(1, 0, GPA, SIZE, self->mem));
}

TEST_F(region, dirty_log_bad)
{
	u8 bitmap[SIZE / 4096 / 8];
	struct kvm_dirty_log log = { .slot = 0, .dirty_bitmap = bitmap };

	EXPECT_ERRNO(ENOENT, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
	ASSERT_EQ(0, set(0, 0, GPA, SIZE, self->mem));
	EXPECT_ERRNO(ENOENT, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
	ASSERT_EQ(0, set(0, KVM_MEM_LOG_DIRTY_PAGES, GPA, SIZE, self->mem));
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
	log.slot = 0x7fff;
	EXPECT_EQ(-1, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
	EXPECT_TRUE(errno == EINVAL || errno == ENOENT);
}

/* Thousands of slots come and go */
TEST_F(region, many_slots)
{
	int i, n = ioctl(self->vm.kvm, KVM_CHECK_EXTENSION, KVM_CAP_NR_MEMSLOTS);

	n = n < 512 ? n : 512;
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, set(i, 0, GPA + 0x10000ULL * i, 0x1000, self->mem));
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, set(i, 0, 0, 0, NULL));
}

TEST_HARNESS_MAIN
