// SPDX-License-Identifier: GPL-2.0-only
/*
 * share_bench [NAME]: what of one CPU others get beside a VM whose two vCPUs do nothing but
 * yield it to each other: a task of the host that counts, or a guest that counts.
 *
 * Prints a line "share VCPUS OTHER COUNTED CHARGED STEPS": what of the time, in per mille,
 * the other has counted in, and the threads of the two vCPUs were charged; three threads
 * want the CPU, so that 333 and 667 are fair. And how often the vCPUs took turns. Each count
 * is a hundred instructions, and a nanosecond is one if the board counts them (board/run
 * --icount). It measures and asserts nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kselftest.h"
#include "vmm.h"
#include "guest/count_loop.h"

#define NSEC_PER_SEC	1000000000ULL

static const char * const players[] = { "ipi_busy", "ipi_wfi", "lock_wfe" };

/* What was seen at one moment */
struct seen {
	u64 time;
	u64 vm_time;
	u32 count;
	u32 steps;
};

static shared u32 counted;

static void *count(void *arg)
{
	count_loop(&counted);
	return NULL;
}

static u64 clock_ns(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t))
		die("clock_gettime");
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

static u32 progress(struct vm *vm)
{
	if (!vm->args[0] || vm->ended)
		die("a payload has not begun, or has ended");
	return *(shared u32 *)(vm->ram + vm->args[0] - RAM_BASE);
}

static void start(struct vm *vm, const char *name, unsigned int nr_vcpus)
{
	vm_create(vm, nr_vcpus, 0);
	vm_load_name(vm, name);
	vm_start(vm);
}

static struct seen look(struct vm *vm, struct vm *guest)
{
	struct seen seen = { .time = clock_ns(CLOCK_MONOTONIC) };
	unsigned int i;

	seen.count = guest ? progress(guest) : counted;
	seen.steps = progress(vm);
	for (i = 0; i < vm->nr_vcpus; i++) {
		clockid_t id;

		if (pthread_getcpuclockid(vm->vcpus[i].thread, &id))
			die("the clock of a vCPU's thread");
		seen.vm_time += clock_ns(id);
	}
	return seen;
}

static void measure(const char *player, bool with_guest)
{
	static struct vm vm, guest;
	struct seen from, to;
	pthread_t thread;
	u64 time;

	if (with_guest)
		start(&guest, "count", 1);
	else if (pthread_create(&thread, NULL, count, NULL))
		die("pthread_create");
	start(&vm, player, 2);
	/* All have begun */
	usleep(200000);
	from = look(&vm, with_guest ? &guest : NULL);
	usleep(500000);
	to = look(&vm, with_guest ? &guest : NULL);

	time = to.time - from.time;
	printf("share %s %s %llu %llu %u\n", player, with_guest ? "guest" : "task",
	       (u64)(to.count - from.count) * COUNT_INSNS * 1000 / time,
	       (to.vm_time - from.vm_time) * 1000 / time, to.steps - from.steps);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned int i;
	int status;

	close(open_kvm());
	for (i = 0; i < 2 * ARRAY_SIZE(players); i++) {
		if (argc > 1 && strcmp(argv[1], players[i / 2]))
			continue;
		if (!fork()) {
			measure(players[i / 2], i % 2);
			_exit(KSFT_PASS);
		}
		if (wait(&status) < 0 || status)
			return KSFT_FAIL;
	}
	return KSFT_PASS;
}
