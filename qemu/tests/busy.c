// SPDX-License-Identifier: GPL-2.0-only
/*
 * busy [FILE ADDRESS PORT]: what the guests do that tests/qemu-migrate* move. Keeps
 * two vCPUs, memory, a disk and timers busy, and looks all the time whether
 * anything got lost. Without arguments it is /init, and writes the disk itself; with
 * them it writes FILE, and sends to a server that sends all back. pages=N in its
 * environment is how many pages each vCPU dirties, if less; observed=1 has it use a
 * performance counter and breakpoints, too.
 *
 * Says "beat N" on the console when each part has gone on since the last beat, five
 * times a second at most: what has lost an interrupt stops the beats. Says "LOST ..."
 * when something is not as it was left, or the clock steps back.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE		4096
#define PAGES		4096			/* of each vCPU: 16 MiB, in a small guest less */
#define WORDS		(PAGE / sizeof(uint32_t))
#define SECTORS		256			/* of 4 KiB, on the disk */
#define SLOW_S		20			/* without a beat, until it says why */

enum part {
	MEMORY_0, MEMORY_1, STORM_0, STORM_1, SWITCH, TIMER, DISK, FLOAT, CYCLES, BREAK, NETWORK,
	PARTS
};

static const char * const names[PARTS] = {
	"memory of CPU 0", "memory of CPU 1", "interrupts of CPU 0", "interrupts of CPU 1",
	"switch between CPUs", "timer", "disk", "floating point", "performance counter",
	"breakpoint", "network",
};

static atomic_uint done[PARTS];
static bool started[PARTS];
static uint32_t pages_each;
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

/* Says what else it is filled with: of another seed, zeroes, half of this */
static bool filled(const uint32_t *page, uint32_t seed)
{
	size_t first = WORDS, other = 0;

	for (size_t i = 0; i < WORDS; i++) {
		if (page[i] == seed * 2654435761u + i)
			continue;
		if (!other++)
			first = i;
	}
	if (other)
		printf("%zu words from the %zuth on are not of seed %u: %x %x %x %x\n", other, first,
		       seed, page[first], page[(first + 1) % WORDS], page[(first + 2) % WORDS],
		       page[WORDS - 1]);
	return !other;
}

static void *memory(void *arg)
{
	enum part part = (uintptr_t)arg;
	uint32_t *generation = calloc(pages_each, sizeof(*generation));
	uint32_t *pages = aligned_alloc(PAGE, pages_each * PAGE);
	uint32_t random = 1 + part;

	stay_on(part - MEMORY_0);
	for (uint32_t i = 0; i < pages_each; i++)
		fill(pages + i * WORDS, i);
	for (;;) {
		uint32_t n = next_random(&random) % pages_each;

		if (!filled(pages + n * WORDS, n + generation[n] * pages_each))
			lost(names[part], n);
		generation[n]++;
		fill(pages + n * WORDS, n + generation[n] * pages_each);
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

/*
 * Each call interrupts the other vCPU, where a thread of this process runs nearly
 * always, and comes back when that has been answered: one that gets lost is the last.
 */
static void *storm(void *arg)
{
	enum part part = (uintptr_t)arg;

	stay_on(part - STORM_0);
	for (;; done[part]++) {
		if (syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0))
			lost(names[part], errno);
		check_clock();
	}
	return NULL;
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
	int fd = open((const char *)arg, O_RDWR | O_CREAT | O_DIRECT | O_SYNC, 0600);
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

static int connect_to(const struct sockaddr_in *server)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	/* The network may not be there yet */
	while (connect(fd, (const struct sockaddr *)server, sizeof(*server))) {
		close(fd);
		sleep(1);
		fd = socket(AF_INET, SOCK_STREAM, 0);
	}
	return fd;
}

/* One connection for all time, on which everything comes back */
static void *network(void *arg)
{
	int fd = connect_to(arg);
	uint32_t out[WORDS], in[WORDS];

	for (uint32_t n = 0;; n++) {
		fill(out, n);
		if (send(fd, out, sizeof(out), MSG_NOSIGNAL) != sizeof(out) ||
		    recv(fd, in, sizeof(in), MSG_WAITALL) != sizeof(in))
			lost(names[NETWORK], errno);
		if (!filled(in, n))
			lost(names[NETWORK], n);
		done[NETWORK]++;
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

static int open_event(struct perf_event_attr *attr)
{
	int fd;

	attr->size = sizeof(*attr);
	fd = syscall(__NR_perf_event_open, attr, 0, -1, -1, 0);
	if (fd < 0)
		lost("no event to count", errno);
	return fd;
}

static uint64_t count_of(int fd)
{
	uint64_t count;

	if (read(fd, &count, sizeof(count)) != sizeof(count))
		lost("no count", errno);
	return count;
}

/* What this thread takes on the CPU, by a counter that the kernel saves with it */
static void *cycles(void *arg)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE, .config = PERF_COUNT_HW_CPU_CYCLES,
	};
	int fd = open_event(&attr);
	uint64_t before = 0, now;

	for (;; before = now) {
		now = count_of(fd);
		if (now <= before)
			lost(names[CYCLES], done[CYCLES]);
		done[CYCLES]++;
		usleep(1000);
	}
	return arg;
}

static volatile uint32_t watched;

static __attribute__((noinline, target("arm"))) void target(void)
{
	__asm__ volatile("nop");
}

static void debugged(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	for (;;) {
		target();
		watched++;
	}
}

/* Breakpoint @n, or watchpoint -1 - @n */
static void set(pid_t pid, int n, uintptr_t addr, uint32_t control)
{
	int reg = 2 * n + 1;

	if (ptrace(PTRACE_SETHBPREGS, pid, reg, &addr) ||
	    ptrace(PTRACE_SETHBPREGS, pid, n < 0 ? reg - 1 : reg + 1, &control))
		lost("no breakpoint", errno);
}

static void stop_at(pid_t pid, int n, uintptr_t addr, uint32_t control)
{
	siginfo_t info;
	int status;

	set(pid, n, addr, control);
	if (ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP ||
	    ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) || (uintptr_t)info.si_addr != addr)
		lost(names[BREAK], done[BREAK]);
	set(pid, n, addr, control & ~1);
}

