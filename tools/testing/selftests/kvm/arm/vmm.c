// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VMM of the suite. See vmm.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "vmm.h"

/* Wakes the vCPU threads; its handler does nothing */
#define SIG_KICK	SIGUSR2

struct payload_test {
	u32 name;
	u32 fn;
	u32 cpus;
	u32 reserved;
};

void die(const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	fflush(stdout);
	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf(": %s\n", strerror(err));
	fflush(stdout);
	_exit(KSFT_FAIL);
}

int open_kvm(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV) {
		ksft_print_msg("There is no /dev/kvm: the kernel's log tells why.\n");
		exit(KSFT_SKIP);
	}
	die("open /dev/kvm");
}

int vm_set_region(struct vm *vm, unsigned int slot, u32 flags,
		  u64 gpa, u64 size, void *hva)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = gpa,
		.memory_size = size,
		.userspace_addr = (uintptr_t)hva,
	};

	return ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

void vm_map(struct vm *vm, unsigned int slot, u32 flags, u64 gpa,
	    u64 size, void *hva)
{
	if (vm_set_region(vm, slot, flags, gpa, size, hva))
		die("slot %u at 0x%llx", slot, (unsigned long long)gpa);
}

/* A GICv2 where -M virt has it; nr_irqs of 0 leaves the default */
void vm_create_gic(struct vm *vm, unsigned int nr_irqs)
{
	struct kvm_create_device dev = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };
	u64 dist = GICD_BASE, cpu = GICC_BASE;
	u32 nr = nr_irqs;
	struct kvm_device_attr attr;

	xioctl(vm->fd, KVM_CREATE_DEVICE, &dev);
	vm->gic = dev.fd;
	if (nr_irqs) {
		attr = (struct kvm_device_attr){
			.group = KVM_DEV_ARM_VGIC_GRP_NR_IRQS,
			.addr = (uintptr_t)&nr,
		};
		xioctl(vm->gic, KVM_SET_DEVICE_ATTR, &attr);
	}
	attr = (struct kvm_device_attr){
		.group = KVM_DEV_ARM_VGIC_GRP_ADDR,
		.attr = KVM_VGIC_V2_ADDR_TYPE_DIST,
		.addr = (uintptr_t)&dist,
	};
	xioctl(vm->gic, KVM_SET_DEVICE_ATTR, &attr);
	attr.attr = KVM_VGIC_V2_ADDR_TYPE_CPU;
	attr.addr = (uintptr_t)&cpu;
	xioctl(vm->gic, KVM_SET_DEVICE_ATTR, &attr);
	attr = (struct kvm_device_attr){
		.group = KVM_DEV_ARM_VGIC_GRP_CTRL,
		.attr = KVM_DEV_ARM_VGIC_CTRL_INIT,
	};
	xioctl(vm->gic, KVM_SET_DEVICE_ATTR, &attr);
}

int vm_irq_line(struct vm *vm, unsigned int type, unsigned int vcpu,
		unsigned int num, bool level)
{
	struct kvm_irq_level irq = {
		.irq = type << KVM_ARM_IRQ_TYPE_SHIFT |
		       vcpu << KVM_ARM_IRQ_VCPU_SHIFT | num,
		.level = level,
	};

	return ioctl(vm->fd, KVM_IRQ_LINE, &irq);
}

/* Adds the next vCPU, not initialised */
struct vcpu *vcpu_add(struct vm *vm)
{
	struct vcpu *vcpu = &vm->vcpus[vm->nr_vcpus];

	vcpu->vm = vm;
	vcpu->id = vm->nr_vcpus++;
	vcpu->fd = xioctl(vm->fd, KVM_CREATE_VCPU, vcpu->id);
	vcpu->run = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die("mmap of vCPU %u", vcpu->id);
	return vcpu;
}

