/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests with code of their own have in common */
#ifndef HARNESS_H
#define HARNESS_H

#include <errno.h>
#include <sys/ioctl.h>
#include "kselftest_harness.h"
#include "vmm.h"

/* Ends a test that hangs, on the slowest board with the slowest kernel: no test is timed */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	300

/* A call that has to fail with a certain errno */
#define EXPECT_ERRNO(want, call)					\
do {									\
	errno = 0;							\
	EXPECT_EQ(-1, (call));						\
	EXPECT_EQ(want, errno);						\
} while (0)

#endif
