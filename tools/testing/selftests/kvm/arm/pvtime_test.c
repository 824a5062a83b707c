// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time: the attribute of a vCPU, Documentation/virt/kvm/devices/vcpu.rst, and
 * a guest whose vCPU shares its CPU with a busy thread.
 */
#include <sched.h>
#include <time.h>
#include "harness.h"

#define STRUCTURE	(RAM_BASE + 0x06000040ULL)
#define GROUP		KVM_ARM_VCPU_PVTIME_CTRL
#define IPA		KVM_ARM_VCPU_PVTIME_IPA

FIXTURE(pvtime) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(pvtime)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(pvtime)
{
	vm_destroy(&self->vm);
}

static int attr(struct vcpu *vcpu, unsigned int op, u64 nr, u64 *val)
{
	struct kvm_device_attr attr = { .group = GROUP, .attr = nr, .addr = (uintptr_t)val };

	return ioctl(vcpu->fd, op, &attr);
}

static int set_ipa(struct vcpu *vcpu, u64 ipa)
{
	return attr(vcpu, KVM_SET_DEVICE_ATTR, IPA, &ipa);
}

TEST_F(pvtime, attribute)
{
	u64 val = 0;

	EXPECT_EQ(1, ioctl(self->vm.fd, KVM_CHECK_EXTENSION, KVM_CAP_STEAL_TIME));
	EXPECT_EQ(0, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, IPA, NULL));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, IPA + 1, NULL));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_SET_DEVICE_ATTR, IPA + 1, &val));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IPA + 1, &val));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IPA, &val));
	EXPECT_ERRNO(EFAULT, attr(self->vcpu, KVM_SET_DEVICE_ATTR, IPA, NULL));
	EXPECT_ERRNO(EINVAL, set_ipa(self->vcpu, STRUCTURE + 32));
	EXPECT_ERRNO(EINVAL, set_ipa(self->vcpu, RAM_BASE + RAM_SIZE));
	EXPECT_ERRNO(EINVAL, set_ipa(self->vcpu, STRUCTURE + (1ULL << 32)));
	EXPECT_ERRNO(EINVAL, set_ipa(self->vcpu, 0));
	EXPECT_ERRNO(EINVAL, set_ipa(self->vcpu, ~63ULL));
	/* Nothing of this has set it */
	vm_load_name(&self->vm, "unknown");
	vcpu_run_to_done(self->vcpu);
	ASSERT_EQ(0, set_ipa(self->vcpu, STRUCTURE));
	EXPECT_ERRNO(EEXIST, set_ipa(self->vcpu, STRUCTURE));
	EXPECT_ERRNO(EEXIST, set_ipa(self->vcpu, STRUCTURE + 64));
	EXPECT_ERRNO(EFAULT, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IPA, NULL));
	EXPECT_EQ(0, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IPA, &val));
	EXPECT_EQ(STRUCTURE, val);
}

TEST_F(pvtime, structure)
{
	ASSERT_EQ(0, set_ipa(self->vcpu, STRUCTURE));
	vm_load_name(&self->vm, "structure_cleared");
	self->vm.args[0] = STRUCTURE;
	vcpu_run_to_done(self->vcpu);
}

/* The memory went after it was set: the guest is told that there is none */
TEST_F(pvtime, memory_gone)
{
	vm_map(&self->vm, 0, 0, RAM_BASE, 0, NULL);
	vm_map(&self->vm, 0, 0, RAM_BASE, 0x04000000, self->vm.ram);
	vm_map(&self->vm, 1, 0, RAM_BASE + 0x06000000, 0x1000, self->vm.ram + 0x06000000);
	ASSERT_EQ(0, set_ipa(self->vcpu, STRUCTURE));
	vm_map(&self->vm, 1, 0, RAM_BASE + 0x06000000, 0, NULL);
	vm_load_name(&self->vm, "no_structure");
	vcpu_run_to_done(self->vcpu);
}

static u64 nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static shared bool over;

static void *busy(void *arg)
{
	while (!over)
		;
	return NULL;
}

TEST_F(pvtime, stolen)
{
	u64 start, stolen;
	pthread_t thread;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(set), &set));
	ASSERT_EQ(0, set_ipa(self->vcpu, STRUCTURE));
	ASSERT_EQ(0, pthread_create(&thread, NULL, busy, NULL));
	vm_load_name(&self->vm, "stolen");
	self->vm.args[0] = STRUCTURE;
	start = nanoseconds();
	vcpu_run_to_done(self->vcpu);
	stolen = (u64)self->vm.args[3] << 32 | self->vm.args[2];
	over = true;
	EXPECT_LT(0, stolen);
	EXPECT_GT(nanoseconds() - start, stolen);
	pthread_join(thread, NULL);
}

TEST_HARNESS_MAIN
