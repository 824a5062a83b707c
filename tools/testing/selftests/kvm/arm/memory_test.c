// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the host moves, swaps, splits, merges and discards under a
 * running guest, which checks it all the time. Needs root and, for some, zram
 * and KSM.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness.h"

/* What the guest can check alone */
FIXTURE(guest) {
	char nothing;
};

FIXTURE_VARIANT(guest) {
	const char *payload;
};

FIXTURE_VARIANT_ADD(guest, fresh_code_mmu_off) {
	.payload = "fresh_code_mmu_off",
};

FIXTURE_VARIANT_ADD(guest, fresh_code_short) {
	.payload = "fresh_code_short",
};

FIXTURE_VARIANT_ADD(guest, fresh_code_lpae) {
	.payload = "fresh_code_lpae",
};

FIXTURE_VARIANT_ADD(guest, fetch_first) {
	.payload = "fetch_first",
};

FIXTURE_VARIANT_ADD(guest, across_pages) {
	.payload = "across_pages",
};

FIXTURE_VARIANT_ADD(guest, caches_toggled) {
	.payload = "caches_toggled",
};

FIXTURE_VARIANT_ADD(guest, exclusives) {
	.payload = "exclusives",
};

FIXTURE_SETUP(guest)
{
}

FIXTURE_TEARDOWN(guest)
{
}

TEST_F(guest, runs)
{
	EXPECT_EQ(RESULT_PASS, vm_run_name(variant->payload));
}

FIXTURE(faults) {
	struct vm vm;
};

FIXTURE_VARIANT(faults) {
	int advice;
};

FIXTURE_VARIANT_ADD(faults, small_pages) {
	.advice = MADV_NOHUGEPAGE,
};

FIXTURE_VARIANT_ADD(faults, huge_pages) {
	.advice = MADV_HUGEPAGE,
};

FIXTURE_SETUP(faults)
{
	vm_create(&self->vm, 4, 0);
	madvise(self->vm.ram, RAM_SIZE, variant->advice);
}

FIXTURE_TEARDOWN(faults)
{
	vm_destroy(&self->vm);
}

TEST_F(faults, in_parallel)
{
	vm_load_name(&self->vm, "new_pages_of_all");
	vm_start(&self->vm);
	EXPECT_TRUE(vm_finish(&self->vm));
	EXPECT_EQ(RESULT_PASS, self->vm.result);
	vm_show_console(&self->vm);
}

/* At most; with KASAN half of it, which is a huge page still */
#define PAGES	1024

FIXTURE(worker) {
	struct vm vm;
	u8 *region;
	unsigned int pages;
	size_t size;
};

FIXTURE_VARIANT(worker) {
	const char *payload;
	int advice;
};

FIXTURE_VARIANT_ADD(worker, small_pages) {
	.payload = "worker",
	.advice = MADV_NOHUGEPAGE,
};

FIXTURE_VARIANT_ADD(worker, huge_pages) {
	.payload = "worker",
	.advice = MADV_HUGEPAGE,
};

FIXTURE_VARIANT_ADD(worker, mmu_on) {
	.payload = "worker_with_mmu",
	.advice = MADV_HUGEPAGE,
};

FIXTURE_SETUP(worker)
{
	vm_create(&self->vm, 2, 0);
	self->pages = times(2) * PAGES / 2;
	self->vm.args[0] = self->pages;
	self->region = self->vm.ram + 0x02000000;
	self->size = self->pages * 4096;
	madvise(self->vm.ram, RAM_SIZE, variant->advice);
	vm_load_name(&self->vm, variant->payload);
	vm_start(&self->vm);
}

FIXTURE_TEARDOWN(worker)
{
	vm_destroy(&self->vm);
}

/* Waits until every CPU of the guest has been through its pages so often again */
static bool rounds(struct vm *vm, unsigned int n)
{
	shared u32 *args = vm->args;
	u32 start[2] = { args[8], args[9] };
	int tries;

	for (tries = 0; tries < 6000 && !vm->ended; tries++) {
		if (args[8] - start[0] >= n && args[9] - start[1] >= n)
			return true;
		usleep(10000);
	}
	return false;
}

static void finish(struct __test_metadata *_metadata, struct vm *vm)
{
	EXPECT_FALSE(vm->ended);
	vm->args[1] = 1;
	EXPECT_TRUE(vm_finish(vm));
	EXPECT_EQ(RESULT_PASS, vm->result);
	vm_show_console(vm);
}

static int write_file(const char *path, const char *val)
{
	int fd = open(path, O_WRONLY), ret;

	if (fd < 0)
		return -1;
	ret = write(fd, val, strlen(val)) == (ssize_t)strlen(val) ? 0 : -1;
	close(fd);
	return ret;
}

/* Without this the others would show nothing */
TEST_F_TIMEOUT(worker, undisturbed, 600)
{
	EXPECT_TRUE(rounds(&self->vm, 3));
	finish(_metadata, &self->vm);
}

