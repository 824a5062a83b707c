// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be behind a memory slot other than anonymous memory: hugetlbfs,
 * shared memory, a file, a device. Needs root.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "harness.h"

#ifndef MADV_COLLAPSE	/* newer than the C library */
#define MADV_COLLAPSE	25
#endif

#define POKE		(RAM_BASE + 0x04000000)
#define HUGE		0x200000
#define HUGE_PAGES	4

FIXTURE(slot) {
	struct vm vm;
	struct vcpu *vcpu;
};

/* The payload looks at what is behind slot 1 */
static void start_vm(struct vm *vm)
{
	vm_create(vm, 1, 0);
	vm_map(vm, 0, 0, RAM_BASE, 0, NULL);
	vm_map(vm, 0, 0, RAM_BASE, POKE - RAM_BASE, vm->ram);
	vm_load_name(vm, "poke");
}

FIXTURE_SETUP(slot)
{
	start_vm(&self->vm);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(slot)
{
	vm_destroy(&self->vm);
}

/* One read and one write by the guest; what it read */
static u32 poke(struct __test_metadata *_metadata, struct vm *vm, u32 offset, u32 val)
{
	vm->args[0] = offset;
	vm->args[2] = val;
	ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[0], 1));
	ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[0], 2));
	return vm->args[1];
}

static u64 faults(struct vm *vm)
{
	return vcpu_stat(&vm->vcpus[0], "stage2_fault_stat");
}

static shared u32 *word(void *mem, u32 offset)
{
	return (shared u32 *)((u8 *)mem + offset);
}

static long read_meminfo(const char *format)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long val = -1;

	if (!f)
		die("/proc/meminfo");
	while (val < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, format, &val) != 1)
			val = -1;
	fclose(f);
	return val;
}

static long huge_free(void)
{
	return read_meminfo("HugePages_Free: %ld");
}

static void set_huge_pages(unsigned int n)
{
	FILE *f = fopen("/proc/sys/vm/nr_hugepages", "w");

	if (!f)
		return;
	fprintf(f, "%u", n);
	fclose(f);
}

static void *map_huge(size_t size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | flags, -1, 0);

	if (p == MAP_FAILED)
		die("mmap of huge pages");
	return p;
}

FIXTURE(huge) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(huge)
{
	set_huge_pages(HUGE_PAGES);
	if (read_meminfo("Hugepagesize: %ld") != 2048 || huge_free() < HUGE_PAGES) {
		set_huge_pages(0);
		SKIP(return, "No huge pages of 2 MiB.");
	}
	start_vm(&self->vm);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(huge)
{
	vm_destroy(&self->vm);
	set_huge_pages(0);
}

/* A huge page is one fault, and what both sides write both see */
TEST_F(huge, one_fault_each)
{
	void *mem;
	u64 before;

	mem = map_huge(2 * HUGE, 0);
	*word(mem, 0x5000) = 0x11;
	vm_map(&self->vm, 1, 0, POKE, 2 * HUGE, mem);
	EXPECT_EQ(0x11, poke(_metadata, &self->vm, 0x5000, 0x12));
	EXPECT_EQ(0x12, *word(mem, 0x5000));
	before = faults(&self->vm);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x6000, 0x13));
	EXPECT_EQ(0, poke(_metadata, &self->vm, HUGE - 4, 0x14));
	EXPECT_EQ(before, faults(&self->vm));
	EXPECT_EQ(0x13, *word(mem, 0x6000));
	EXPECT_EQ(0x14, *word(mem, HUGE - 4));
	/* The second one */
	EXPECT_EQ(0, poke(_metadata, &self->vm, HUGE, 0x15));
	EXPECT_LT(before, faults(&self->vm));
	EXPECT_EQ(HUGE_PAGES - 2, huge_free());
	/* Given back, and anew: zeros */
	ASSERT_EQ(0, madvise(mem, HUGE, MADV_DONTNEED));
	EXPECT_EQ(HUGE_PAGES - 1, huge_free());
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x5000, 0x16));
	EXPECT_EQ(0x16, *word(mem, 0x5000));
	EXPECT_EQ(HUGE_PAGES - 2, huge_free());
	/* The VM holds none of them back */
	munmap(mem, 2 * HUGE);
	EXPECT_EQ(HUGE_PAGES, huge_free());
}

