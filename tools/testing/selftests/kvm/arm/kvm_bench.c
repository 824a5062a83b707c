// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm_bench [NAME]...: what single operations cost, each in a VM of its own.
 *
 * Prints a line "name value" for each: instructions an operation, if the board
 * counts instructions (board/run --icount: 62.5 MHz, one tick is 16). It
 * measures and asserts nothing; its status is 1 if a payload did not end well.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kselftest.h"
#include "vmm.h"

#define INSNS_PER_TICK	16

static void pin(pthread_t thread, unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_setaffinity_np(thread, sizeof(set), &set);
}

/* Runs one benchmark in this process */
static int bench(unsigned int test)
{
	const char *name = payload_test_name(test);
	unsigned long long ticks;
	static struct vm vm;
	unsigned int i, n;
	char *line;

	vm_create(&vm, payload_test_cpus(test), 0);
	madvise(vm.ram, RAM_SIZE,
		strcmp(name, "touch_2m") ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
	vm_load(&vm, test);
	vm_start(&vm);
	for (i = 0; i < vm.nr_vcpus; i++)
		pin(vm.vcpus[i].thread, i);
	if (!vm_finish(&vm) || vm.result != RESULT_PASS) {
		vm_show_console(&vm);
		return KSFT_FAIL;
	}
	line = strstr(vm.console, "BENCH ");
	if (!line || sscanf(line, "BENCH %*s %llu %u", &ticks, &n) != 2 || !n)
		return KSFT_FAIL;
	printf("%-12s %12.1f\n", name, (double)ticks * INSNS_PER_TICK / n);
	return KSFT_PASS;
}

static bool wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(name, argv[i]))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	int status, failed = 0;
	unsigned int i;

	close(open_kvm());
	for (i = 0; i < payload_tests(); i++) {
		if (!wanted(payload_test_name(i), argc, argv))
			continue;
		if ((long)payload_test_cpus(i) > sysconf(_SC_NPROCESSORS_ONLN)) {
			printf("# %s needs %u processors of the board\n",
			       payload_test_name(i), payload_test_cpus(i));
			continue;
		}
		fflush(stdout);
		if (!fork())
			exit(bench(i));
		if (wait(&status) < 0 || status) {
			printf("# %s has failed\n", payload_test_name(i));
			failed = 1;
		}
	}
	return failed;
}
