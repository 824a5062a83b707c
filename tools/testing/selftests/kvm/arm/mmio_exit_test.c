// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_EXIT_MMIO and its relatives: what user space gets to see of accesses,
 * read-only memory, ioeventfd, coalesced MMIO, accesses without a syndrome.
 */
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "harness.h"

#define NOWHERE	0x0a000000ULL
#define POKE	(RAM_BASE + 0x04000000ULL)

FIXTURE(mmio) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(mmio)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(mmio)
{
	vm_destroy(&self->vm);
}

#define EXPECT_MMIO(address, length, write)				\
do {									\
	ASSERT_EQ(VMM_EXIT, vcpu_run(self->vcpu));			\
	ASSERT_EQ(KVM_EXIT_MMIO, self->vcpu->run->exit_reason);		\
	EXPECT_EQ(address, self->vcpu->run->mmio.phys_addr);		\
	EXPECT_EQ(length, self->vcpu->run->mmio.len);			\
	EXPECT_EQ(write, self->vcpu->run->mmio.is_write);		\
} while (0)

static u32 mmio_data(struct vcpu *vcpu)
{
	u32 val = 0;

	memcpy(&val, vcpu->run->mmio.data, vcpu->run->mmio.len);
	return val;
}

TEST_F(mmio, stores)
{
	vm_load_name(&self->vm, "stores");
	EXPECT_MMIO(NOWHERE + 1, 1, 1);
	EXPECT_EQ(0x11, mmio_data(self->vcpu));
	EXPECT_MMIO(NOWHERE + 2, 2, 1);
	EXPECT_EQ(0x2233, mmio_data(self->vcpu));
	EXPECT_MMIO(NOWHERE + 4, 4, 1);
	EXPECT_EQ(0x44556677, mmio_data(self->vcpu));
	vcpu_run_to_done(self->vcpu);
}

TEST_F(mmio, loads)
{
	static const unsigned int len[] = { 1, 2, 4, 1 }, offset[] = { 1, 2, 4, 0 };
	int i;

	vm_load_name(&self->vm, "loads");
	for (i = 0; i < 4; i++) {
		EXPECT_MMIO(NOWHERE + offset[i], len[i], 0);
		/* More than was asked for is ignored */
		memcpy(self->vcpu->run->mmio.data, "\x81\x82\x83\x84\x85\x86\x87\x88", 8);
		if (len[i] == 2)
			memcpy(self->vcpu->run->mmio.data, "\x81\x82", 2);
	}
	vcpu_run_to_done(self->vcpu);
}

/* An exit is completed by the next KVM_RUN, also one that returns at once */
TEST_F(mmio, completed_by_immediate_exit)
{
	vm_load_name(&self->vm, "loads");
	EXPECT_MMIO(NOWHERE + 1, 1, 0);
	self->vcpu->run->mmio.data[0] = 0x81;
	self->vcpu->run->immediate_exit = 1;
	EXPECT_ERRNO(EINTR, ioctl(self->vcpu->fd, KVM_RUN, 0));
	self->vcpu->run->immediate_exit = 0;
	self->vcpu->run->mmio.data[0] = 0;
	EXPECT_MMIO(NOWHERE + 2, 2, 0);
}

TEST_F(mmio, high_address)
{
	vm_load_name(&self->vm, "high_address");
	EXPECT_MMIO(0xffc0000000ULL + 0x12345678, 4, 1);
	EXPECT_EQ(0x5a, mmio_data(self->vcpu));
	vcpu_run_to_done(self->vcpu);
}

/*
 * Without a syndrome and without the capability the guest gets an external
 * abort of its own, which the payload does not expect.
 */
static void no_syndrome(struct __test_metadata *_metadata, struct vcpu *vcpu, const char *name)
{
	vm_load_name(vcpu->vm, name);
	ASSERT_EQ(VMM_DONE, vcpu_run(vcpu));
	EXPECT_EQ(RESULT_FAIL, vcpu->vm->result);
	vcpu->vm->console[vcpu->vm->console_len] = 0;
	EXPECT_TRUE(!!strstr(vcpu->vm->console, "unexpected data abort"));
	EXPECT_TRUE(!!strstr(vcpu->vm->console, "FSR 0x8, FAR 0x0a000000"));
}