/* A slot that begins elsewhere in the block than the huge page: single pages */
TEST_F(huge, elsewhere_in_the_block)
{
	void *mem;
	u64 before;

	mem = map_huge(2 * HUGE, 0);
	vm_map(&self->vm, 1, 0, POKE, HUGE, (u8 *)mem + 0x3000);
	*word(mem, 0x5000) = 0x21;
	*word(mem, HUGE + 0x1000) = 0x22;
	EXPECT_EQ(0x21, poke(_metadata, &self->vm, 0x2000, 0x23));
	before = faults(&self->vm);
	EXPECT_EQ(0x22, poke(_metadata, &self->vm, HUGE - 0x2000, 0x24));
	EXPECT_LT(before, faults(&self->vm));
	EXPECT_EQ(0x23, *word(mem, 0x5000));
	EXPECT_EQ(0x24, *word(mem, HUGE + 0x1000));
	vm_map(&self->vm, 1, 0, POKE, 0, NULL);
	munmap(mem, 2 * HUGE);
	EXPECT_EQ(HUGE_PAGES, huge_free());
}

/* The log has pages of 4 KiB, whatever is behind the slot */
TEST_F(huge, dirty_log)
{
	u32 bitmap[HUGE / 4096 / 32];
	struct kvm_dirty_log log = { .slot = 1, .dirty_bitmap = bitmap };
	unsigned int i;
	u64 before;
	void *mem;

	mem = map_huge(HUGE, 0);
	vm_map(&self->vm, 1, 0, POKE, HUGE, mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x5000, 1));
	vm_map(&self->vm, 1, KVM_MEM_LOG_DIRTY_PAGES, POKE, HUGE, mem);
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
	EXPECT_EQ(1, poke(_metadata, &self->vm, 0x5000, 2));
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x47000, 2));
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
	for (i = 0; i < ARRAY_SIZE(bitmap); i++)
		EXPECT_EQ(i == 0 ? BIT(5) : i == 2 ? BIT(7) : 0, bitmap[i]);
	/* Without the log it is one block again */
	vm_map(&self->vm, 1, 0, POKE, HUGE, mem);
	EXPECT_EQ(2, poke(_metadata, &self->vm, 0x5000, 3));
	before = faults(&self->vm);
	EXPECT_EQ(2, poke(_metadata, &self->vm, 0x47000, 3));
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x99000, 3));
	EXPECT_EQ(before, faults(&self->vm));
	munmap(mem, HUGE);
}

/* No huge page is left: KVM_RUN fails, and goes on when there is one */
TEST_F(huge, exhausted)
{
	void *mem, *all;

	mem = map_huge(HUGE, MAP_NORESERVE);
	all = map_huge(HUGE_PAGES * HUGE, MAP_POPULATE);
	vm_map(&self->vm, 1, 0, POKE, HUGE, mem);
	self->vm.args[0] = 0x1000;
	ASSERT_EQ(VMM_ERROR, vcpu_run(self->vcpu));
	EXPECT_EQ(EFAULT, self->vcpu->error);
	munmap(all, HUGE_PAGES * HUGE);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x1000, 7));
	EXPECT_EQ(7, *word(mem, 0x1000));
	munmap(mem, HUGE);
}

/* Small pages that the guest takes into use one after the other come several at a time */
TEST_F(slot, pages_ahead)
{
	const unsigned int pages = 256;
	void *mem = alloc_aligned(HUGE);
	unsigned int i;
	u64 before;

	madvise(mem, HUGE, MADV_NOHUGEPAGE);
	vm_map(&self->vm, 1, 0, POKE, HUGE, mem);
	before = faults(&self->vm);
	for (i = 0; i < pages; i++)
		EXPECT_EQ(0, poke(_metadata, &self->vm, i * 4096, i));
	EXPECT_GT(pages / 4, faults(&self->vm) - before);
	for (i = 0; i < pages; i++)
		EXPECT_EQ(i, *word(mem, i * 4096));
	munmap(mem, HUGE);
}

