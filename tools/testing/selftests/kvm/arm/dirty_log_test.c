// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dirty log by KVM_CLEAR_DIRTY_LOG and by the dirty ring. What
 * KVM_GET_DIRTY_LOG alone does is mmio_exit_test.c's.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "harness.h"

#define SLOT		1
#define POKE		(RAM_BASE + 0x04000000)
#define PAGES		512
#define SIZE		(PAGES * 4096)
#define RING_ENTRIES	256

FIXTURE(log) {
	struct vm vm;
	u8 *mem;
	u32 bitmap[PAGES / 32];
};

/* The payload writes where it is told in slot 1 */
FIXTURE_SETUP(log)
{
	vm_create(&self->vm, 0, VM_NO_GIC);
	vm_map(&self->vm, 0, 0, RAM_BASE, 0, NULL);
	vm_map(&self->vm, 0, 0, RAM_BASE, POKE - RAM_BASE, self->vm.ram);
	self->mem = self->vm.ram + (POKE - RAM_BASE);
}

FIXTURE_TEARDOWN(log)
{
	vm_destroy(&self->vm);
}

static int enable(struct vm *vm, u32 cap, u64 arg)
{
	struct kvm_enable_cap enable = { .cap = cap, .args[0] = arg };

	return ioctl(vm->fd, KVM_ENABLE_CAP, &enable);
}

static void start(struct vm *vm)
{
	vcpu_init(vcpu_add(vm));
	vm_load_name(vm, "poke");
}

static void poke(struct __test_metadata *_metadata, struct vm *vm, u32 page)
{
	vm->args[0] = page * 4096;
	vm->args[2]++;
	ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[0], 1));
	ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[0], 2));
}

static void expect_faults(struct __test_metadata *_metadata, struct vm *vm, u32 page,
			  u64 n)
{
	u64 before = vcpu_stat(&vm->vcpus[0], "stage2_fault_stat");

	poke(_metadata, vm, page);
	EXPECT_EQ(n, vcpu_stat(&vm->vcpus[0], "stage2_fault_stat") - before)
		TH_LOG("page %u", page);
}

static int get_log(struct vm *vm, u32 *bitmap)
{
	struct kvm_dirty_log log = { .slot = SLOT, .dirty_bitmap = bitmap };

	return ioctl(vm->fd, KVM_GET_DIRTY_LOG, &log);
}

static int clear_log(struct vm *vm, u32 slot, u64 first, u32 n, u32 *bitmap)
{
	struct kvm_clear_dirty_log log = {
		.slot = slot, .first_page = first, .num_pages = n, .dirty_bitmap = bitmap,
	};

	return ioctl(vm->fd, KVM_CLEAR_DIRTY_LOG, &log);
}

static void log_on(struct vm *vm, void *mem)
{
	vm_map(vm, SLOT, KVM_MEM_LOG_DIRTY_PAGES, POKE, SIZE, mem);
}

/* Whether these two pages, and no other, are in the log */
static bool logged(struct vm *vm, u32 *bitmap, int page1, int page2)
{
	int i;

	if (get_log(vm, bitmap))
		return false;
	for (i = 0; i < PAGES; i++)
		if ((bitmap[i / 32] >> i % 32 & 1) != (i == page1 || i == page2))
			return false;
	return true;
}

TEST_F(log, manual_protect)
{
	struct vm *vm = &self->vm;
	u32 *bitmap = self->bitmap;

	EXPECT_ERRNO(EINVAL, enable(vm, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, 4));
	ASSERT_EQ(0, enable(vm, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
			    KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE));
	start(vm);
	log_on(vm, self->mem);
	EXPECT_TRUE(logged(vm, bitmap, -1, -1));
	poke(_metadata, vm, 33);
	poke(_metadata, vm, 200);
	/* To read the log does not clear it */
	EXPECT_TRUE(logged(vm, bitmap, 33, 200));
	EXPECT_TRUE(logged(vm, bitmap, 33, 200));
	/* One page, then the other, by bits of pages that are not dirty, too */
	memset(bitmap, 0xff, 8);
	EXPECT_EQ(0, clear_log(vm, SLOT, 0, 64, bitmap));
	EXPECT_TRUE(logged(vm, bitmap, -1, 200));
	memset(bitmap, 0, 8);
	EXPECT_EQ(0, clear_log(vm, SLOT, 192, 64, bitmap));
	EXPECT_TRUE(logged(vm, bitmap, -1, 200));
	bitmap[0] = BIT(200 - 192);
	EXPECT_EQ(0, clear_log(vm, SLOT, 192, PAGES - 192, bitmap));
	EXPECT_TRUE(logged(vm, bitmap, -1, -1));
	/* The next writes are seen again */
	poke(_metadata, vm, 33);
	poke(_metadata, vm, 200);
	EXPECT_TRUE(logged(vm, bitmap, 33, 200));
}

