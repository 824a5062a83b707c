// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timers from outside: registers, attributes, a GIC in user space, and an
 * interrupt in flight while its vCPU comes and goes.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include "kselftest.h"
#include "vmm.h"

#define SECOND		((u64)counter_hz())
#define LEVELS		(KVM_ARM_DEV_EL1_VTIMER | KVM_ARM_DEV_EL1_PTIMER)

static bool good;

#define CHECK(cond)							\
do {									\
	if (!(cond)) {							\
		ksft_print_msg("line %d: not true: %s\n", __LINE__, #cond);	\
		good = false;						\
	}								\
} while (0)

/* The virtual counter, as it is for this process */
static u64 counter(void)
{
	u64 val;

	asm volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r" (val) : : "memory");
	return val;
}

static u32 counter_hz(void)
{
	u32 val;

	asm volatile("mrc p15, 0, %0, c14, c0, 0" : "=r" (val));
	return val;
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

static unsigned int cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

/* Time starts with the VM, and is one for all of its vCPUs */
static void registers(struct vm *vm)
{
	const u64 cval = 0xfedcba9876543210ULL, start = 5ULL << 40;
	struct vcpu *vcpu = &vm->vcpus[0];
	u64 val;

	CHECK(get_reg64(vcpu, KVM_REG_ARM_TIMER_CNT) < 10 * SECOND);
	set_reg64(vcpu, KVM_REG_ARM_TIMER_CNT, start);
	val = get_reg64(&vm->vcpus[1], KVM_REG_ARM_TIMER_CNT);
	CHECK(val >= start && val < start + 10 * SECOND);

	/* The physical counter is the host's */
	val = get_reg64(vcpu, KVM_REG_ARM_PTIMER_CNT);
	CHECK(val <= counter() && counter() - val < 10 * SECOND);
	val = start;
	CHECK(set_reg(vcpu, KVM_REG_ARM_PTIMER_CNT, &val) == -1 && errno == EPERM);
	CHECK(get_reg64(vcpu, KVM_REG_ARM_PTIMER_CNT) < start);

	/* ISTATUS cannot be set, and tells the truth */
	set_reg32(vcpu, KVM_REG_ARM_TIMER_CTL, 7);
	CHECK(get_reg32(vcpu, KVM_REG_ARM_TIMER_CTL) == 7);
	set_reg64(vcpu, KVM_REG_ARM_TIMER_CVAL, cval);
	CHECK(get_reg32(vcpu, KVM_REG_ARM_TIMER_CTL) == 3);
	CHECK(get_reg64(vcpu, KVM_REG_ARM_TIMER_CVAL) == cval);
	set_reg32(vcpu, KVM_REG_ARM_PTIMER_CTL, 7);
	CHECK(get_reg32(vcpu, KVM_REG_ARM_PTIMER_CTL) == 7);
	set_reg64(vcpu, KVM_REG_ARM_PTIMER_CVAL, cval);
	CHECK(get_reg32(vcpu, KVM_REG_ARM_PTIMER_CTL) == 3);
	CHECK(get_reg64(vcpu, KVM_REG_ARM_PTIMER_CVAL) == cval);

	vm_load_name(vm, "counts");
	vm->args[2] = (u32)cval;
	vm->args[3] = cval >> 32;
	vm->args[4] = 3;
	vcpu_run_to_done(vcpu);
	val = (u64)vm->args[1] << 32 | vm->args[0];
	CHECK(val >= start && val < start + 10 * SECOND);
	CHECK(get_reg64(vcpu, KVM_REG_ARM_TIMER_CVAL) == cval);
	CHECK(get_reg32(vcpu, KVM_REG_ARM_TIMER_CTL) == 3);
	CHECK(get_reg64(vcpu, KVM_REG_ARM_PTIMER_CVAL) == cval);
}

/* A guest's time is not that of the process which shares its CPU */
static void host_time(struct vm *vm)
{
	unsigned int samples = 0, jumps = 0;
	u64 now, last;
	struct vcpu *vcpu = &vm->vcpus[0];

	set_reg64(vcpu, KVM_REG_ARM_TIMER_CNT, 1ULL << 50);
	vm_load_name(vm, "busy");
	pin(0);
	last = counter();
	vm_start(vm);
	while (!vm->ended && samples < 100000000) {
		now = counter();
		if (now < last || now - last > 20 * SECOND)
			jumps++;
		last = now;
		samples++;
		asm volatile("" : : : "memory");
	}
	CHECK(vm_finish(vm));
	CHECK(vm->result == RESULT_PASS);
	CHECK(samples > 1000);
	CHECK(!jumps);
}

static int attr(struct vcpu *vcpu, unsigned long req, u32 group,
		u64 which, int *val)
{
	struct kvm_device_attr a = {
		.group = group, .attr = which, .addr = (uintptr_t)val,
	};

	return ioctl(vcpu->fd, req, &a) ? errno : 0;
}

#define VTIMER	KVM_ARM_VCPU_TIMER_IRQ_VTIMER
#define PTIMER	KVM_ARM_VCPU_TIMER_IRQ_PTIMER
#define GROUP	KVM_ARM_VCPU_TIMER_CTRL
#define HAS	KVM_HAS_DEVICE_ATTR
#define GET	KVM_GET_DEVICE_ATTR
#define SET	KVM_SET_DEVICE_ATTR

static int number(struct vcpu *vcpu, u64 which)
{
	int val = -1;

	CHECK(!attr(vcpu, GET, GROUP, which, &val));
	return val;
}

static void attributes(struct vm *vm)
{
	static const int bad[] = { -1, 0, 15, 32, 256 + 20 };
	struct vcpu *vcpu = &vm->vcpus[0];
	unsigned int i, which;
	int val = 20;

	CHECK(number(vcpu, VTIMER) == 27);
	CHECK(number(vcpu, PTIMER) == 30);
	for (which = VTIMER; which <= PTIMER; which++) {
		CHECK(!attr(vcpu, HAS, GROUP, which, NULL));
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			val = bad[i];
			CHECK(attr(vcpu, SET, GROUP, which, &val) == EINVAL);
		}
		CHECK(attr(vcpu, SET, GROUP, which, NULL) == EFAULT);
		CHECK(attr(vcpu, GET, GROUP, which, NULL) == EFAULT);
	}
	CHECK(number(vcpu, VTIMER) == 27);
	CHECK(number(vcpu, PTIMER) == 30);
	CHECK(attr(vcpu, HAS, GROUP, PTIMER + 1, NULL) == ENXIO);
	CHECK(attr(vcpu, SET, GROUP, PTIMER + 1, &val) == ENXIO);
	CHECK(attr(vcpu, GET, GROUP, PTIMER + 1, &val) == ENXIO);
	CHECK(attr(vcpu, HAS, GROUP + 100, 0, NULL) == ENXIO);

	/* One number for both: found when a vCPU is about to run */
	val = 27;
	CHECK(!attr(vcpu, SET, GROUP, PTIMER, &val));
	CHECK(number(&vm->vcpus[1], PTIMER) == 27);
	vm_load_name(vm, "interrupted");
	CHECK(vcpu_run(vcpu) == VMM_ERROR && vcpu->error == EINVAL);

	val = 18;
	CHECK(!attr(vcpu, SET, GROUP, PTIMER, &val));
	val = 21;
	CHECK(!attr(&vm->vcpus[1], SET, GROUP, VTIMER, &val));
	CHECK(number(vcpu, VTIMER) == 21);
	vm->args[0] = 21;
	vm->args[1] = 18;
	CHECK(!vcpu_run_to_sync(vcpu, 1));
	CHECK(attr(vcpu, SET, GROUP, VTIMER, &val) == EBUSY);
	CHECK(attr(&vm->vcpus[1], SET, GROUP, PTIMER, &val) == EBUSY);
	CHECK(number(vcpu, PTIMER) == 18);
	for (i = 0; i < 20; i++) {
		CHECK(!vcpu_run_to_sync(vcpu, 2));
		CHECK(!vcpu_run_to_sync(vcpu, 3));
		CHECK(!vcpu_run_to_sync(vcpu, 4));
		CHECK(!vcpu_run_to_sync(vcpu, i < 19 ? 1 : 5));
	}
	vcpu_run_to_done(vcpu);
}

static void attributes_no_gic(struct vm *vm)
{
	int val = 20;

	CHECK(attr(&vm->vcpus[0], SET, GROUP, VTIMER, &val) == EINVAL);
	CHECK(attr(&vm->vcpus[0], SET, GROUP, PTIMER, &val) == EINVAL);
}

/* The thread moves to another CPU with the interrupt pending, active, ended */
static void moves(struct vm *vm)
{
	static const u32 points[] = { 1, 2, 3, 4 };
	struct vcpu *vcpu = &vm->vcpus[0];
	unsigned int i, n = 0;

	vm_load_name(vm, "interrupted");
	for (i = 0; i < 20 && good; i++) {
		unsigned int p;

		for (p = 0; p < ARRAY_SIZE(points) && good; p++) {
			pin(n++ * 7 / 5 % cpus());
			CHECK(!vcpu_run_to_sync(vcpu, points[p]));
		}
	}
	CHECK(!vcpu_run_to_sync(vcpu, 5));
	vcpu_run_to_done(vcpu);
}

/* Two VMs take turns on one CPU, each with an interrupt in flight */
static void turns(struct vm *vm)
{
	static struct vm second;
	struct vcpu *vcpu[2] = { &vm->vcpus[0], &second.vcpus[0] };
	unsigned int i, n, p;

	pin(0);
	vm_create(&second, 1, 0);
	vm_load_name(vm, "interrupted");
	vm_load_name(&second, "interrupted");
	for (i = 0; i < 20 && good; i++)
		for (p = 1; p <= 4 && good; p++)
			for (n = 0; n < 2; n++)
				CHECK(!vcpu_run_to_sync(vcpu[n], p));
	for (n = 0; n < 2; n++) {
		CHECK(!vcpu_run_to_sync(vcpu[n], 5));
		vcpu_run_to_done(vcpu[n]);
	}
	vm_destroy(&second);
}

/* Timers that would expire when their VM is gone */
static void destroyed(struct vm *vm)
{
	static struct vm short_lived;
	unsigned int i;

	(void)vm;
	for (i = 0; i < 20; i++) {
		vm_create(&short_lived, 1, 0);
		vm_load_name(&short_lived, "armed");
		CHECK(!vcpu_run_to_sync(&short_lived.vcpus[0], 1));
		usleep(i * 200);
		vm_destroy(&short_lived);
	}
	usleep(20000);
}

/* Runs until a change of level is told, or a sync point comes */
static void expect_change(struct vcpu *vcpu, u64 level)
{
	unsigned long exits = vcpu->exits;
	int why;

	/* It can have changed before the last exit, if this machine is slow */
	if ((vcpu->run->s.regs.device_irq_level & LEVELS) == level)
		return;
	why = vcpu_run(vcpu);
	CHECK(why == VMM_ERROR && vcpu->error == EINTR);
	CHECK(vcpu->run->exit_reason == KVM_EXIT_INTR);
	CHECK((vcpu->run->s.regs.device_irq_level & LEVELS) == level);
	CHECK(vcpu->exits == exits);
}

static void expect_sync(struct vcpu *vcpu, u32 val, u64 level)
{
	CHECK(!vcpu_run_to_sync(vcpu, val));
	CHECK((vcpu->run->s.regs.device_irq_level & LEVELS) == level);
}

static void user_gic(struct vm *vm, u64 level, bool physical)
{
	struct vcpu *vcpu = &vm->vcpus[0];
	int why;

	vm_load_name(vm, "no_gic");
	vm->args[0] = physical;

	vcpu_run_to_sync(vcpu, 1);
	expect_change(vcpu, level);
	/* Then 20 ms without a storm of interrupts, and nothing to tell */
	expect_sync(vcpu, 2, level);
	/* It falls: this comes with the next exit, or by itself before */
	why = vcpu_run(vcpu);
	if (why == VMM_ERROR && vcpu->error == EINTR)
		why = vcpu_run(vcpu);
	CHECK(why == VMM_SYNC && vm->sync == 3);
	CHECK(!(vcpu->run->s.regs.device_irq_level & LEVELS));

	expect_change(vcpu, level);
	expect_sync(vcpu, 4, level);
	why = vcpu_run(vcpu);
	if (why == VMM_ERROR && vcpu->error == EINTR)
		why = vcpu_run(vcpu);
	CHECK(why == VMM_SYNC && vm->sync == 5);
	CHECK(!(vcpu->run->s.regs.device_irq_level & LEVELS));
	vcpu_run_to_done(vcpu);
}

static void user_gic_virtual(struct vm *vm)
{
	user_gic(vm, KVM_ARM_DEV_EL1_VTIMER, false);
}

static void user_gic_physical(struct vm *vm)
{
	user_gic(vm, KVM_ARM_DEV_EL1_PTIMER, true);
}

/* A GIC of one interrupt: the line follows the timer's output */
static void user_gic_line(struct vm *vm)
{
	struct vcpu *vcpu = &vm->vcpus[0];
	unsigned int raised = 0, calls = 0;
	bool line = false;
	int why;

	vm_load_name(vm, "irq_line");
	do {
		bool level;

		why = vcpu_run(vcpu);
		level = vcpu->run->s.regs.device_irq_level & KVM_ARM_DEV_EL1_VTIMER;
		if (level != line) {
			CHECK(!vm_irq_line(vm, KVM_ARM_IRQ_TYPE_CPU, 0,
					   KVM_ARM_IRQ_CPU_IRQ, level));
			raised += level;
			line = level;
		}
		calls++;
	} while (calls < 1000 && ((why == VMM_ERROR && vcpu->error == EINTR) ||
				  (why == VMM_SYNC && vm->sync == 2)));
	CHECK(why == VMM_SYNC && vm->sync == 3);
	CHECK(raised == 20);
	CHECK(calls < 200);
	if (good)
		vcpu_run_to_done(vcpu);
}

static const struct {
	const char *name;
	void (*fn)(struct vm *vm);
	unsigned int flags;
} tests[] = {
	{ "registers", registers, 0 },
	{ "the host's time", host_time, 0 },
	{ "interrupt numbers", attributes, 0 },
	{ "interrupt numbers without a GIC", attributes_no_gic, VM_NO_GIC },
	{ "interrupt in flight between CPUs", moves, 0 },
	{ "interrupts in flight of two VMs", turns, 0 },
	{ "VM destroyed with timers running", destroyed, 0 },
	{ "virtual timer, GIC in user space", user_gic_virtual, VM_NO_GIC },
	{ "physical timer, GIC in user space", user_gic_physical, VM_NO_GIC },
	{ "interrupt input, GIC in user space", user_gic_line, VM_NO_GIC },
};

int main(void)
{
	static struct vm vm;
	cpu_set_t all;
	unsigned int i;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(tests));
	sched_getaffinity(0, sizeof(all), &all);
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		good = true;
		sched_setaffinity(0, sizeof(all), &all);
		vm_create(&vm, 2, tests[i].flags);
		tests[i].fn(&vm);
		vm_show_console(&vm);
		vm_destroy(&vm);
		ksft_test_result(good, "%s\n", tests[i].name);
	}
	ksft_finished();
}