/* Another process comes to its breakpoint, then to its watchpoint */
static void *breakpoints(void *arg)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		debugged();
	waitpid(pid, &status, 0);
	for (;; done[BREAK]++) {
		stop_at(pid, 0, (uintptr_t)target, 1 | 0xf << 5);
		stop_at(pid, -1, (uintptr_t)&watched, 1 | 3 << 3 | 0xf << 5);
		usleep(1000);
	}
	return arg;
}

static void start(enum part part, void *(*work)(void *), uintptr_t arg)
{
	pthread_t thread;

	started[part] = true;
	if (pthread_create(&thread, NULL, work, (void *)arg))
		lost("no thread", errno);
}

int main(int argc, char **argv)
{
	static const struct timespec beat = { .tv_nsec = 200000000 };
	unsigned int before[PARTS] = {}, beats = 0;
	struct sockaddr_in server = { .sin_family = AF_INET };
	char *file = "/dev/vda";
	uint64_t since;

	setlinebuf(stdout);
	pages_each = sysconf(_SC_PHYS_PAGES) / 8;
	/* Of the kernel's command line, as a small guest moves faster */
	if (getenv("pages"))
		pages_each = atoi(getenv("pages"));
	if (pages_each > PAGES)
		pages_each = PAGES;
	if (argc == 4) {
		file = argv[1];
		server.sin_port = htons(atoi(argv[3]));
		if (!inet_aton(argv[2], &server.sin_addr))
			lost("no address", 0);
		start(NETWORK, network, (uintptr_t)&server);
		while (!done[NETWORK])
			sleep(1);
	} else {
		mount("dev", "/dev", "devtmpfs", 0, "");
	}
	/* The process that has breakpoints is to have no copy of the others' memory */
	if (getenv("observed")) {
		start(BREAK, breakpoints, 0);
		while (!done[BREAK])
			usleep(1000);
	}
	if (pipe(ping) || pipe(pong))
		lost("no pipe", errno);
	start(MEMORY_0, memory, MEMORY_0);
	start(MEMORY_1, memory, MEMORY_1);
	if (syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0))
		lost("no membarrier", errno);
	start(STORM_0, storm, STORM_0);
	start(STORM_1, storm, STORM_1);
	start(SWITCH, answer, 0);
	start(SWITCH, ask, 0);
	start(TIMER, timer, 0);
	start(DISK, disk, (uintptr_t)file);
	start(FLOAT, floating, 0);
	if (getenv("observed"))
		start(CYCLES, cycles, 0);

	since = now_ns();
	for (;;) {
		unsigned int i = 0;

		nanosleep(&beat, NULL);
		while (i < PARTS && (!started[i] || done[i] != before[i]))
			i++;
		if (i == PARTS) {
			printf("beat %u\n", beats++);
			for (i = 0; i < PARTS; i++)
				before[i] = done[i];
			since = now_ns();
		} else if (now_ns() - since > SLOW_S * 1000000000ULL) {
			printf("no beat for %u s: %s has done %u\n", SLOW_S, names[i], done[i]);
			since = now_ns();
		}
	}
}