TEST_F(mmio, no_syndrome)
{
	no_syndrome(_metadata, self->vcpu, "no_syndrome");
}

TEST_F(mmio, no_syndrome_pair)
{
	no_syndrome(_metadata, self->vcpu, "no_syndrome_pair");
}

TEST_F(mmio, no_syndrome_to_user)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_ARM_NISV_TO_USER };

	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_ENABLE_CAP, &cap));
	vm_load_name(&self->vm, "no_syndrome");
	ASSERT_EQ(VMM_EXIT, vcpu_run(self->vcpu));
	ASSERT_EQ(KVM_EXIT_ARM_NISV, self->vcpu->run->exit_reason);
	EXPECT_EQ(NOWHERE, self->vcpu->run->arm_nisv.fault_ipa);
}

static void give(struct vcpu *vcpu, u32 val)
{
	memcpy(vcpu->run->mmio.data, &val, sizeof(val));
}

TEST_F(mmio, load_list)
{
	u32 i;

	vm_load_name(&self->vm, "load_list");
	for (i = 0; i < 3; i++) {
		EXPECT_MMIO(NOWHERE + 4 * i, 4, 0);
		give(self->vcpu, i + 1);
	}
	vcpu_run_to_done(self->vcpu);
}

TEST_F(mmio, store_list)
{
	vm_load_name(&self->vm, "store_list");
	EXPECT_MMIO(NOWHERE, 4, 1);
	EXPECT_EQ(1, mmio_data(self->vcpu));
	EXPECT_MMIO(NOWHERE + 4, 4, 1);
	EXPECT_EQ(2, mmio_data(self->vcpu));
	vcpu_run_to_done(self->vcpu);
}

/* In the middle nothing has changed yet; then the rest goes on, and all is done */
TEST_F(mmio, list_and_immediate_exit)
{
	u32 pc;

	vm_load_name(&self->vm, "load_list");
	EXPECT_MMIO(NOWHERE, 4, 0);
	pc = get_reg32(self->vcpu, REG_PC);
	give(self->vcpu, 1);
	self->vcpu->run->immediate_exit = 1;
	EXPECT_MMIO(NOWHERE + 4, 4, 0);
	EXPECT_EQ(pc, get_reg32(self->vcpu, REG_PC));
	EXPECT_EQ(0x44, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r4)));
	give(self->vcpu, 2);
	EXPECT_MMIO(NOWHERE + 8, 4, 0);
	EXPECT_EQ(pc, get_reg32(self->vcpu, REG_PC));
	EXPECT_EQ(0x44, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r4)));
	give(self->vcpu, 3);
	EXPECT_ERRNO(EINTR, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(pc + 4, get_reg32(self->vcpu, REG_PC));
	EXPECT_EQ(1, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r4)));
	EXPECT_EQ(3, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r6)));
	self->vcpu->run->immediate_exit = 0;
	vcpu_run_to_done(self->vcpu);
}

/* An abort in the middle takes the place of the whole instruction */
TEST_F(mmio, external_abort_in_list)
{
	struct kvm_vcpu_events events = { .exception.ext_dabt_pending = 1 };

	vm_load_name(&self->vm, "load_list");
	EXPECT_MMIO(NOWHERE, 4, 0);
	give(self->vcpu, 1);
	EXPECT_MMIO(NOWHERE + 4, 4, 0);
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_VCPU_EVENTS, &events));
	EXPECT_EQ(0x44, get_reg32(self->vcpu, CORE_REG(usr_regs.ARM_r4)));
	ASSERT_EQ(VMM_DONE, vcpu_run(self->vcpu));
	EXPECT_EQ(RESULT_FAIL, self->vm.result);
	self->vm.console[self->vm.console_len] = 0;
	EXPECT_TRUE(!!strstr(self->vm.console, "unexpected data abort"));
}

