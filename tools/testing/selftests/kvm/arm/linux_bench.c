// SPDX-License-Identifier: GPL-2.0-only
/*
 * linux_bench: what Linux takes for the operations of the KVM/ARM paper's figures
 * 3 and 4, on the bare board and as a guest. Prints a line "linux_bench NAME VALUE" for
 * each: nanoseconds, which are instructions if the board counts them.
 *
 * It is the only program of a system: /init, with the arguments of the kernel's
 * command line. "pin" keeps all on CPU 0, "few" does each operation less often; names
 * of operations are those to measure, or else all are. It ends by powering off. It
 * measures and asserts nothing, but stops when an operation fails.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kselftest.h"

/* What has to be accessed, though nobody looks at it */
#define touched	__volatile__

/* Of one round of op_page_fault(); divides what it is asked to do, "few" as well */
#define PAGES		64

static void stop(void)
{
	fflush(stdout);
	/* What the serial line still holds */
	usleep(100000);
	reboot(RB_POWER_OFF);
	exit(1);
}

static void fail(const char *what)
{
	printf("linux_bench: FAILED: %s: %s\n", what, strerror(errno));
	stop();
}

#define TRY(expr)							\
({									\
	long __ret = (long)(expr);					\
									\
	if (__ret == -1)						\
		fail(#expr);						\
	__ret;								\
})

static void op_syscall(unsigned int n)
{
	while (n--)
		getppid();
}

static void wait_for(pid_t pid)
{
	int status;

	TRY(waitpid(pid, &status, 0));
	if (status)
		fail("a child");
}

static void op_fork(unsigned int n)
{
	pid_t pid;

	while (n--) {
		pid = TRY(fork());
		if (!pid)
			_exit(0);
		wait_for(pid);
	}
}

static void op_exec(unsigned int n)
{
	pid_t pid;

	while (n--) {
		pid = TRY(fork());
		if (!pid) {
			execl("/init", "/init", "nothing", NULL);
			_exit(1);
		}
		wait_for(pid);
	}
}

/* A byte to a child and back, so often */
static void ping_pong(int in, int out, int child_in, int child_out, unsigned int n)
{
	char c = 0;
	pid_t pid = TRY(fork());
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!pid) {
			TRY(read(child_in, &c, 1));
			TRY(write(child_out, &c, 1));
		} else {
			TRY(write(out, &c, 1));
			TRY(read(in, &c, 1));
		}
	}
	if (!pid)
		_exit(0);
	wait_for(pid);
}

static void op_pipe(unsigned int n)
{
	int to[2], from[2], i;

	TRY(pipe(to));
	TRY(pipe(from));
	ping_pong(from[0], to[1], to[0], from[1], n);
	for (i = 0; i < 2; i++) {
		close(to[i]);
		close(from[i]);
	}
}

static void op_af_unix(unsigned int n)
{
	int fds[2];

	TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	ping_pong(fds[0], fds[0], fds[1], fds[1], n);
	close(fds[0]);
	close(fds[1]);
}