/* A block, that the host splits, and makes one of again */
TEST_F(slot, block_again)
{
	void *mem = alloc_aligned(HUGE);
	u64 before;

	ASSERT_EQ(0, madvise(mem, HUGE, MADV_HUGEPAGE));
	/* A guest that reads first would get a page of zeros */
	*word(mem, 0) = 0;
	vm_map(&self->vm, 1, 0, POKE, HUGE, mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x1000, 1));
	before = faults(&self->vm);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x81000, 2));
	EXPECT_EQ(before, faults(&self->vm));
	/* One page differs from the others */
	ASSERT_EQ(0, mprotect((u8 *)mem + 0x40000, 4096, PROT_READ));
	ASSERT_EQ(0, mprotect((u8 *)mem + 0x40000, 4096, PROT_READ | PROT_WRITE));
	before = faults(&self->vm);
	EXPECT_EQ(1, poke(_metadata, &self->vm, 0x1000, 3));
	EXPECT_LT(before, faults(&self->vm));
	ASSERT_EQ(0, madvise(mem, HUGE, MADV_COLLAPSE));
	EXPECT_EQ(3, poke(_metadata, &self->vm, 0x1000, 4));
	before = faults(&self->vm);
	EXPECT_EQ(2, poke(_metadata, &self->vm, 0x81000, 5));
	EXPECT_EQ(0, poke(_metadata, &self->vm, HUGE - 4, 6));
	EXPECT_EQ(before, faults(&self->vm));
	EXPECT_EQ(4, *word(mem, 0x1000));
	EXPECT_EQ(5, *word(mem, 0x81000));
	munmap(mem, HUGE);
}

/* Shared memory: another mapping sees what the guest writes, holes are zeros */
TEST_F(slot, memfd)
{
	int fd = memfd_create("guest", 0);
	void *mem, *other;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, HUGE));
	mem = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	other = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_TRUE(mem != MAP_FAILED && other != MAP_FAILED);
	vm_map(&self->vm, 1, 0, POKE, HUGE, mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x9000, 0x31));
	EXPECT_EQ(0x31, *word(other, 0x9000));
	*word(other, 0x9000) = 0x32;
	EXPECT_EQ(0x32, poke(_metadata, &self->vm, 0x9000, 0x33));
	ASSERT_EQ(0, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0x9000, 0x1000));
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x9000, 0x34));
	EXPECT_EQ(0x34, *word(other, 0x9000));
	/* Beyond the end of the object is nothing */
	ASSERT_EQ(0, ftruncate(fd, 0x9000));
	self->vm.args[0] = 0x9000;
	ASSERT_EQ(VMM_ERROR, vcpu_run(self->vcpu));
	EXPECT_EQ(EFAULT, self->vcpu->error);
	munmap(mem, HUGE);
	munmap(other, HUGE);
	close(fd);
}

/* A private mapping of a file: the guest's writes do not reach the file */
TEST_F(slot, private_file)
{
	char path[] = "/tmp/slot-XXXXXX";
	int fd = mkstemp(path);
	u32 val = 0x41;
	void *mem;

	ASSERT_LE(0, fd);
	unlink(path);
	ASSERT_EQ(0, ftruncate(fd, 0x10000));
	ASSERT_EQ(4, pwrite(fd, &val, 4, 0x2000));
	mem = mmap(NULL, 0x10000, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ASSERT_TRUE(mem != MAP_FAILED);
	vm_map(&self->vm, 1, 0, POKE, 0x10000, mem);
	EXPECT_EQ(0x41, poke(_metadata, &self->vm, 0x2000, 0x42));
	EXPECT_EQ(0x42, poke(_metadata, &self->vm, 0x2000, 0x43));
	EXPECT_EQ(0x43, *word(mem, 0x2000));
	ASSERT_EQ(4, pread(fd, &val, 4, 0x2000));
	EXPECT_EQ(0x41, val);
	munmap(mem, 0x10000);
	close(fd);
}

/*
 * The last page of -M virt's virtio-mmio transports, of which nobody uses one;
 * its first register says "virt".
 */
#define DEVICE		0x0a003000
#define DEVICE_NODE	"/proc/device-tree/virtio_mmio@a003000"
#define DEVICE_MAGIC	0x74726976

FIXTURE(device) {
	struct vm vm;
	struct vcpu *vcpu;
	void *mem;
};

FIXTURE_SETUP(device)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);

	if (fd < 0 || access(DEVICE_NODE, F_OK))
		SKIP(return, "No /dev/mem, or no device at 0x%08x.", DEVICE);
	self->mem = mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, DEVICE);
	ASSERT_TRUE(self->mem != MAP_FAILED);
	close(fd);
	ASSERT_EQ(DEVICE_MAGIC, *word(self->mem, 0));
	start_vm(&self->vm);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(device)
{
	vm_destroy(&self->vm);
}