/* A vCPU that is reset there begins anew, the other words are forgotten */
TEST_F(mmio, reset_in_list)
{
	vm_load_name(&self->vm, "load_list");
	EXPECT_MMIO(NOWHERE, 4, 0);
	give(self->vcpu, 1);
	EXPECT_MMIO(NOWHERE + 4, 4, 0);
	vcpu_init(self->vcpu);
	vm_load_name(&self->vm, "store_list");
	EXPECT_MMIO(NOWHERE, 4, 1);
	EXPECT_MMIO(NOWHERE + 4, 4, 1);
	vcpu_run_to_done(self->vcpu);
}

TEST_F(mmio, unaligned_normal)
{
	vm_load_name(&self->vm, "unaligned_normal");
	EXPECT_MMIO(RAM_BASE + RAM_SIZE + 0x1002, 4, 0);
	give(self->vcpu, 0x11223344);
	vcpu_run_to_done(self->vcpu);
}

TEST_F(mmio, external_abort_for_mmio)
{
	struct kvm_vcpu_events events = { .exception.ext_dabt_pending = 1 };

	vm_load_name(&self->vm, "loads");
	EXPECT_MMIO(NOWHERE + 1, 1, 0);
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_VCPU_EVENTS, &events));
	/* The payload does not expect it: it says so */
	ASSERT_EQ(VMM_DONE, vcpu_run(self->vcpu));
	EXPECT_EQ(RESULT_FAIL, self->vm.result);
	self->vm.console[self->vm.console_len] = 0;
	EXPECT_TRUE(!!strstr(self->vm.console, "unexpected data abort"));
	EXPECT_TRUE(!!strstr(self->vm.console, "FSR 0x8, FAR 0x0a000001"));
}

/* Instructions cannot come from a device: the guest's own prefetch abort */
TEST_F(mmio, fetch_from_device)
{
	vm_load_name(&self->vm, "fetch_from_device");
	ASSERT_EQ(VMM_DONE, vcpu_run(self->vcpu));
	EXPECT_EQ(RESULT_FAIL, self->vm.result);
	self->vm.console[self->vm.console_len] = 0;
	EXPECT_TRUE(!!strstr(self->vm.console, "unexpected prefetch abort at 0x09000000"));
}

FIXTURE(slots) {
	struct vm vm;
	struct vcpu *vcpu;
	u8 *mem;
};

/* The second half of the memory is a slot that tests may change */
FIXTURE_SETUP(slots)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
	vm_map(&self->vm, 0, 0, RAM_BASE, 0, NULL);
	vm_map(&self->vm, 1, 0, RAM_BASE, 0x04000000, self->vm.ram);
	self->mem = self->vm.ram + 0x04000000;
	vm_load_name(&self->vm, "poke");
}

FIXTURE_TEARDOWN(slots)
{
	vm_destroy(&self->vm);
}

/* One read and one write by the guest */
static u32 poke(struct __test_metadata *_metadata, struct vm *vm, u32 offset, u32 val)
{
	vm->args[0] = offset;
	vm->args[2] = val;
	ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[0], 1));
	ASSERT_EQ(0, vcpu_run_to_sync(&vm->vcpus[0], 2));
	return vm->args[1];
}

TEST_F(slots, readonly)
{
	vm_map(&self->vm, 2, KVM_MEM_READONLY, POKE, 0x200000, self->mem);
	*(u32 *)(self->mem + 0x1000) = 0x12345678;
	self->vm.args[0] = 0x1000;
	self->vm.args[2] = 0x77;
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	EXPECT_EQ(0x12345678, self->vm.args[1]);
	EXPECT_MMIO(POKE + 0x1000, 4, 1);
	EXPECT_EQ(0x77, mmio_data(self->vcpu));
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
	EXPECT_EQ(0x12345678, *(u32 *)(self->mem + 0x1000));
	/* Nor when a write is the first access to a page */
	self->vm.args[0] = 0x5000;
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	EXPECT_MMIO(POKE + 0x5000, 4, 1);
	EXPECT_EQ(0, *(u32 *)(self->mem + 0x5000));
}

