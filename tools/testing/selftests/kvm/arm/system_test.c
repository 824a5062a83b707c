// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctls of /dev/kvm and the capabilities, Documentation/virt/kvm/api.rst.
 */
#include <unistd.h>
#include "harness.h"

FIXTURE(system) {
	int kvm;
};

FIXTURE_SETUP(system)
{
	self->kvm = open_kvm();
}

FIXTURE_TEARDOWN(system)
{
	close(self->kvm);
}

TEST_F(system, api_version)
{
	EXPECT_EQ(12, ioctl(self->kvm, KVM_GET_API_VERSION, 0));
	EXPECT_ERRNO(EINVAL, ioctl(self->kvm, KVM_GET_API_VERSION, 1));
}

TEST_F(system, create_vm)
{
	int vm = ioctl(self->kvm, KVM_CREATE_VM, 0);

	ASSERT_LE(0, vm);
	close(vm);
	EXPECT_ERRNO(EINVAL, ioctl(self->kvm, KVM_CREATE_VM, 1));
	EXPECT_ERRNO(EINVAL, ioctl(self->kvm, KVM_CREATE_VM, ~0UL));
}

TEST_F(system, vcpu_mmap_size)
{
	int size = ioctl(self->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	/* The coalesced ring is at page KVM_CAP_COALESCED_MMIO */
	EXPECT_LE(2 * sysconf(_SC_PAGESIZE), size);
	EXPECT_EQ(0, size % sysconf(_SC_PAGESIZE));
	EXPECT_ERRNO(EINVAL, ioctl(self->kvm, KVM_GET_VCPU_MMAP_SIZE, 1));
}

TEST_F(system, unknown_ioctl)
{
	EXPECT_EQ(-1, ioctl(self->kvm, _IO(KVMIO, 0x7f), 0));
	EXPECT_TRUE(errno == EINVAL || errno == ENOTTY);
	/* Those of other architectures */
	EXPECT_EQ(-1, ioctl(self->kvm, _IOWR(KVMIO, 0x05, struct { int n; }), 0));
	EXPECT_TRUE(errno == EINVAL || errno == ENOTTY);
}

static const struct {
	const char *name;
	int nr;
	int min;
	int max;
} caps[] = {
#define CAP(name, min, max)	{ #name, KVM_CAP_##name, min, max }
#define MANY			0x7fffffff
	CAP(IRQCHIP, 1, 1),
	CAP(USER_MEMORY, 1, 1),
	CAP(DESTROY_MEMORY_REGION_WORKS, 1, 1),
	CAP(JOIN_MEMORY_REGIONS_WORKS, 1, 1),
	CAP(NR_VCPUS, 1, 8),
	CAP(MAX_VCPUS, 8, 8),
	CAP(MAX_VCPU_ID, 8, MANY),
	CAP(NR_MEMSLOTS, 32, MANY),
	CAP(SYNC_MMU, 1, 1),
	CAP(COALESCED_MMIO, KVM_COALESCED_MMIO_PAGE_OFFSET, KVM_COALESCED_MMIO_PAGE_OFFSET),
	CAP(IRQ_ROUTING, 1, MANY),
	CAP(IRQFD, 1, 1),
	CAP(IRQFD_RESAMPLE, 1, 1),
	CAP(IOEVENTFD, 1, 1),
	CAP(IOEVENTFD_ANY_LENGTH, 1, 1),
	CAP(INTERNAL_ERROR_DATA, 1, 1),
	CAP(MP_STATE, 1, 1),
	CAP(VCPU_EVENTS, 1, 1),
	CAP(ONE_REG, 1, 1),
	CAP(READONLY_MEM, 1, 1),
	CAP(ARM_PSCI, 1, 1),
	CAP(ARM_PSCI_0_2, 1, 1),
	CAP(ARM_SET_DEVICE_ADDR, 1, 1),
	CAP(DEVICE_CTRL, 1, 1),
	CAP(CHECK_EXTENSION_VM, 1, 1),
	CAP(ENABLE_CAP_VM, 1, 1),
	CAP(VCPU_ATTRIBUTES, 1, 1),
	CAP(IMMEDIATE_EXIT, 1, 1),
	CAP(ARM_USER_IRQ, 1, MANY),
	CAP(ARM_NISV_TO_USER, 1, 1),
	CAP(ARM_IRQ_LINE_LAYOUT_2, 1, 1),
	CAP(ARM_INJECT_EXT_DABT, 1, 1),
	CAP(MANUAL_DIRTY_LOG_PROTECT2, 1, 3),
	CAP(HALT_POLL, 1, 1),
	CAP(BINARY_STATS_FD, 1, 1),
	CAP(PTP_KVM, 1, 1),
	/* Whether the host's perf has a PMU */
	CAP(ARM_PMU_V3, 0, 1),
	/* What a 32-bit host has not */
	CAP(ARM_EL1_32BIT, 0, 0),
	CAP(ARM_SVE, 0, 0),
	CAP(ARM_PTRAUTH_ADDRESS, 0, 0),
	CAP(ARM_INJECT_SERROR_ESR, 0, 0),
	CAP(GUEST_DEBUG_HW_BPS, 2, 16),
	CAP(GUEST_DEBUG_HW_WPS, 1, 16),
	/* What other architectures have */
	CAP(HLT, 0, 0),
	CAP(PIT, 0, 0),
	CAP(VAPIC, 0, 0),
	CAP(SET_TSS_ADDR, 0, 0),
};

TEST_F(system, capabilities)
{
	int vm = ioctl(self->kvm, KVM_CREATE_VM, 0);
	unsigned int i;

	ASSERT_LE(0, vm);
	for (i = 0; i < ARRAY_SIZE(caps); i++) {
		int sys = ioctl(self->kvm, KVM_CHECK_EXTENSION, caps[i].nr);

		EXPECT_LE(caps[i].min, sys)
			TH_LOG("KVM_CAP_%s is %d", caps[i].name, sys);
		EXPECT_GE(caps[i].max, sys)
			TH_LOG("KVM_CAP_%s is %d", caps[i].name, sys);
		EXPECT_EQ(sys, ioctl(vm, KVM_CHECK_EXTENSION, caps[i].nr))
			TH_LOG("KVM_CAP_%s of the VM differs", caps[i].name);
	}
	EXPECT_EQ(0, ioctl(self->kvm, KVM_CHECK_EXTENSION, 0x7fff));
	close(vm);
}

/* Every number there is answers something that is no error */
TEST_F(system, capability_numbers)
{
	int nr;

	for (nr = 0; nr < 512; nr++)
		EXPECT_LE(0, ioctl(self->kvm, KVM_CHECK_EXTENSION, nr));
}

TEST_HARNESS_MAIN