/* Gives a vCPU its reset state; the first one of a VM is on, the others off */
void vcpu_init(struct vcpu *vcpu)
{
	struct kvm_vcpu_init init = vcpu->vm->init;

	if (!(vcpu->vm->flags & VM_PSCI_0_1))
		init.features[0] |= 1 << KVM_ARM_VCPU_PSCI_0_2;
	if (vcpu->id)
		init.features[0] |= 1 << KVM_ARM_VCPU_POWER_OFF;
	xioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init);
	vcpu->mpidr = get_reg32(vcpu, REG_MPIDR);
}

static void kicked(int sig)
{
	(void)sig;
}

/*
 * How often to do what takes long: n times, or a fifth of it in a kernel with
 * KASAN, which is many times slower.
 */
unsigned int times(unsigned int n)
{
	static int kasan = -1;

	if (kasan < 0)
		kasan = !system("zcat /proc/config.gz 2>/dev/null | grep -q ^CONFIG_KASAN=y");
	return kasan ? (n + 4) / 5 : n;
}

/* Memory that huge pages can back */
void *alloc_aligned(size_t size)
{
	size_t align = 2 << 20;
	u8 *p = mmap(NULL, size + align, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t lead = -(uintptr_t)p & (align - 1);

	if (p == MAP_FAILED)
		die("mmap of the guest's memory");
	if (lead)
		munmap(p, lead);
	munmap(p + lead + size, align - lead);
	return p + lead;
}

void vm_create(struct vm *vm, unsigned int nr_vcpus, unsigned int flags)
{
	struct sigaction act = { .sa_handler = kicked };
	unsigned int i;

	memset(vm, 0, sizeof(*vm));
	sigaction(SIG_KICK, &act, NULL);
	pthread_mutex_init(&vm->lock, NULL);
	pthread_cond_init(&vm->over, NULL);
	vm->flags = flags;
	vm->gic = -1;
	vm->kvm = open_kvm();
	vm->fd = xioctl(vm->kvm, KVM_CREATE_VM, 0);
	vm->run_size = xioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	xioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, &vm->init);

	if (!(flags & VM_NO_RAM)) {
		vm->ram = alloc_aligned(RAM_SIZE);
		vm_map(vm, 0, 0, RAM_BASE, RAM_SIZE, vm->ram);
	}
	for (i = 0; i < nr_vcpus; i++) {
		vcpu_add(vm);
		if (!(flags & VM_NO_INIT))
			vcpu_init(&vm->vcpus[i]);
	}
	if (!(flags & VM_NO_GIC))
		vm_create_gic(vm, 0);
}

void vm_destroy(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		munmap(vm->vcpus[i].run, vm->run_size);
		close(vm->vcpus[i].fd);
	}
	if (vm->gic >= 0)
		close(vm->gic);
	close(vm->fd);
	close(vm->kvm);
	if (vm->ram)
		munmap(vm->ram, RAM_SIZE);
}

int get_reg(struct vcpu *vcpu, u64 id, void *val)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)val };

	return ioctl(vcpu->fd, KVM_GET_ONE_REG, &reg);
}

int set_reg(struct vcpu *vcpu, u64 id, const void *val)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)val };

	return ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg);
}

static void reg_failed(const char *what, u64 id)
{
	die("%s of register 0x%llx", what, (unsigned long long)id);
}

u32 get_reg32(struct vcpu *vcpu, u64 id)
{
	u32 val;

	if (get_reg(vcpu, id, &val))
		reg_failed("KVM_GET_ONE_REG", id);
	return val;
}

void set_reg32(struct vcpu *vcpu, u64 id, u32 val)
{
	if (set_reg(vcpu, id, &val))
		reg_failed("KVM_SET_ONE_REG", id);
}

u64 get_reg64(struct vcpu *vcpu, u64 id)
{
	u64 val;

	if (get_reg(vcpu, id, &val))
		reg_failed("KVM_GET_ONE_REG", id);
	return val;
}

void set_reg64(struct vcpu *vcpu, u64 id, u64 val)
{
	if (set_reg(vcpu, id, &val))
		reg_failed("KVM_SET_ONE_REG", id);
}