TEST_F(slots, appear_move_and_go)
{
	/* Nothing there: an exit */
	self->vm.args[0] = 0x1000;
	EXPECT_MMIO(POKE + 0x1000, 4, 0);
	vm_map(&self->vm, 2, 0, POKE, 0x200000, self->mem);
	memset(self->vcpu->run->mmio.data, 0, 8);
	self->vm.args[2] = 0x99;
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
	EXPECT_EQ(0x99, *(u32 *)(self->mem + 0x1000));
	/* Moved by 2 MiB: the content with it */
	vm_map(&self->vm, 2, 0, POKE + 0x200000, 0x200000, self->mem);
	EXPECT_EQ(0x99, poke(_metadata, &self->vm, 0x201000, 0x98));
	EXPECT_EQ(0x98, *(u32 *)(self->mem + 0x1000));
	self->vm.args[0] = 0x1000;
	EXPECT_MMIO(POKE + 0x1000, 4, 0);
	/* Gone */
	vm_map(&self->vm, 2, 0, POKE + 0x200000, 0, NULL);
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	self->vm.args[0] = 0x201000;
	EXPECT_MMIO(POKE + 0x201000, 4, 1);
	EXPECT_EQ(0x98, *(u32 *)(self->mem + 0x1000));
}

/* The same guest page with other memory behind it */
TEST_F(slots, replaced)
{
	vm_map(&self->vm, 2, 0, POKE, 0x200000, self->mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x3000, 1));
	vm_map(&self->vm, 2, 0, POKE, 0, NULL);
	vm_map(&self->vm, 2, 0, POKE, 0x200000, self->mem + 0x200000);
	*(u32 *)(self->mem + 0x203000) = 2;
	EXPECT_EQ(2, poke(_metadata, &self->vm, 0x3000, 3));
	EXPECT_EQ(1, *(u32 *)(self->mem + 0x3000));
	EXPECT_EQ(3, *(u32 *)(self->mem + 0x203000));
}

/* KVM_CAP_SYNC_MMU: what user space does to its memory the guest sees at once */
TEST_F(slots, discarded_and_remapped)
{
	void *p;

	vm_map(&self->vm, 2, 0, POKE, 0x400000, self->mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x1000, 0x11));
	ASSERT_EQ(0, madvise(self->mem, 0x200000, MADV_DONTNEED));
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x1000, 0x12));
	p = mmap(self->mem, 0x200000, PROT_READ | PROT_WRITE,
		 MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_TRUE(p == self->mem);
	*(u32 *)(self->mem + 0x1000) = 0x13;
	EXPECT_EQ(0x13, poke(_metadata, &self->vm, 0x1000, 0x14));
	EXPECT_EQ(0x14, *(u32 *)(self->mem + 0x1000));
}

/* No memory behind a slot: KVM_RUN fails, the host does not */
TEST_F(slots, unmapped)
{
	vm_map(&self->vm, 2, 0, POKE, 0x200000, self->mem);
	EXPECT_EQ(0, poke(_metadata, &self->vm, 0x1000, 1));
	ASSERT_EQ(0, mprotect(self->mem, 0x200000, PROT_NONE));
	self->vm.args[0] = 0x1000;
	ASSERT_EQ(VMM_ERROR, vcpu_run(self->vcpu));
	EXPECT_EQ(EFAULT, self->vcpu->error);
	ASSERT_EQ(0, mprotect(self->mem, 0x200000, PROT_READ | PROT_WRITE));
	EXPECT_EQ(1, poke(_metadata, &self->vm, 0x1000, 2));
}

/* Dirty log: what is written is in it, once, and nothing else is */
static unsigned int dirty_pages(struct vm *vm, u32 *bitmap)
{
	struct kvm_dirty_log log = { .slot = 2, .dirty_bitmap = bitmap };
	unsigned int i, n = 0;

	memset(bitmap, 0xff, 512 / 8);
	xioctl(vm->fd, KVM_GET_DIRTY_LOG, &log);
	for (i = 0; i < 512 / 32; i++)
		n += __builtin_popcount(bitmap[i]);
	return n;
}

