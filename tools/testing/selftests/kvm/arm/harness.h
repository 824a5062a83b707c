/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests with code of their own have in common */
#ifndef HARNESS_H
#define HARNESS_H

#include <errno.h>
#include <sys/ioctl.h>
#include "kselftest_harness.h"
#include "vmm.h"

/* A call that has to fail with a certain errno */
#define EXPECT_ERRNO(want, call)					\
do {									\
	errno = 0;							\
	EXPECT_EQ(-1, (call));						\
	EXPECT_EQ(want, errno);						\
} while (0)

/* A fixture of one VM: FIXTURE_VM(name, vCPUs, flags of vm_create()) */
#define FIXTURE_VM(name, nr, flags)					\
FIXTURE(name) {								\
	struct vm vm;							\
	struct vcpu *vcpu;						\
};									\
FIXTURE_SETUP(name)							\
{									\
	(void)variant;							\
	vm_create(&self->vm, nr, flags);				\
	self->vcpu = &self->vm.vcpus[0];				\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	(void)variant;							\
	vm_destroy(&self->vm);						\
}

/* A fixture of nothing, for tests with a time limit of their own */
#define FIXTURE_EMPTY(name)						\
FIXTURE(name) {								\
	char nothing;							\
};									\
FIXTURE_SETUP(name)							\
{									\
	(void)variant;							\
	(void)self;							\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	(void)variant;							\
	(void)self;							\
}

#endif