TEST_F(log, clear_bad)
{
	struct vm *vm = &self->vm;
	u32 *bitmap = self->bitmap;

	ASSERT_EQ(0, enable(vm, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
			    KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE));
	start(vm);
	EXPECT_ERRNO(ENOENT, clear_log(vm, SLOT, 0, 64, bitmap));
	vm_map(vm, SLOT, 0, POKE, SIZE, self->mem);
	EXPECT_ERRNO(ENOENT, clear_log(vm, SLOT, 0, 64, bitmap));
	log_on(vm, self->mem);
	poke(_metadata, vm, 5);
	memset(bitmap, 0xff, sizeof(self->bitmap));
	EXPECT_ERRNO(EINVAL, clear_log(vm, SLOT, 1, 64, bitmap));
	EXPECT_ERRNO(EINVAL, clear_log(vm, SLOT, 0, 63, bitmap));
	EXPECT_ERRNO(EINVAL, clear_log(vm, SLOT, 0, PAGES + 64, bitmap));
	EXPECT_ERRNO(EINVAL, clear_log(vm, SLOT, PAGES + 64, 64, bitmap));
	EXPECT_ERRNO(EINVAL, clear_log(vm, SLOT, -64ULL, 128, bitmap));
	EXPECT_ERRNO(EINVAL, clear_log(vm, SLOT | 1 << 16, 0, 64, bitmap));
	EXPECT_ERRNO(EFAULT, clear_log(vm, SLOT, 0, 64, NULL));
	EXPECT_TRUE(logged(vm, bitmap, 5, -1));
}

/* All dirty at first, without a fault; then as ever */
TEST_F(log, initially_set)
{
	struct vm *vm = &self->vm;
	u32 *bitmap = self->bitmap;
	unsigned int i;

	ASSERT_EQ(0, enable(vm, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
			    KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE |
			    KVM_DIRTY_LOG_INITIALLY_SET));
	start(vm);
	vm_map(vm, SLOT, 0, POKE, SIZE, self->mem);
	poke(_metadata, vm, 7);
	log_on(vm, self->mem);
	expect_faults(_metadata, vm, 7, 0);
	ASSERT_EQ(0, get_log(vm, bitmap));
	for (i = 0; i < PAGES / 32; i++)
		EXPECT_EQ(~0u, bitmap[i]);
	EXPECT_EQ(0, clear_log(vm, SLOT, 0, PAGES, bitmap));
	EXPECT_TRUE(logged(vm, bitmap, -1, -1));
	poke(_metadata, vm, 7);
	poke(_metadata, vm, 511);
	EXPECT_TRUE(logged(vm, bitmap, 7, 511));
}

/* All of a slot is one huge page of the host, as /proc tells */
static bool one_huge_page(void *mem)
{
	unsigned long start, end, kb;
	FILE *f = fopen("/proc/self/smaps", "r");
	bool inside = false, huge = false;
	char line[256];

	madvise(mem, SIZE, MADV_HUGEPAGE);
	memset(mem, 1, SIZE);
	if (!f)
		die("/proc/self/smaps");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			inside = start <= (uintptr_t)mem && (uintptr_t)mem < end;
		else if (inside && sscanf(line, "AnonHugePages: %lu kB", &kb) == 1)
			huge = kb >= SIZE / 1024;
	}
	fclose(f);
	return huge;
}

/*
 * A block is split page by page while it is logged, and is one again afterwards;
 * before and after, logging costs nothing.
 */
TEST_F(log, block_split_and_collapsed)
{
	struct vm *vm = &self->vm;
	unsigned int round;

	if (!one_huge_page(self->mem))
		SKIP(return, "The host has no huge pages.");
	start(vm);
	vm_map(vm, SLOT, 0, POKE, SIZE, self->mem);
	poke(_metadata, vm, 5);
	for (round = 0; round < 3; round++) {
		expect_faults(_metadata, vm, 300, 0);
		expect_faults(_metadata, vm, 511, 0);
		log_on(vm, self->mem);
		/* The first write to each page, and no other */
		expect_faults(_metadata, vm, 5, 1);
		expect_faults(_metadata, vm, 5, 0);
		EXPECT_TRUE(logged(vm, self->bitmap, 5, -1));
		expect_faults(_metadata, vm, 5, 1);
		expect_faults(_metadata, vm, 300, 1);
		EXPECT_TRUE(logged(vm, self->bitmap, 5, 300));
		vm_map(vm, SLOT, 0, POKE, SIZE, self->mem);
		expect_faults(_metadata, vm, 5, 1);
	}
	EXPECT_EQ(1, self->mem[4096 + 8]);
}