static void dirty_log(struct __test_metadata *_metadata, struct vm *vm, u8 *mem)
{
	u32 bitmap[512 / 32];

	/* Written before there is a log: unknown to it */
	poke(_metadata, vm, 0x7000, 1);
	vm_map(vm, 2, KVM_MEM_LOG_DIRTY_PAGES, POKE, 0x200000, mem);
	dirty_pages(vm, bitmap);
	EXPECT_EQ(0, dirty_pages(vm, bitmap));
	poke(_metadata, vm, 0x7000, 2);
	poke(_metadata, vm, 0x40000, 2);
	poke(_metadata, vm, 0x1ff000, 2);
	EXPECT_EQ(3, dirty_pages(vm, bitmap));
	EXPECT_EQ(1U << 7, bitmap[0]);
	EXPECT_EQ(1U << 0, bitmap[2]);
	EXPECT_EQ(1U << 31, bitmap[15]);
	EXPECT_EQ(0, dirty_pages(vm, bitmap));
	/* Once more the same page */
	poke(_metadata, vm, 0x40000, 3);
	EXPECT_EQ(1, dirty_pages(vm, bitmap));
	EXPECT_EQ(1U << 0, bitmap[2]);
	/* Off and on again */
	vm_map(vm, 2, 0, POKE, 0x200000, mem);
	poke(_metadata, vm, 0x40000, 4);
	vm_map(vm, 2, KVM_MEM_LOG_DIRTY_PAGES, POKE, 0x200000, mem);
	poke(_metadata, vm, 0x50000, 4);
	dirty_pages(vm, bitmap);
	EXPECT_EQ(1U << 16, bitmap[2] & 1U << 16);
	EXPECT_EQ(4, *(u32 *)(mem + 0x50000));
}

TEST_F(slots, dirty_log)
{
	madvise(self->vm.ram, RAM_SIZE, MADV_NOHUGEPAGE);
	vm_map(&self->vm, 2, 0, POKE, 0x200000, self->mem);
	dirty_log(_metadata, &self->vm, self->mem);
}

TEST_F(slots, dirty_log_of_huge_page)
{
	madvise(self->vm.ram, RAM_SIZE, MADV_HUGEPAGE);
	vm_map(&self->vm, 2, 0, POKE, 0x200000, self->mem);
	dirty_log(_metadata, &self->vm, self->mem);
}

/* Reads are not logged, though they map the page */
TEST_F(slots, dirty_log_ignores_reads)
{
	u32 bitmap[512 / 32];

	memset(self->mem, 1, 0x200000);
	vm_map(&self->vm, 2, KVM_MEM_LOG_DIRTY_PAGES, POKE, 0x200000, self->mem);
	self->vm.args[0] = 0x9000;
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	EXPECT_EQ(0x01010101, self->vm.args[1]);
	EXPECT_EQ(0, dirty_pages(&self->vm, bitmap));
}

/* ioeventfd */

static int ioeventfd(struct vm *vm, u64 addr, u32 len, int fd, u32 flags,
		     u64 datamatch)
{
	struct kvm_ioeventfd arg = {
		.datamatch = datamatch, .addr = addr, .len = len, .fd = fd, .flags = flags,
	};

	return ioctl(vm->fd, KVM_IOEVENTFD, &arg);
}

TEST_F(mmio, ioeventfd)
{
	int match = eventfd(0, EFD_NONBLOCK), any = eventfd(0, EFD_NONBLOCK);
	u64 count;

	ASSERT_EQ(0, ioeventfd(&self->vm, NOWHERE + 0x100, 4, match,
			       KVM_IOEVENTFD_FLAG_DATAMATCH, 1));
	ASSERT_EQ(0, ioeventfd(&self->vm, NOWHERE + 0x200, 0, any, 0, 0));
	vm_load_name(&self->vm, "doorbell");
	/* The 2 does not match and comes out */
	EXPECT_MMIO(NOWHERE + 0x100, 4, 1);
	EXPECT_EQ(2, mmio_data(self->vcpu));
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 3));
	ASSERT_EQ(8, read(match, &count, 8));
	EXPECT_EQ(2, count);
	ASSERT_EQ(8, read(any, &count, 8));
	EXPECT_EQ(2, count);
	/* Taken away, everything comes out */
	EXPECT_EQ(0, ioeventfd(&self->vm, NOWHERE + 0x200, 0, any,
			       KVM_IOEVENTFD_FLAG_DEASSIGN, 0));
	EXPECT_ERRNO(ENOENT, ioeventfd(&self->vm, NOWHERE + 0x200, 0, any,
				       KVM_IOEVENTFD_FLAG_DEASSIGN, 0));
}