static void op_tcp(unsigned int n)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int listener, client, server, one = 1;

	listener = TRY(socket(AF_INET, SOCK_STREAM, 0));
	TRY(bind(listener, (struct sockaddr *)&addr, sizeof(addr)));
	TRY(listen(listener, 1));
	TRY(getsockname(listener, (struct sockaddr *)&addr, &len));
	client = TRY(socket(AF_INET, SOCK_STREAM, 0));
	TRY(connect(client, (struct sockaddr *)&addr, sizeof(addr)));
	server = TRY(accept(listener, NULL, NULL));
	TRY(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	TRY(setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	ping_pong(client, client, server, server, n);
	close(client);
	close(server);
	close(listener);
}

static char *page;
static size_t page_size;

static void allow_page(int sig)
{
	mprotect(page, page_size, PROT_READ | PROT_WRITE);
}

/* A write to a page that may not be written: the signal and two mprotect() */
static void op_protection_fault(unsigned int n)
{
	struct sigaction action = { .sa_handler = allow_page };

	page = (char *)TRY(mmap(NULL, page_size, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	TRY(sigaction(SIGSEGV, &action, NULL));
	while (n--) {
		TRY(mprotect(page, page_size, PROT_READ));
		*(touched char *)page = 1;
	}
	TRY(munmap(page, page_size));
}

/* The first touch of a page of anonymous memory, and giving it back */
static void op_page_fault(unsigned int n)
{
	char *mem = (char *)TRY(mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	unsigned int i;

	TRY(madvise(mem, PAGES * page_size, MADV_NOHUGEPAGE));
	for (; n; n -= PAGES) {
		for (i = 0; i < PAGES; i++)
			*(touched char *)(mem + i * page_size) = 1;
		TRY(madvise(mem, PAGES * page_size, MADV_DONTNEED));
	}
	TRY(munmap(mem, PAGES * page_size));
}

/* Two processes give up the CPU in turn: two switches */
static void op_context_switch(unsigned int n)
{
	pid_t pid = TRY(fork());

	while (n--)
		sched_yield();
	if (!pid)
		_exit(0);
	wait_for(pid);
}

static const struct op {
	const char *name;
	void (*run)(unsigned int n);
	unsigned int n;
} ops[] = {
	{ "syscall", op_syscall, 40000 },
	{ "fork", op_fork, 6000 },
	{ "exec", op_exec, 1200 },
	{ "pipe", op_pipe, 4000 },
	{ "af_unix", op_af_unix, 4000 },
	{ "tcp", op_tcp, 2000 },
	{ "protection_fault", op_protection_fault, 4000 },
	{ "page_fault", op_page_fault, 100 * PAGES },
	{ "context_switch", op_context_switch, 8000 },
};

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	TRY(write(fd, text, strlen(text)));
	close(fd);
}

/*
 * Random numbers take several times as long until the kernel has got entropy, which may
 * come at any time, or from the device tree. Here it has all it needs from the start.
 */
static void seed(void)
{
	struct {
		struct rand_pool_info info;
		char buf[64];
	} entropy = { .info = { .entropy_count = 512, .buf_size = 64 } };
	int fd = TRY(open("/dev/random", O_WRONLY));

	TRY(ioctl(fd, RNDADDENTROPY, &entropy));
	close(fd);
}

/* Loopback, other CPUs, and memory that has been touched once */
static void prepare(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = TRY(socket(AF_INET, SOCK_DGRAM, 0));
	size_t size;
	char *mem;

	TRY(ioctl(fd, SIOCSIFFLAGS, &lo));
	close(fd);
	seed();
	mkdir("/sys", 0755);
	TRY(mount("sys", "/sys", "sysfs", 0, NULL));
	write_file("/sys/devices/system/cpu/cpu1/online", "1");
	size = sysconf(_SC_AVPHYS_PAGES) * page_size / 10 * 9;
	mem = (char *)TRY(mmap(NULL, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
	TRY(munmap(mem, size));
}

static bool named(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const struct op *op;
	unsigned int divide = 1;
	bool all = true;
	cpu_set_t first;

	if (named("nothing", argc, argv))
		return 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	page_size = sysconf(_SC_PAGESIZE);
	prepare();
	if (named("few", argc, argv))
		divide = 20;
	for (op = ops; op < ops + ARRAY_SIZE(ops); op++)
		all &= !named(op->name, argc, argv);
	if (named("pin", argc, argv)) {
		CPU_ZERO(&first);
		CPU_SET(0, &first);
		TRY(sched_setaffinity(0, sizeof(first), &first));
	}
	printf("linux_bench: %ld CPUs\n", sysconf(_SC_NPROCESSORS_ONLN));
	for (op = ops; op < ops + ARRAY_SIZE(ops); op++) {
		unsigned long long start;
		unsigned int n = op->n / divide;

		if (!all && !named(op->name, argc, argv))
			continue;
		op->run(n);
		start = now();
		op->run(n);
		printf("linux_bench %s %llu\n", op->name, (now() - start) / n);
	}
	printf("linux_bench: done\n");
	stop();
}