static int enable_ring(struct vm *vm, u32 bytes)
{
	return enable(vm, KVM_CAP_DIRTY_LOG_RING_ACQ_REL, bytes);
}

TEST_F(log, ring_bad)
{
	struct vm *vm = &self->vm;
	const u32 bytes = RING_ENTRIES * sizeof(struct kvm_dirty_gfn);
	int max = ioctl(vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_DIRTY_LOG_RING_ACQ_REL);

	EXPECT_LE(bytes, max);
	EXPECT_ERRNO(EINVAL, enable_ring(vm, 0));
	EXPECT_ERRNO(EINVAL, enable_ring(vm, 1024));
	EXPECT_ERRNO(EINVAL, enable_ring(vm, 3 * 4096));
	EXPECT_ERRNO(E2BIG, enable_ring(vm, 2 * max));
	EXPECT_EQ(0, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0) > 0);
	ASSERT_EQ(0, enable_ring(vm, bytes));
	EXPECT_ERRNO(EINVAL, enable_ring(vm, bytes));
	start(vm);
	log_on(vm, self->mem);
	/* The one log or the other */
	EXPECT_ERRNO(ENXIO, get_log(vm, self->bitmap));
	EXPECT_ERRNO(ENXIO, clear_log(vm, SLOT, 0, 64, self->bitmap));
}

/* Too late for a ring; the bitmap works */
TEST_F(log, ring_after_vcpu)
{
	start(&self->vm);
	EXPECT_ERRNO(EINVAL, enable_ring(&self->vm, 4096));
	log_on(&self->vm, self->mem);
	poke(_metadata, &self->vm, 9);
	EXPECT_TRUE(logged(&self->vm, self->bitmap, 9, -1));
}

static struct kvm_dirty_gfn *map_ring(struct vm *vm, unsigned int vcpu)
{
	void *ring = mmap(NULL, RING_ENTRIES * sizeof(struct kvm_dirty_gfn),
			  PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpus[vcpu].fd,
			  KVM_DIRTY_LOG_PAGE_OFFSET * sysconf(_SC_PAGESIZE));

	if (ring == MAP_FAILED)
		die("mmap of the dirty ring");
	return ring;
}

/* Takes the next entry: the page of slot 1 in it, or -1 */
static int harvest(struct kvm_dirty_gfn *ring, u32 *next)
{
	struct kvm_dirty_gfn *entry = &ring[*next % RING_ENTRIES];

	if (__atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) != KVM_DIRTY_GFN_F_DIRTY)
		return -1;
	if (entry->slot != SLOT)
		die("dirty ring: slot %u", entry->slot);
	__atomic_store_n(&entry->flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
	++*next;
	return entry->offset;
}

TEST_F(log, ring)
{
	struct vm *vm = &self->vm;
	struct kvm_dirty_gfn *ring;
	u32 next = 0;
	int i;

	ASSERT_EQ(0, enable_ring(vm, RING_ENTRIES * sizeof(*ring)));
	start(vm);
	ring = map_ring(vm, 0);
	log_on(vm, self->mem);
	for (i = 0; i < 2; i++) {
		poke(_metadata, vm, 33);
		poke(_metadata, vm, 200);
		poke(_metadata, vm, 33);
		EXPECT_EQ(33, harvest(ring, &next));
		EXPECT_EQ(200, harvest(ring, &next));
		EXPECT_EQ(-1, harvest(ring, &next));
		EXPECT_EQ(2, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0));
		EXPECT_EQ(0, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0));
	}
}

