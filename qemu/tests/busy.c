// SPDX-License-Identifier: GPL-2.0-only
/*
 * /init of the guest that tests/qemu-migrate moves: keeps two vCPUs, memory, a
 * disk and timers busy, and looks all the time whether anything got lost.
 *
 * Says "beat N" on the console five times a second while everything goes on, and
 * "LOST ..." when something is not as it was left, the clock steps back, or a
 * part has stood still for 20 s of the guest's time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#define PAGE		4096
#define PAGES		4096			/* of each vCPU: 16 MiB */
#define WORDS		(PAGE / sizeof(uint32_t))
#define SECTORS		256			/* of 4 KiB, on the disk */
#define STALL_S		20

enum part { MEMORY_0, MEMORY_1, SWITCH, TIMER, DISK, FLOAT, PARTS };

static const char * const names[PARTS] = {
	"memory of CPU 0", "memory of CPU 1", "switch between CPUs", "timer",
	"disk", "floating point",
};

static atomic_uint done[PARTS];
static atomic_ullong latest;

static void lost(const char *what, unsigned long where)
{
	printf("LOST %s (%lu)\n", what, where);
	for (;;)
		pause();
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* All threads share one clock, which must not step back for any of them */
static void check_clock(void)
{
	uint64_t before = atomic_load(&latest), now = now_ns();

	if (now < before)
		lost("the clock stepped back", before - now);
	while (before < now && !atomic_compare_exchange_weak(&latest, &before, now))
		;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void stay_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		lost("CPU", cpu);
}

/* A page's words follow from its number and generation */
static void fill(uint32_t *page, uint32_t seed)
{
	for (size_t i = 0; i < WORDS; i++)
		page[i] = seed * 2654435761u + i;
}

static bool filled(const uint32_t *page, uint32_t seed)
{
	for (size_t i = 0; i < WORDS; i++)
		if (page[i] != seed * 2654435761u + i)
			return false;
	return true;
}

static void *memory(void *arg)
{
	enum part part = (uintptr_t)arg;
	uint32_t *generation = calloc(PAGES, sizeof(*generation));
	uint32_t *pages = aligned_alloc(PAGE, PAGES * PAGE);
	uint32_t random = 1 + part;

	stay_on(part - MEMORY_0);
	for (uint32_t i = 0; i < PAGES; i++)
		fill(pages + i * WORDS, i);
	for (;;) {
		uint32_t n = next_random(&random) % PAGES;

		if (!filled(pages + n * WORDS, n + generation[n] * PAGES))
			lost(names[part], n);
		generation[n]++;
		fill(pages + n * WORDS, n + generation[n] * PAGES);
		check_clock();
		done[part]++;
	}
	return NULL;
}

static int ping[2], pong[2];

static void *answer(void *arg)
{
	uint32_t n;

	stay_on(1);
	while (read(ping[0], &n, sizeof(n)) == sizeof(n) &&
	       write(pong[1], &n, sizeof(n)) == sizeof(n))
		;
	lost(names[SWITCH], errno);
	return arg;
}

/* Each round wakes a thread of the other vCPU: two interrupts between them */
static void *ask(void *arg)
{
	uint32_t n = 0, back;

	stay_on(0);
	for (;; n++) {
		if (write(ping[1], &n, sizeof(n)) != sizeof(n) ||
		    read(pong[0], &back, sizeof(back)) != sizeof(back) || back != n)
			lost(names[SWITCH], n);
		check_clock();
		done[SWITCH]++;
	}
	return arg;
}

static void *timer(void *arg)
{
	const struct timespec wait = { .tv_nsec = 3000000 };

	for (;;) {
		uint64_t from = now_ns();

		nanosleep(&wait, NULL);
		if (now_ns() - from < (uint64_t)wait.tv_nsec)
			lost("a timer came early", now_ns() - from);
		done[TIMER]++;
	}
	return arg;
}

static void *disk(void *arg)
{
	uint32_t *block = aligned_alloc(PAGE, PAGE), generation[SECTORS] = {};
	int fd = open("/dev/vda", O_RDWR | O_DIRECT | O_SYNC);
	uint32_t random = 77;

	if (fd < 0)
		lost("no disk", errno);
	for (;;) {
		uint32_t n = next_random(&random) % SECTORS;
		off_t at = (off_t)n * PAGE;

		if (generation[n] &&
		    (pread(fd, block, PAGE, at) != PAGE || !filled(block, n + generation[n] * PAGES)))
			lost(names[DISK], n);
		generation[n]++;
		fill(block, n + generation[n] * PAGES);
		if (pwrite(fd, block, PAGE, at) != PAGE)
			lost(names[DISK], errno);
		done[DISK]++;
	}
	return arg;
}

/* The same sum each time, in registers that are lazily switched */
static void *floating(void *arg)
{
	double first = 0;

	for (;; done[FLOAT]++) {
		double sum = 0;

		for (int i = 1; i < 100000; i++)
			sum += 1.0 / i;
		if (first == 0)
			first = sum;
		if (sum != first)
			lost(names[FLOAT], done[FLOAT]);
	}
	return arg;
}

static void start(void *(*work)(void *), uintptr_t arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, (void *)arg))
		lost("no thread", errno);
}

int main(void)
{
	static const struct timespec beat = { .tv_nsec = 200000000 };
	unsigned int before[PARTS] = {}, beats;
	uint64_t since[PARTS] = {};

	mount("dev", "/dev", "devtmpfs", 0, "");
	setlinebuf(stdout);
	if (pipe(ping) || pipe(pong))
		lost("no pipe", errno);
	start(memory, MEMORY_0);
	start(memory, MEMORY_1);
	start(answer, 0);
	start(ask, 0);
	start(timer, 0);
	start(disk, 0);
	start(floating, 0);

	for (beats = 0;; beats++) {
		nanosleep(&beat, NULL);
		for (int i = 0; i < PARTS; i++) {
			uint64_t now = now_ns();

			if (done[i] != before[i] || !since[i])
				since[i] = now;
			else if (now - since[i] > STALL_S * 1000000000ULL)
				lost(names[i], done[i]);
			before[i] = done[i];
		}
		printf("beat %u\n", beats);
	}
}
