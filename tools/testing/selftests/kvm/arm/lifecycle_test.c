// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs come and go in every way, and leave nothing behind.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness.h"

/* For tests with a time limit of their own */
FIXTURE(lifecycle) {
	char nothing;
};

FIXTURE_SETUP(lifecycle)
{
}

FIXTURE_TEARDOWN(lifecycle)
{
}

static void write_file(const char *path, const char *val)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, val, strlen(val)) < 0)
		ksft_print_msg("%s: %s\n", path, strerror(errno));
	close(fd);
}

/* Slabs without objects go back, and KASAN's quarantine gives up what is free */
static void shrink_slabs(void)
{
	DIR *dir = opendir("/sys/kernel/slab");
	struct dirent *entry;
	char path[512];

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		/* The others are links to these */
		if (entry->d_type != DT_DIR)
			continue;
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", entry->d_name);
		write_file(path, "1");
	}
	closedir(dir);
}

/* The sum of the numbers that a file has after a name */
static long sum(const char *path, const char *format)
{
	long val, total = 0;
	FILE *f = fopen(path, "r");
	char line[256];

	if (!f)
		die("%s", path);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, format, &val) == 1)
			total += val;
	fclose(f);
	return total;
}

/* Memory in use in KiB that is neither cache nor freeable */
static long used(void)
{
	/* Let deferred freeing happen */
	usleep(300000);
	write_file("/proc/sys/vm/drop_caches", "3");
	shrink_slabs();
	/* Each CPU has free pages of its own, huge ones, too */
	return sum("/proc/meminfo", "MemTotal: %ld") - sum("/proc/meminfo", "MemFree: %ld") -
	       sum("/proc/zoneinfo", " count: %ld") * 4;
}

/* A VM that has run a little, in this process */
static void cycle(unsigned int vcpus)
{
	static struct vm vm;

	vm_create(&vm, vcpus, 0);
	vm_load_name(&vm, "runs");
	memset(vm.ram + 0x1000000, 1, 0x100000);
	vcpu_run_to_done(&vm.vcpus[0]);
	vm_destroy(&vm);
}

/*
 * What the host uses for itself comes and goes, by less than this; a leak grows
 * every time.
 */
#define SLACK_KIB	384
#define BATCHES		8

TEST_F_TIMEOUT(lifecycle, cycles_200, 300)
{
	long before, after;
	int batch, i;

	for (i = 0; i < 20; i++)
		cycle(1 + i % 8);
	for (batch = 0; batch < BATCHES; batch++) {
		before = used();
		for (i = 0; i < times(200); i++)
			cycle(1 + i % 8);
		after = used();
		TH_LOG("%ld KiB in use before, %ld after", before, after);
		if (after < before + SLACK_KIB)
			break;
	}
	EXPECT_NE(batch, BATCHES);
}

/* VMIDs have 8 bits: more VMs than that at a time, each running again and again */
TEST_F_TIMEOUT(lifecycle, more_vms_than_vmids, 300)
{
	const int n = 260;
	struct vm *vms = calloc(n, sizeof(*vms));
	int i;

	ASSERT_TRUE(!!vms);
	for (i = 0; i < n; i++) {
		struct vm *vm = &vms[i];
		u32 *code;

		vm_create(vm, 0, VM_NO_RAM | VM_NO_GIC);
		vm->ram = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		vm_map(vm, 0, 0, RAM_BASE, 4096, vm->ram);
		/* Reads a word of its own and stores it to the device */
		code = (u32 *)vm->ram;
		code[0] = 0xe59f0008;		/* ldr r0, [pc, #8]: code[4] */
		code[1] = 0xe3a01409;		/* mov r1, #TESTDEV_BASE */
		code[2] = 0xe5810104;		/* str r0, [r1, #DEV_SYNC] */
		code[3] = 0xeafffffb;		/* b code[0] */
		code[4] = 0xc0de0000 + i;
		vcpu_init(vcpu_add(vm));
		set_reg32(&vm->vcpus[0], REG_PC, RAM_BASE);
	}
	for (i = 0; i < 3 * n; i++)
		ASSERT_EQ(0, vcpu_run_to_sync(&vms[i % n].vcpus[0], 0xc0de0000 + i % n));
	for (i = 0; i < n; i++) {
		struct vm *vm = &vms[i];

		munmap(vm->ram, 4096);
		vm->ram = NULL;
		vm_destroy(vm);
	}
}

static void child(const char *payload)
{
	static struct vm vm;

	vm_create(&vm, 2, 0);
	vm.args[0] = 2000;
	vm_load_name(&vm, payload);
	vm_start(&vm);
	vm_finish(&vm);
	_exit(0);
}

static void kill_one(struct __test_metadata *_metadata, bool mmu, unsigned int us)
{
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid)
		child(mmu ? "worker_with_mmu" : "worker");
	usleep(us);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
}

TEST_F_TIMEOUT(lifecycle, killed_at_random, 300)
{
	unsigned int seed = 20261121;
	long before, after;
	int batch, i;

	for (i = 0; i < 10; i++)
		kill_one(_metadata, i & 1, rand_r(&seed) % 150000);
	for (batch = 0; batch < BATCHES; batch++) {
		before = used();
		for (i = 0; i < times(40); i++)
			kill_one(_metadata, i & 1, rand_r(&seed) % 150000);
		after = used();
		TH_LOG("%ld KiB in use before, %ld after", before, after);
		if (after < before + SLACK_KIB)
			break;
	}
	EXPECT_NE(batch, BATCHES);
	cycle(2);
}

/* Descriptors closed in another order than they were opened, memory gone first */
TEST(closed_in_any_order)
{
	static struct vm vm;
	struct kvm_mp_state state;

	vm_create(&vm, 2, 0);
	vm_load_name(&vm, "runs");
	vcpu_run_to_done(&vm.vcpus[0]);
	close(vm.fd);
	close(vm.gic);
	munmap(vm.ram, RAM_SIZE);
	EXPECT_EQ(0, ioctl(vm.vcpus[1].fd, KVM_GET_MP_STATE, &state));
	/* Without memory it fails or leaves, but does come back */
	alarm(10);
	set_reg32(&vm.vcpus[0], REG_PC, GUEST_BASE);
	vm.vcpus[0].run->exit_reason = 0;
	EXPECT_EQ(-1, ioctl(vm.vcpus[0].fd, KVM_RUN, 0));
	EXPECT_EQ(EFAULT, errno);
	close(vm.vcpus[1].fd);
	munmap(vm.vcpus[0].run, vm.run_size);
	close(vm.vcpus[0].fd);
	close(vm.kvm);
}

/* A VM belongs to the process that made it */
TEST(used_by_another_process)
{
	static struct vm vm;
	int status;
	pid_t pid;

	vm_create(&vm, 1, 0);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		errno = 0;
		_exit(ioctl(vm.vcpus[0].fd, KVM_RUN, 0) == -1 && errno == EIO ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	vm_destroy(&vm);
}

/* The same VM again after a reset of its vCPUs */
TEST(reset_and_again)
{
	static struct vm vm;
	int i;

	vm_create(&vm, 2, 0);
	for (i = 0; i < 20; i++) {
		vcpu_init(&vm.vcpus[0]);
		vcpu_init(&vm.vcpus[1]);
		vm_load_name(&vm, "runs");
		vm.ended = false;
		vcpu_run_to_done(&vm.vcpus[0]);
	}
	vm_destroy(&vm);
}

TEST_HARNESS_MAIN
