// SPDX-License-Identifier: GPL-2.0-only
/*
 * /init of a guest whose device tree has the physical timer alone: what its kernel's
 * time and timers come from, as TAP.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The PPIs of the timers, as Linux prints them: physical, virtual */
#define PHYSICAL	"30"
#define VIRTUAL		"27"

#define SLEEPS		50

static void result(int good, const char *name)
{
	static int number;

	printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, name);
}

/* How many interrupts of the architected timer a CPU had on a PPI; -1: it is not in use */
static long count(const char *ppi, int cpu)
{
	FILE *f = fopen("/proc/interrupts", "r");
	char line[256], number[8];
	unsigned long n[2];
	long found = -1;

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "arch_timer") &&
		    sscanf(line, " %*u: %lu %lu %*s %7s", &n[0], &n[1], number) == 3 &&
		    !strcmp(number, ppi))
			found = n[cpu];
	if (f)
		fclose(f);
	return found;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* On each CPU: none of the sleeps is too short, and each ends with an interrupt */
static int sleeps(int cpu)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	long before;
	long long start;
	int good = 1, i;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return 0;
	before = count(PHYSICAL, cpu);
	for (i = 0; i < SLEEPS; i++) {
		start = now();
		good &= !nanosleep(&ms, NULL) && now() - start >= 1000000;
	}
	return good && count(PHYSICAL, cpu) - before >= SLEEPS;
}

int main(void)
{
	char name[32] = "";
	FILE *f;
	int fd;

	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	fd = open("/dev/ttyAMA0", O_RDWR);
	dup2(fd, 1);
	setvbuf(stdout, NULL, _IOLBF, 0);

	result(count(PHYSICAL, 0) > 0 && count(VIRTUAL, 0) < 0,
	       "the physical timer interrupts, the virtual one is not there");
	f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
	if (f && fgets(name, sizeof(name), f))
		name[strcspn(name, "\n")] = 0;
	result(!strcmp(name, "arch_sys_counter"), "the time is the counter's");
	result(sleeps(0), "processes sleep on the first CPU");
	result(sleeps(1), "and on the second one");
	reboot(RB_POWER_OFF);
	return 0;
}