/* A guest that finds other values is noticed */
TEST_F_TIMEOUT(worker, disturbance_is_noticed, 600)
{
	ASSERT_TRUE(rounds(&self->vm, 2));
	*(shared u32 *)(self->region + 5 * 4096) ^= 1;
	/* It has read the page or will: the next round must stumble unless it wrote since */
	while (!self->vm.ended && rounds(&self->vm, 1))
		*(shared u32 *)(self->region + 5 * 4096) ^= 1;
	EXPECT_TRUE(vm_finish(&self->vm));
	EXPECT_EQ(RESULT_FAIL, self->vm.result);
}

static int swap_on(void)
{
	int fd = open("/dev/zram0", O_RDWR);

	if (fd < 0)
		return -1;
	close(fd);
	swapoff("/dev/zram0");
	write_file("/sys/block/zram0/reset", "1");
	if (write_file("/sys/block/zram0/disksize", "134217728"))
		return -1;
	if (system("mkswap /dev/zram0 >/dev/null 2>&1"))
		return -1;
	return swapon("/dev/zram0", 0);
}

TEST_F_TIMEOUT(worker, swapped, 600)
{
	int i;

	if (swap_on())
		SKIP(finish(_metadata, &self->vm); return, "No swap on /dev/zram0.");
	ASSERT_TRUE(rounds(&self->vm, 1));
	for (i = 0; i < times(10); i++) {
		ASSERT_EQ(0, madvise(self->region, self->size, MADV_PAGEOUT));
		EXPECT_TRUE(rounds(&self->vm, 1));
	}
	finish(_metadata, &self->vm);
	swapoff("/dev/zram0");
}

TEST_F_TIMEOUT(worker, forked, 600)
{
	int i, status;

	ASSERT_TRUE(rounds(&self->vm, 1));
	for (i = 0; i < times(10); i++) {
		pid_t pid = fork();

		ASSERT_LE(0, pid);
		if (!pid) {
			/* Copies of its own, while the guest's are written */
			memset(self->region, 0xff, self->size / 4);
			_exit(0);
		}
		EXPECT_TRUE(rounds(&self->vm, 1));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_EQ(0, status);
	}
	finish(_metadata, &self->vm);
}

/* Huge pages split and, if khugepaged is quick, collapsed again */
TEST_F_TIMEOUT(worker, split, 600)
{
	int i;

	ASSERT_TRUE(rounds(&self->vm, 1));
	for (i = 0; i < times(10); i++) {
		/*
		 * mprotect() of a part splits, and both directions notify KVM. The
		 * guest may go on to write: without that right KVM_RUN fails.
		 */
		ASSERT_EQ(0, mprotect(self->region + 0x3000, 0x1000,
				      PROT_READ | PROT_WRITE | PROT_EXEC));
		ASSERT_EQ(0, mprotect(self->region + 0x3000, 0x1000, PROT_READ | PROT_WRITE));
		madvise(self->region, self->size, MADV_NOHUGEPAGE);
		madvise(self->region, self->size, MADV_HUGEPAGE);
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif
		madvise(self->region, self->size, MADV_COLLAPSE);
		madvise(self->region, self->size, MADV_COLD);
		EXPECT_TRUE(rounds(&self->vm, 1));
	}
	finish(_metadata, &self->vm);
}

TEST_F_TIMEOUT(worker, merged, 600)
{
	char buf[32] = "";
	int fd, i;

	if (write_file("/sys/kernel/mm/ksm/sleep_millisecs", "1") ||
	    write_file("/sys/kernel/mm/ksm/pages_to_scan", "2000"))
		SKIP(finish(_metadata, &self->vm); return, "No KSM.");
	ASSERT_EQ(0, madvise(self->region, self->size, MADV_MERGEABLE));
	ASSERT_EQ(0, write_file("/sys/kernel/mm/ksm/run", "1"));
	for (i = 0; i < 30 && atoi(buf) < 10; i++) {
		EXPECT_TRUE(rounds(&self->vm, 1));
		usleep(300000);
		fd = open("/sys/kernel/mm/ksm/pages_sharing", O_RDONLY);
		ASSERT_LT(0, read(fd, buf, sizeof(buf) - 1));
		close(fd);
	}
	/* Some were merged, or nothing was tested */
	EXPECT_LE(10, atoi(buf));
	EXPECT_TRUE(rounds(&self->vm, 2));
	/* And apart again */
	ASSERT_EQ(0, write_file("/sys/kernel/mm/ksm/run", "2"));
	EXPECT_TRUE(rounds(&self->vm, 2));
	ASSERT_EQ(0, write_file("/sys/kernel/mm/ksm/run", "0"));
	finish(_metadata, &self->vm);
}

/*
 * The board goes to sleep as far as it can without firmware: all is frozen, CPU 1
 * goes away, CPU 0 gives Hyp mode back and takes it again, after five seconds.
 */
