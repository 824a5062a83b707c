// SPDX-License-Identifier: GPL-2.0-only
/*
 * The payload as a guest of Xen. No VMM chooses a test there: all those for one
 * CPU run, one after the other, but those of memory that Xen gives at once.
 */
#include "guest.h"

extern const struct guest_test __tests_start[], __tests_end[];

static bool starts_with(const char *s, const char *with)
{
	while (*with)
		if (*s++ != *with++)
			return false;
	return true;
}

void guest_main(void)
{
	const struct guest_test *test;

	for (test = __tests_start; test < __tests_end; test++)
		if (test->cpus == 1 && !starts_with(test->name, "touch"))
			test->fn();
	print("RESULT pass\n");
	hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		wfi();
}