/* A counter of the vCPU's binary statistics, by name */
u64 vcpu_stat(struct vcpu *vcpu, const char *name)
{
	int fd = xioctl(vcpu->fd, KVM_GET_STATS_FD, NULL);
	struct kvm_stats_header header;
	u8 buf[sizeof(struct kvm_stats_desc) + 256];
	struct kvm_stats_desc *desc = (void *)buf;
	size_t size;
	unsigned int i;
	u64 val;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		die("header of the statistics");
	size = sizeof(*desc) + header.name_size;
	for (i = 0; i < header.num_desc; i++) {
		if (size > sizeof(buf) ||
		    pread(fd, desc, size, header.desc_offset + i * size) != (ssize_t)size)
			die("descriptor %u of the statistics", i);
		if (strcmp(desc->name, name))
			continue;
		if (pread(fd, &val, 8, header.data_offset + desc->offset) != 8)
			die("statistics of %s", name);
		close(fd);
		return val;
	}
	errno = ENOENT;
	die("statistics of %s", name);
}

static const void *payload_at(u32 addr)
{
	return (const u8 *)payload_start + (addr - GUEST_BASE);
}

static const struct payload_test *payload_table(void)
{
	if (!payload_start || payload_start[1] != IMAGE_MAGIC) {
		errno = ENOEXEC;
		die("This program has no payload");
	}
	return payload_at(payload_start[2]);
}

unsigned int payload_tests(void)
{
	payload_table();
	return (payload_start[3] - payload_start[2]) / sizeof(struct payload_test);
}

const char *payload_test_name(unsigned int test)
{
	return payload_at(payload_table()[test].name);
}

unsigned int payload_test_cpus(unsigned int test)
{
	return payload_table()[test].cpus;
}

static unsigned int payload_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < payload_tests(); i++)
		if (!strcmp(payload_test_name(i), name))
			return i;
	errno = ENOENT;
	die("payload test %s", name);
}

/* Puts the image into the guest's memory and vCPU 0 at its start */
void vm_load(struct vm *vm, unsigned int test)
{
	memcpy(vm->ram + (GUEST_BASE - RAM_BASE), payload_start,
	       (const char *)payload_end - (const char *)payload_start);
	*(u32 *)(vm->ram + (TEST_INDEX_ADDR - RAM_BASE)) = test;
	set_reg32(&vm->vcpus[0], REG_PC, GUEST_BASE);
}

void vm_load_name(struct vm *vm, const char *name)
{
	vm_load(vm, payload_find(name));
}

static void put_console(struct vm *vm, char c)
{
	pthread_mutex_lock(&vm->lock);
	if (vm->console_len < sizeof(vm->console) - 1)
		vm->console[vm->console_len++] = c;
	pthread_mutex_unlock(&vm->lock);
}