/* The guest has the device itself: no exit, and the registers' own behaviour */
TEST_F(device, passed_through)
{
	u64 before;

	vm_map(&self->vm, 1, 0, POKE, 0x1000, self->mem);
	/* The register cannot be written */
	EXPECT_EQ(DEVICE_MAGIC, poke(_metadata, &self->vm, 0, 0x1234));
	before = faults(&self->vm);
	EXPECT_EQ(DEVICE_MAGIC, poke(_metadata, &self->vm, 0, 0x1234));
	EXPECT_EQ(*word(self->mem, 4), poke(_metadata, &self->vm, 4, 0x1234));
	EXPECT_EQ(before, faults(&self->vm));
	/* Taken away by user space, and memory in its place */
	ASSERT_TRUE(mmap(self->mem, 0x1000, PROT_READ | PROT_WRITE,
			 MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == self->mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0, 0x1234));
	EXPECT_EQ(0x1234, *word(self->mem, 0));
	munmap(self->mem, 0x1000);
	self->vm.args[0] = 0;
	ASSERT_EQ(VMM_ERROR, vcpu_run(self->vcpu));
	EXPECT_EQ(EFAULT, self->vcpu->error);
}

/* Read-only: reads are the device's, writes come out */
TEST_F(device, readonly)
{
	vm_map(&self->vm, 1, KVM_MEM_READONLY, POKE, 0x1000, self->mem);
	self->vm.args[2] = 0x77;
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	EXPECT_EQ(DEVICE_MAGIC, self->vm.args[1]);
	ASSERT_EQ(VMM_EXIT, vcpu_run(self->vcpu));
	EXPECT_EQ(KVM_EXIT_MMIO, self->vcpu->run->exit_reason);
	EXPECT_EQ(POKE, self->vcpu->run->mmio.phys_addr);
	EXPECT_EQ(1, self->vcpu->run->mmio.is_write);
}

/* Nobody can log what a device writes: refused, and the slot is as it was */
TEST_F(device, dirty_log)
{
	EXPECT_ERRNO(EINVAL, vm_set_region(&self->vm, 1, KVM_MEM_LOG_DIRTY_PAGES, POKE,
					   0x1000, self->mem));
	vm_map(&self->vm, 1, 0, POKE, 0x1000, self->mem);
	EXPECT_ERRNO(EINVAL, vm_set_region(&self->vm, 1, KVM_MEM_LOG_DIRTY_PAGES, POKE,
					   0x1000, self->mem));
	EXPECT_EQ(DEVICE_MAGIC, poke(_metadata, &self->vm, 0, 0));
}

/* Device memory is never executed: the guest's own prefetch abort */
TEST_F(device, fetch)
{
	vm_map(&self->vm, 1, 0, POKE, 0x1000, self->mem);
	vm_load_name(&self->vm, "fetch");
	ASSERT_EQ(VMM_DONE, vcpu_run(self->vcpu));
	EXPECT_EQ(RESULT_FAIL, self->vm.result);
	self->vm.console[self->vm.console_len] = 0;
	EXPECT_TRUE(!!strstr(self->vm.console, "unexpected prefetch abort at 0x44000000"));
}

TEST_HARNESS_MAIN