static void reset_entry(struct kvm_dirty_gfn *ring, u32 n)
{
	__atomic_store_n(&ring[n].flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
}

/* Entries are taken back in order: one that is early waits for those before it */
TEST_F(log, ring_reset_in_order)
{
	struct vm *vm = &self->vm;
	struct kvm_dirty_gfn *ring;
	u32 next = 3;

	ASSERT_EQ(0, enable_ring(vm, RING_ENTRIES * sizeof(*ring)));
	start(vm);
	ring = map_ring(vm, 0);
	log_on(vm, self->mem);
	poke(_metadata, vm, 10);
	poke(_metadata, vm, 20);
	poke(_metadata, vm, 30);
	reset_entry(ring, 1);
	EXPECT_EQ(0, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0));
	EXPECT_EQ(KVM_DIRTY_GFN_F_RESET, ring[1].flags);
	/* None of them has been taken back, so none is written anew */
	expect_faults(_metadata, vm, 10, 0);
	expect_faults(_metadata, vm, 20, 0);
	EXPECT_EQ(-1, harvest(ring, &next));
	reset_entry(ring, 0);
	EXPECT_EQ(2, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0));
	EXPECT_EQ(0, ring[0].flags);
	EXPECT_EQ(0, ring[1].flags);
	EXPECT_EQ(KVM_DIRTY_GFN_F_DIRTY, ring[2].flags);
	expect_faults(_metadata, vm, 30, 0);
	expect_faults(_metadata, vm, 20, 1);
	expect_faults(_metadata, vm, 10, 1);
	EXPECT_EQ(20, harvest(ring, &next));
	EXPECT_EQ(10, harvest(ring, &next));
	EXPECT_EQ(-1, harvest(ring, &next));
}

/* Each vCPU has a ring, with what it wrote itself; all are taken back at once */
TEST_F(log, ring_of_each_vcpu)
{
	struct vm *vm = &self->vm;
	struct kvm_dirty_gfn *ring[2];
	u32 next[2] = {};
	int i;

	ASSERT_EQ(0, enable_ring(vm, RING_ENTRIES * sizeof(*ring[0])));
	start(vm);
	/* The second one is off: it is told to run the same at its start */
	vcpu_init(vcpu_add(vm));
	log_on(vm, self->mem);
	for (i = 0; i < 2; i++) {
		struct kvm_mp_state on = { .mp_state = KVM_MP_STATE_RUNNABLE };

		ring[i] = map_ring(vm, i);
		xioctl(vm->vcpus[i].fd, KVM_SET_MP_STATE, &on);
		set_reg32(&vm->vcpus[i], REG_PC, GUEST_BASE);
	}
	for (i = 0; i < 2; i++) {
		vm->args[0] = (40 + i) * 4096;
		ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[i], 1));
		ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[i], 2));
	}
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(40 + i, harvest(ring[i], &next[i]));
		EXPECT_EQ(-1, harvest(ring[i], &next[i]));
	}
	EXPECT_EQ(2, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0));
}

/* Takes what there is and notes the pages */
static void harvest_all(struct kvm_dirty_gfn *ring, u32 *next, bool *seen)
{
	int page;

	while ((page = harvest(ring, next)) >= 0)
		seen[page % PAGES] = true;
}

/*
 * An exit while there is room for what is under way; none is lost. One can be there
 * twice: when the exit comes between its fault and the write.
 */
TEST_F(log, ring_full)
{
	struct vm *vm = &self->vm;
	struct vcpu *vcpu = &vm->vcpus[0];
	struct kvm_dirty_gfn *ring;
	bool seen[PAGES] = {};
	u32 next = 0, page, exits = 0;

	ASSERT_EQ(0, enable_ring(vm, RING_ENTRIES * sizeof(*ring)));
	start(vm);
	ring = map_ring(vm, 0);
	log_on(vm, self->mem);
	for (page = 0; page < PAGES; page++) {
		int why, syncs = 0;

		vm->args[0] = page * 4096;
		while (syncs < 2) {
			why = vcpu_run(vcpu);
			if (why == VMM_SYNC) {
				syncs++;
				continue;
			}
			ASSERT_EQ(VMM_EXIT, why);
			ASSERT_EQ(KVM_EXIT_DIRTY_RING_FULL, vcpu->run->exit_reason);
			/* As long as it is full the guest does not go on */
			ASSERT_EQ(VMM_EXIT, vcpu_run(vcpu));
			ASSERT_EQ(KVM_EXIT_DIRTY_RING_FULL, vcpu->run->exit_reason);
			harvest_all(ring, &next, seen);
			EXPECT_LT(0, ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0));
			exits++;
		}
	}
	harvest_all(ring, &next, seen);
	for (page = 0; page < PAGES; page++)
		EXPECT_TRUE(seen[page])
			TH_LOG("page %u was not in the ring", page);
	EXPECT_LE(2, exits);
}

TEST_HARNESS_MAIN