TEST_F_TIMEOUT(worker, host_suspended, 600)
{
	if (access("/sys/power/disk", F_OK) || write_file("/sys/power/pm_test", "core"))
		SKIP(finish(_metadata, &self->vm); return,
		     "The kernel has no CONFIG_HIBERNATION or no CONFIG_PM_SLEEP_DEBUG.");
	ASSERT_TRUE(rounds(&self->vm, 1));
	EXPECT_EQ(0, write_file("/sys/power/state", "disk"))
		TH_LOG("%s", strerror(errno));
	EXPECT_EQ(0, write_file("/sys/power/pm_test", "none"));
	EXPECT_TRUE(rounds(&self->vm, 1));
	finish(_metadata, &self->vm);
}

/* The CPU loses all of its state, until the clock's alarm wakes it */
TEST_F_TIMEOUT(worker, host_suspended_to_memory, 600)
{
	char states[64] = "";
	int fd = open("/sys/power/mem_sleep", O_RDONLY);

	if (fd >= 0) {
		ASSERT_LT(0, read(fd, states, sizeof(states) - 1));
		close(fd);
	}
	if (!strstr(states, "[deep]"))
		SKIP(finish(_metadata, &self->vm); return,
		     "The board's firmware has no SYSTEM_SUSPEND.");
	ASSERT_TRUE(rounds(&self->vm, 1));
	ASSERT_EQ(0, write_file("/sys/class/rtc/rtc0/wakealarm", "+3"));
	EXPECT_EQ(0, write_file("/sys/power/state", "mem"))
		TH_LOG("%s", strerror(errno));
	EXPECT_TRUE(rounds(&self->vm, 1));
	finish(_metadata, &self->vm);
}

TEST_F_TIMEOUT(worker, compacted, 600)
{
	int i;

	ASSERT_TRUE(rounds(&self->vm, 1));
	for (i = 0; i < times(5); i++) {
		if (write_file("/proc/sys/vm/compact_memory", "1"))
			SKIP(finish(_metadata, &self->vm); return, "No compaction.");
		EXPECT_TRUE(rounds(&self->vm, 1));
	}
	finish(_metadata, &self->vm);
}

/* The dirty log on and off and read under it: no write is lost */
TEST_F_TIMEOUT(worker, logged, 600)
{
	static u32 bitmap[RAM_SIZE / 4096 / 32];
	struct kvm_dirty_log log = { .slot = 0, .dirty_bitmap = bitmap };
	static u8 copy[PAGES * 4096];
	unsigned int i, page;

	ASSERT_TRUE(rounds(&self->vm, 1));
	for (i = 0; i < times(5); i++) {
		vm_map(&self->vm, 0, KVM_MEM_LOG_DIRTY_PAGES, RAM_BASE, RAM_SIZE, self->vm.ram);
		ASSERT_EQ(0, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
		memcpy(copy, self->region, self->size);
		EXPECT_TRUE(rounds(&self->vm, 2));
		/*
		 * Stopped, as for a migration's last pass: what differs from the
		 * copy is in the log
		 */
		ASSERT_EQ(0, ioctl(self->vm.fd, KVM_GET_DIRTY_LOG, &log));
		for (page = 0; page < self->pages; page++) {
			unsigned int bit = page + 0x02000000 / 4096;

			if (page % 16 >= 2)
				EXPECT_TRUE(bitmap[bit / 32] >> bit % 32 & 1)
					TH_LOG("page %u is not in the log", page);
		}
		vm_map(&self->vm, 0, 0, RAM_BASE, RAM_SIZE, self->vm.ram);
		EXPECT_TRUE(rounds(&self->vm, 1));
	}
	finish(_metadata, &self->vm);
}

/* Other slots come and go meanwhile */
TEST_F_TIMEOUT(worker, slots_change, 600)
{
	u8 *mem = alloc_aligned(0x400000);
	int i;

	for (i = 0; i < times(200); i++) {
		vm_map(&self->vm, 1, 0, 0x90000000, 0x400000, mem);
		vm_map(&self->vm, 1, 0, 0xa0000000, 0x400000, mem);
		vm_map(&self->vm, 1, 0, 0xa0000000, 0, NULL);
	}
	EXPECT_TRUE(rounds(&self->vm, 1));
	finish(_metadata, &self->vm);
}

/* Processors of the board go away and come back */
TEST_F_TIMEOUT(worker, cpu_hotplug, 600)
{
	const char *cpu1 = "/sys/devices/system/cpu/cpu1/online";
	int i;

	if (access(cpu1, W_OK))
		SKIP(finish(_metadata, &self->vm); return,
		     "The board has one processor, or it cannot be turned off.");
	ASSERT_TRUE(rounds(&self->vm, 1));
	for (i = 0; i < times(10); i++) {
		ASSERT_EQ(0, write_file(cpu1, "0"));
		EXPECT_TRUE(rounds(&self->vm, 1));
		ASSERT_EQ(0, write_file(cpu1, "1"));
		EXPECT_TRUE(rounds(&self->vm, 1));
	}
	finish(_metadata, &self->vm);
}

TEST_HARNESS_MAIN