void vm_show_console(struct vm *vm)
{
	char *save, *line;

	vm->console[vm->console_len] = 0;
	for (line = strtok_r(vm->console, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		ksft_print_msg("guest: %s\n", line);
	vm->console_len = 0;
	fflush(stdout);
}

static void end(struct vm *vm, u32 result)
{
	pthread_mutex_lock(&vm->lock);
	if (!vm->ended)
		vm->result = result;
	vm->ended = true;
	pthread_cond_signal(&vm->over);
	pthread_mutex_unlock(&vm->lock);
}

/* Where the guest has RAM for all of DEV_MEM */
static u8 *ram_for_mem(struct vm *vm, u32 addr)
{
	if (addr < RAM_BASE || addr - RAM_BASE > RAM_SIZE - sizeof(vm->mem))
		die("copying the test device's memory to or from 0x%08x", addr);
	return vm->ram + (addr - RAM_BASE);
}

/* Answers an access to the test device; tells whether the payload goes on */
static bool test_device(struct vcpu *vcpu, u32 offset, int *ret)
{
	struct kvm_run *run = vcpu->run;
	struct vm *vm = vcpu->vm;
	u32 val = 0, len = run->mmio.len;

	if (offset >= DEV_MEM && offset + len <= DEV_MEM + sizeof(vm->mem)) {
		if (run->mmio.is_write)
			memcpy(vm->mem + offset - DEV_MEM, run->mmio.data, len);
		else
			memcpy(run->mmio.data, vm->mem + offset - DEV_MEM, len);
		vm->last_mmio = *run;
		return true;
	}
	if (run->mmio.is_write)
		memcpy(&val, run->mmio.data, len < 4 ? len : 4);
	switch (offset) {
	case DEV_PUTC:
		put_console(vm, val);
		return true;
	case DEV_DONE:
		end(vm, val);
		*ret = VMM_DONE;
		return false;
	case DEV_SYNC:
		vm->sync = val;
		*ret = VMM_SYNC;
		return false;
	case DEV_MAGIC:
		val = IMAGE_MAGIC;
		break;
	case DEV_NR_CPUS:
		val = vm->nr_vcpus;
		break;
	case DEV_MPIDR ... DEV_MPIDR + 4 * MAX_CPUS - 1:
		val = vm->vcpus[(offset - DEV_MPIDR) / 4].mpidr;
		break;
	case DEV_ARG ... DEV_ARG + sizeof(vm->args) - 1:
		if (run->mmio.is_write)
			vm->args[(offset - DEV_ARG) / 4] = val;
		else
			val = vm->args[(offset - DEV_ARG) / 4];
		break;
	case DEV_IRQ_LEVEL:
		if (vm_irq_line(vm, KVM_ARM_IRQ_TYPE_SPI, 0, val >> 1, val & 1))
			die("KVM_IRQ_LINE for interrupt %u", val >> 1);
		return true;
	case DEV_MEM_FROM:
		memcpy(vm->mem, ram_for_mem(vm, val), sizeof(vm->mem));
		return true;
	case DEV_MEM_TO:
		memcpy(ram_for_mem(vm, val), vm->mem, sizeof(vm->mem));
		return true;
	default:
		*ret = VMM_EXIT;
		return false;
	}
	if (!run->mmio.is_write)
		memcpy(run->mmio.data, &val, len < 4 ? len : 4);
	return true;
}

/* Runs a vCPU until something happens that is not the test device's business */
int vcpu_run(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	int ret;

	for (;;) {
		if (ioctl(vcpu->fd, KVM_RUN, 0)) {
			vcpu->error = errno;
			return VMM_ERROR;
		}
		vcpu->exits++;
		if (run->exit_reason != KVM_EXIT_MMIO)
			return VMM_EXIT;
		/* The benchmarks' way: first, and short */
		if (run->mmio.phys_addr == TESTDEV_BASE + DEV_NULL) {
			memset(run->mmio.data, 0, sizeof(run->mmio.data));
			continue;
		}
		if (run->mmio.phys_addr < TESTDEV_BASE ||
		    run->mmio.phys_addr >= TESTDEV_BASE + 0x1000)
			return VMM_EXIT;
		if (!test_device(vcpu, run->mmio.phys_addr - TESTDEV_BASE, &ret))
			return ret;
	}
}

static void describe(struct vcpu *vcpu, int why)
{
	const struct kvm_run *run = vcpu->run;

	if (why == VMM_ERROR)
		ksft_print_msg("vCPU %u: KVM_RUN failed: %s\n", vcpu->id,
			       strerror(vcpu->error));
	else if (why == VMM_EXIT && run->exit_reason == KVM_EXIT_MMIO)
		ksft_print_msg("vCPU %u: MMIO %s of %u bytes at 0x%llx\n", vcpu->id,
			       run->mmio.is_write ? "write" : "read", run->mmio.len,
			       (unsigned long long)run->mmio.phys_addr);
	else if (why == VMM_EXIT)
		ksft_print_msg("vCPU %u: exit reason %u\n", vcpu->id, run->exit_reason);
	else
		ksft_print_msg("vCPU %u: %s\n", vcpu->id,
			       why == VMM_DONE ? "the payload has ended" : "sync");
	ksft_print_msg("vCPU %u: PC 0x%08x, CPSR 0x%08x\n", vcpu->id,
		       get_reg32(vcpu, REG_PC), get_reg32(vcpu, REG_CPSR));
}

/* Runs up to a given sync point of the payload; 0, or -1 and a description */
int vcpu_run_to_sync(struct vcpu *vcpu, u32 val)
{
	int why = vcpu_run(vcpu);

	if (why == VMM_SYNC && vcpu->vm->sync == val)
		return 0;
	ksft_print_msg("sync point %u expected\n", val);
	describe(vcpu, why);
	vm_show_console(vcpu->vm);
	return -1;
}

/* Runs the payload to its end, which must be a good one */
void vcpu_run_to_done(struct vcpu *vcpu)
{
	int why = vcpu_run(vcpu);

	if (why == VMM_DONE && vcpu->vm->result == RESULT_PASS)
		return;
	describe(vcpu, why);
	vm_show_console(vcpu->vm);
	errno = EPROTO;
	die("the payload has not passed");
}

/* Gets the vCPU's thread out of KVM_RUN, and lets it not in again */
void vcpu_kick(struct vcpu *vcpu)
{
	vcpu->run->immediate_exit = 1;
	pthread_kill(vcpu->thread, SIG_KICK);
}

static void *vcpu_thread(void *arg)
{
	struct vcpu *vcpu = arg;
	struct vm *vm = vcpu->vm;
	int why;

	do {
		why = vcpu_run(vcpu);
	} while (!vm->stop && (why == VMM_SYNC ||
			       (why == VMM_ERROR && vcpu->error == EINTR)));
	if (why != VMM_DONE && !vm->stop) {
		pthread_mutex_lock(&vm->lock);
		describe(vcpu, why);
		pthread_mutex_unlock(&vm->lock);
		end(vm, RESULT_FAIL);
	}
	return NULL;
}

/* Starts a thread for each vCPU */
void vm_start(struct vm *vm)
{
	unsigned int i;

	vm->stop = false;
	vm->ended = false;
	for (i = 0; i < vm->nr_vcpus; i++) {
		vm->vcpus[i].run->immediate_exit = 0;
		if (pthread_create(&vm->vcpus[i].thread, NULL, vcpu_thread,
				   &vm->vcpus[i]))
			die("pthread_create");
	}
}

/* Gets all vCPUs out of KVM_RUN, and ends their threads */
void vm_stop(struct vm *vm)
{
	unsigned int i;

	vm->stop = true;
	for (i = 0; i < vm->nr_vcpus; i++)
		vcpu_kick(&vm->vcpus[i]);
	for (i = 0; i < vm->nr_vcpus; i++) {
		pthread_join(vm->vcpus[i].thread, NULL);
		vm->vcpus[i].run->immediate_exit = 0;
	}
}

/* Waits for the end of the payload and stops all vCPUs; false if it hung */
bool vm_finish(struct vm *vm)
{
	struct timespec until;
	unsigned int i;
	bool in_time;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += HANG_SECONDS;
	pthread_mutex_lock(&vm->lock);
	while (!vm->ended &&
	       pthread_cond_timedwait(&vm->over, &vm->lock, &until) != ETIMEDOUT)
		;
	in_time = vm->ended;
	pthread_mutex_unlock(&vm->lock);

	vm_stop(vm);
	if (!in_time) {
		ksft_print_msg("the payload has not ended after %u s\n", HANG_SECONDS);
		for (i = 0; i < vm->nr_vcpus; i++)
			ksft_print_msg("vCPU %u: PC 0x%08x, CPSR 0x%08x\n", i,
				       get_reg32(&vm->vcpus[i], REG_PC),
				       get_reg32(&vm->vcpus[i], REG_CPSR));
	}
	return in_time;
}

/* Runs one test of the payload in a VM of its own; RESULT_* */
int vm_run_test(unsigned int test)
{
	static struct vm vm;
	bool in_time;

	vm_create(&vm, payload_test_cpus(test), 0);
	vm_load(&vm, test);
	vm_start(&vm);
	in_time = vm_finish(&vm);
	vm_show_console(&vm);
	vm_destroy(&vm);
	return in_time ? (int)vm.result : RESULT_FAIL;
}

int vm_run_name(const char *name)
{
	return vm_run_test(payload_find(name));
}
