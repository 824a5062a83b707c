// SPDX-License-Identifier: GPL-2.0-only
/*
 * /init of a guest: a debugger, and a process that it stops with the CPU's
 * breakpoints and watchpoints, as TAP.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEBUG_V7_1	5

/* Control registers as ptrace takes them: enabled, kind of access, bytes */
#define EXECUTE		(1 | 0xf << 5)
#define ACCESS		(1 | 3 << 3 | 0xf << 5)

static volatile uint32_t watched;

static __attribute__((noinline)) void target(void)
{
	__asm__ volatile("nop");
}

static void result(int good, const char *name)
{
	static int number;

	printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, name);
}

/* Breakpoint @n, or watchpoint -1 - @n */
static int set(pid_t pid, int n, uintptr_t addr, uint32_t control)
{
	int reg = 2 * n + 1;
	int next = n < 0 ? reg - 1 : reg + 1;

	return ptrace(PTRACE_SETHBPREGS, pid, reg, &addr) ||
	       ptrace(PTRACE_SETHBPREGS, pid, next, &control);
}

/* Runs the process until it stops at @pc, if not 0, by a breakpoint for @addr */
static int stops(pid_t pid, uintptr_t pc, uintptr_t addr)
{
	struct user_regs regs;
	siginfo_t info;
	int status;

	if (ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP ||
	    ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return 0;
	return (uintptr_t)info.si_addr == addr && (!pc || regs.uregs[15] == pc);
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

static void debug(void)
{
	uintptr_t code = (uintptr_t)target, data = (uintptr_t)&watched;
	int n, breaks, watches, good, status;
	uint32_t info = 0;
	pid_t pid, other;

	pid = fork();
	if (!pid)
		debugged();
	waitpid(pid, &status, 0);
	ptrace(PTRACE_GETHBPREGS, pid, 0, &info);
	breaks = info & 0xff;
	watches = info >> 8 & 0xff;
	printf("# %d breakpoints, %d watchpoints of %d bytes, version %d\n", breaks, watches,
	       info >> 16 & 0xff, info >> 24);
	result(breaks && watches && (info >> 16 & 0xff) == 8 && info >> 24 == DEBUG_V7_1,
	       "the guest's kernel has breakpoints and watchpoints");

	for (good = 1, n = 0; n < breaks; n++)
		good &= !set(pid, n, code, EXECUTE) && stops(pid, code, code) &&
			!set(pid, n, code, EXECUTE & ~1);
	result(good, "a process stops at each breakpoint");
	for (good = 1, n = 0; n < watches; n++)
		good &= !set(pid, -1 - n, data, ACCESS) && stops(pid, 0, data) &&
			!set(pid, -1 - n, data, ACCESS & ~1);
	result(good, "a process stops at each watchpoint");

	/* It has the same addresses; the first stands before its access */
	set(pid, 0, code, EXECUTE);
	set(pid, -1, data, ACCESS);
	other = fork();
	if (!other) {
		target();
		watched++;
		_exit(0);
	}
	good = waitpid(other, &status, 0) == other && WIFEXITED(status);
	result(good && stops(pid, 0, data), "another process does not");
	kill(pid, SIGKILL);
}

int main(void)
{
	int fd;

	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	fd = open("/dev/ttyAMA0", O_RDWR);
	dup2(fd, 1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	debug();
	reboot(RB_POWER_OFF);
	return 0;
}