/* Which device an access is for is found out for each of an instruction's */
TEST_F(mmio, list_over_devices)
{
	int fd = eventfd(0, EFD_NONBLOCK);
	u64 count;

	ASSERT_EQ(0, ioeventfd(&self->vm, NOWHERE + 0x100, 4, fd,
			       KVM_IOEVENTFD_FLAG_DATAMATCH, 2));
	vm_load_name(&self->vm, "list_over_doorbell");
	EXPECT_MMIO(NOWHERE + 0xfc, 4, 1);
	EXPECT_EQ(1, mmio_data(self->vcpu));
	EXPECT_MMIO(NOWHERE + 0x104, 4, 1);
	EXPECT_EQ(3, mmio_data(self->vcpu));
	vcpu_run_to_done(self->vcpu);
	ASSERT_EQ(8, read(fd, &count, 8));
	EXPECT_EQ(1, count);
}

TEST_F(mmio, ioeventfd_bad)
{
	int fd = eventfd(0, 0);

	EXPECT_ERRNO(EINVAL, ioeventfd(&self->vm, NOWHERE, 3, fd, 0, 0));
	EXPECT_ERRNO(EINVAL, ioeventfd(&self->vm, NOWHERE, 16, fd, 0, 0));
	EXPECT_ERRNO(EINVAL, ioeventfd(&self->vm, -2ULL, 4, fd, 0, 0));
	EXPECT_ERRNO(EINVAL, ioeventfd(&self->vm, NOWHERE, 4, fd, 1 << 9, 0));
	EXPECT_EQ(-1, ioeventfd(&self->vm, NOWHERE, 4, -1, 0, 0));
	EXPECT_EQ(0, ioeventfd(&self->vm, NOWHERE, 4, fd, 0, 0));
	EXPECT_ERRNO(EEXIST, ioeventfd(&self->vm, NOWHERE, 4, fd, 0, 0));
}

TEST_F(mmio, coalesced_bad)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = NOWHERE, .size = 4, .pio = 2 };

	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_REGISTER_COALESCED_MMIO, &zone));
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_UNREGISTER_COALESCED_MMIO, &zone));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_REGISTER_COALESCED_MMIO, NULL));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_UNREGISTER_COALESCED_MMIO, NULL));
	/* Every store comes out */
	vm_load_name(&self->vm, "stores");
	EXPECT_MMIO(NOWHERE + 1, 1, 1);
	EXPECT_MMIO(NOWHERE + 2, 2, 1);
	EXPECT_MMIO(NOWHERE + 4, 4, 1);
}

TEST_F(mmio, coalesced)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = NOWHERE + 0x300, .size = 0x100 };
	struct kvm_coalesced_mmio_ring *ring = (void *)self->vcpu->run +
		KVM_COALESCED_MMIO_PAGE_OFFSET * sysconf(_SC_PAGESIZE);
	u32 i, val;

	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_REGISTER_COALESCED_MMIO, &zone));
	vm_load_name(&self->vm, "coalesced");
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 4));
	ASSERT_EQ(10, ring->last - ring->first);
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(NOWHERE + 0x300, ring->coalesced_mmio[ring->first + i].phys_addr);
		EXPECT_EQ(4, ring->coalesced_mmio[ring->first + i].len);
		memcpy(&val, ring->coalesced_mmio[ring->first + i].data, 4);
		EXPECT_EQ(i, val);
	}
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_UNREGISTER_COALESCED_MMIO, &zone));
}

TEST_HARNESS_MAIN
