// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program around payloads whose tests need nothing of the VMM: runs each
 * test, or those that the arguments name, in a process and a VM of its own.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kselftest.h"
#include "vmm.h"

static bool wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(name, argv[i]))
			return true;
	return argc < 2;
}

static void run(unsigned int test)
{
	const char *name = payload_test_name(test);
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		/* In case that a vCPU cannot be stopped */
		alarm(HANG_SECONDS + 20);
		exit(vm_run_test(test));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork or waitpid");
	if (WIFSIGNALED(status))
		ksft_test_result_fail("%s (signal %d)\n", name, WTERMSIG(status));
	else if (WEXITSTATUS(status) == KSFT_SKIP)
		ksft_test_result_skip("%s\n", name);
	else
		ksft_test_result(WEXITSTATUS(status) == KSFT_PASS, "%s\n", name);
}

int main(int argc, char **argv)
{
	unsigned int i, n = 0;

	ksft_print_header();
	close(open_kvm());
	for (i = 0; i < payload_tests(); i++)
		n += wanted(payload_test_name(i), argc, argv);
	ksft_set_plan(n);
	for (i = 0; i < payload_tests(); i++)
		if (wanted(payload_test_name(i), argc, argv))
			run(i);
	ksft_finished();
}
