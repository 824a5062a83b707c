// SPDX-License-Identifier: GPL-2.0-only
/*
 * Performance monitors: the feature and attributes of a vCPU,
 * Documentation/virt/kvm/devices/vcpu.rst, its registers, and what a guest counts.
 */
#include <glob.h>
#include <time.h>
#include "harness.h"

#define FEATURE		BIT(KVM_ARM_VCPU_PMU_V3)
#define IRQ		KVM_ARM_VCPU_PMU_V3_IRQ
#define INIT		KVM_ARM_VCPU_PMU_V3_INIT
#define PMU_PPI		23

#define PMCR		ARM_CP15_REG32(0, 9, 12, 0)
#define PMCNTENSET	ARM_CP15_REG32(0, 9, 12, 1)
#define PMOVSR		ARM_CP15_REG32(0, 9, 12, 3)
#define PMSELR		ARM_CP15_REG32(0, 9, 12, 5)
#define PMCCNTR		ARM_CP15_REG32(0, 9, 13, 0)
#define PMUSERENR	ARM_CP15_REG32(0, 9, 14, 0)
#define PMINTENSET	ARM_CP15_REG32(0, 9, 14, 1)
#define ID_DFR0		ARM_CP15_REG32(0, 0, 1, 2)

/* PMEVCNTR<n> and PMEVTYPER<n>, with PMCCFILTR for 31 */
static u64 counter(unsigned int n)
{
	return ARM_CP15_REG32(0, 14, 8 + n / 8, n % 8);
}

static u64 type(unsigned int n)
{
	return ARM_CP15_REG32(0, 14, 12 + n / 8, n % 8);
}

static int attr(struct vcpu *vcpu, unsigned int op, u64 nr, int *val)
{
	struct kvm_device_attr attr = {
		.group = KVM_ARM_VCPU_PMU_V3_CTRL, .attr = nr, .addr = (uintptr_t)val,
	};

	return ioctl(vcpu->fd, op, &attr);
}

static int set_irq(struct vcpu *vcpu, int irq)
{
	return attr(vcpu, KVM_SET_DEVICE_ATTR, IRQ, &irq);
}

static int init(struct vcpu *vcpu)
{
	return attr(vcpu, KVM_SET_DEVICE_ATTR, INIT, NULL);
}

static bool host_has_pmu(struct vm *vm)
{
	return ioctl(vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_PMU_V3) > 0;
}

FIXTURE(without) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(without)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(without)
{
	vm_destroy(&self->vm);
}

/* The capability tells whether perf has a PMU, and a vCPU can have the feature */
TEST_F(without, capability)
{
	struct kvm_vcpu_init arg = self->vm.init;
	bool perf_has_pmu;
	struct vm vm;
	glob_t found;
	int want;

	perf_has_pmu = !glob("/sys/bus/event_source/devices/armv[78]*", 0, NULL, &found);
	globfree(&found);
	arg.features[0] |= FEATURE;
	vm_create(&vm, 1, VM_NO_INIT | VM_NO_RAM);
	EXPECT_EQ(perf_has_pmu, host_has_pmu(&vm));
	want = host_has_pmu(&vm) ? 0 : ENOENT;
	errno = 0;
	EXPECT_EQ(want ? -1 : 0, ioctl(vm.vcpus[0].fd, KVM_ARM_VCPU_INIT, &arg));
	EXPECT_EQ(want, errno);
	vm_destroy(&vm);
	/* Not a feature that can be added later */
	EXPECT_EQ(-1, ioctl(self->vcpu->fd, KVM_ARM_VCPU_INIT, &arg));
}

TEST_F(without, attributes)
{
	int val = PMU_PPI;

	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, IRQ, NULL));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, INIT, NULL));
	EXPECT_ERRNO(ENODEV, set_irq(self->vcpu, val));
	EXPECT_ERRNO(ENODEV, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IRQ, &val));
	EXPECT_ERRNO(ENODEV, init(self->vcpu));
}

TEST_F(without, registers)
{
	u32 val = 0;

	EXPECT_EQ(0xf, get_reg32(self->vcpu, ID_DFR0) >> 24 & 0xf);
	EXPECT_ERRNO(ENOENT, get_reg(self->vcpu, PMCR, &val));
	EXPECT_ERRNO(ENOENT, set_reg(self->vcpu, PMCCNTR, &val));
	EXPECT_ERRNO(ENOENT, set_reg(self->vcpu, type(0), &val));
}

TEST_F(without, guest)
{
	vm_load_name(&self->vm, "absent");
	vcpu_run_to_done(self->vcpu);
}

FIXTURE(pmu) {
	struct vm vm;
	struct vcpu *vcpu;
};

static void create(struct vm *vm, unsigned int nr_vcpus, unsigned int flags)
{
	unsigned int i;

	vm_create(vm, nr_vcpus, flags | VM_NO_INIT);
	vm->init.features[0] |= FEATURE;
	if (host_has_pmu(vm))
		for (i = 0; i < nr_vcpus; i++)
			vcpu_init(&vm->vcpus[i]);
}

#define NO_PMU	"The host's perf has no PMU of all CPUs that interrupts and filters."

FIXTURE_SETUP(pmu)
{
	create(&self->vm, 2, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(pmu)
{
	vm_destroy(&self->vm);
}

static void ready(struct vcpu *vcpu)
{
	if (set_irq(vcpu, PMU_PPI) || init(vcpu))
		die("KVM_ARM_VCPU_PMU_V3_CTRL");
}

TEST_F(pmu, attributes)
{
	struct vcpu *other = &self->vm.vcpus[1];
	int val = 0;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	EXPECT_EQ(0, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, IRQ, NULL));
	EXPECT_EQ(0, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, INIT, NULL));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_HAS_DEVICE_ATTR, 77, NULL));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_SET_DEVICE_ATTR, 77, &val));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_GET_DEVICE_ATTR, 77, &val));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IRQ, &val));
	EXPECT_ERRNO(ENXIO, attr(self->vcpu, KVM_GET_DEVICE_ATTR, INIT, &val));
	EXPECT_ERRNO(EFAULT, attr(self->vcpu, KVM_SET_DEVICE_ATTR, IRQ, NULL));
	EXPECT_ERRNO(EINVAL, set_irq(self->vcpu, 15));
	EXPECT_ERRNO(EINVAL, set_irq(self->vcpu, 32));
	EXPECT_ERRNO(EINVAL, set_irq(self->vcpu, -1));
	EXPECT_ERRNO(EINVAL, set_irq(self->vcpu, 0x100 + PMU_PPI));
	EXPECT_ERRNO(ENXIO, init(self->vcpu));
	EXPECT_EQ(0, set_irq(self->vcpu, PMU_PPI));
	EXPECT_ERRNO(EBUSY, set_irq(self->vcpu, PMU_PPI));
	EXPECT_ERRNO(EFAULT, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IRQ, NULL));
	EXPECT_EQ(0, attr(self->vcpu, KVM_GET_DEVICE_ATTR, IRQ, &val));
	EXPECT_EQ(PMU_PPI, val);
	/* A PPI has the same number on all vCPUs */
	EXPECT_ERRNO(EINVAL, set_irq(other, PMU_PPI + 1));
	EXPECT_EQ(0, set_irq(other, PMU_PPI));
	/* Not before it is initialized */
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_RUN, 0));
	EXPECT_EQ(0, init(self->vcpu));
	EXPECT_ERRNO(EBUSY, init(self->vcpu));
	EXPECT_EQ(0, init(other));
}

/* The timers have theirs; it can also come to be so afterwards */
TEST_F(pmu, timer_ppi)
{
	struct kvm_device_attr timer = {
		.group = KVM_ARM_VCPU_TIMER_CTRL, .attr = KVM_ARM_VCPU_TIMER_IRQ_VTIMER,
	};
	int val = PMU_PPI;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	ASSERT_EQ(0, set_irq(self->vcpu, 27));
	EXPECT_ERRNO(EEXIST, init(self->vcpu));
	timer.addr = (uintptr_t)&val;
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &timer));
	EXPECT_EQ(0, init(self->vcpu));
	val = 27;
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_SET_DEVICE_ATTR, &timer));
	EXPECT_ERRNO(EINVAL, ioctl(self->vcpu->fd, KVM_RUN, 0));
}

TEST_F(pmu, registers)
{
	static const u64 plain[] = { PMCNTENSET, PMOVSR, PMSELR, PMUSERENR, PMINTENSET };
	struct vcpu *vcpu = self->vcpu;
	u32 pmcr, n, i, val, all;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	EXPECT_EQ(2, get_reg32(vcpu, ID_DFR0) >> 24 & 0xf);
	pmcr = get_reg32(vcpu, PMCR);
	EXPECT_EQ(0, pmcr & 0x7ff);
	n = pmcr >> 11 & 0x1f;
	all = 1U << 31 | (BIT(n) - 1);
	set_reg32(vcpu, PMCR, pmcr | 0x29);
	EXPECT_EQ(pmcr | 0x29, get_reg32(vcpu, PMCR));
	for (i = 1; i < 32; i++) {
		val = pmcr ^ 1U << i;
		if (i != 3 && i != 5)
			EXPECT_ERRNO(EINVAL, set_reg(vcpu, PMCR, &val));
	}
	EXPECT_EQ(pmcr | 0x29, get_reg32(vcpu, PMCR));

	for (i = 0; i < ARRAY_SIZE(plain); i++) {
		EXPECT_EQ(0, get_reg32(vcpu, plain[i]));
		set_reg32(vcpu, plain[i], 1);
		EXPECT_EQ(1, get_reg32(vcpu, plain[i]));
		val = 1U << n;
		if (plain[i] == PMSELR || plain[i] == PMUSERENR)
			val = 32;
		EXPECT_ERRNO(EINVAL, set_reg(vcpu, plain[i], &val));
		EXPECT_EQ(1, get_reg32(vcpu, plain[i]));
		EXPECT_ERRNO(EFAULT, set_reg(vcpu, plain[i], NULL));
	}
	set_reg32(vcpu, PMCNTENSET, all);
	EXPECT_EQ(all, get_reg32(vcpu, PMCNTENSET));
	for (i = 0; i < n; i++) {
		set_reg32(vcpu, counter(i), 0xffff0000 + i);
		set_reg32(vcpu, type(i), 0xc0000011);
	}
	set_reg32(vcpu, PMCCNTR, 0x12345678);
	set_reg32(vcpu, type(31), 0x80000000);
	for (i = 0; i < n; i++) {
		EXPECT_EQ(0xffff0000 + i, get_reg32(vcpu, counter(i)));
		EXPECT_EQ(0xc0000011, get_reg32(vcpu, type(i)));
		val = 0x08000011;
		EXPECT_ERRNO(EINVAL, set_reg(vcpu, type(i), &val));
	}
	EXPECT_EQ(0x12345678, get_reg32(vcpu, PMCCNTR));
	EXPECT_EQ(0x80000000, get_reg32(vcpu, type(31)));
	val = 0x80000011;
	EXPECT_ERRNO(EINVAL, set_reg(vcpu, type(31), &val));
	for (i = n; i < 31; i++) {
		EXPECT_ERRNO(ENOENT, get_reg(vcpu, counter(i), &val));
		EXPECT_ERRNO(ENOENT, set_reg(vcpu, type(i), &val));
	}
	EXPECT_ERRNO(ENOENT, get_reg(vcpu, counter(31), &val));
	/* Write-only, or another name for what there is */
	EXPECT_ERRNO(ENOENT, get_reg(vcpu, ARM_CP15_REG32(0, 9, 12, 2), &val));
	EXPECT_ERRNO(ENOENT, get_reg(vcpu, ARM_CP15_REG32(0, 9, 12, 4), &val));
	/* Reset */
	vcpu_init(vcpu);
	EXPECT_EQ(pmcr, get_reg32(vcpu, PMCR));
	EXPECT_EQ(0, get_reg32(vcpu, PMOVSR));
	EXPECT_EQ(0, get_reg32(vcpu, PMCCNTR));
	EXPECT_EQ(0, get_reg32(vcpu, type(0)));
	/* The other vCPU has its own */
	EXPECT_EQ(0, get_reg32(&self->vm.vcpus[1], PMCCNTR));
}

/* As many as the list promises, each there to be read and written back */
TEST_F(pmu, register_list)
{
	struct kvm_reg_list *list = calloc(1, sizeof(*list) + 1000 * sizeof(u64));
	unsigned int i, found = 0;
	u64 val;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	list->n = 1000;
	ASSERT_EQ(0, ioctl(self->vcpu->fd, KVM_GET_REG_LIST, list));
	for (i = 0; i < list->n; i++) {
		val = 0;
		EXPECT_EQ(0, get_reg(self->vcpu, list->reg[i], &val));
		EXPECT_EQ(0, set_reg(self->vcpu, list->reg[i], &val));
		found += list->reg[i] == PMCR || list->reg[i] == counter(0) ||
			 list->reg[i] == type(31);
	}
	EXPECT_EQ(3, found);
	free(list);
}

static const char * const guests[] = {
	"registers", "not_there", "cycle_counter", "event_counter", "filter",
	"cycle_overflow", "event_overflow", "software_increment", "user_mode",
};

TEST_F(pmu, guest)
{
	unsigned int i;
	struct vm vm;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	for (i = 0; i < ARRAY_SIZE(guests); i++) {
		create(&vm, 1, 0);
		ready(&vm.vcpus[0]);
		ksft_print_msg("%s\n", guests[i]);
		vm_load_name(&vm, guests[i]);
		vcpu_run_to_done(&vm.vcpus[0]);
		vm_destroy(&vm);
	}
}

static void busy_ms(unsigned int ms)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += ms * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_nsec -= 1000000000;
		end.tv_sec++;
	}
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec ||
		 (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

/*
 * What the VMM's thread does is not the guest's. Any core makes more than a million
 * cycles in 20 ms; a try in which the emulated board was stopped does not count.
 */
TEST_F(pmu, host_is_not_counted)
{
	unsigned int i;
	u32 least = ~0;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	ready(self->vcpu);
	vm_load_name(&self->vm, "host_time");
	for (i = 0; i < 20 && least >= 1000000; i++) {
		ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
		busy_ms(20);
		ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
		if (self->vm.args[0] < least)
			least = self->vm.args[0];
	}
	EXPECT_GT(1000000, least);
}

static void *run_to_sync(void *arg)
{
	return (void *)(intptr_t)vcpu_run_to_sync(arg, 1);
}

/* A vCPU goes from thread to thread, and its registers are read and written meanwhile */
TEST_F(pmu, threads_and_state)
{
	struct vcpu *vcpu = self->vcpu;
	pthread_t thread;
	unsigned int i;
	void *ret;
	u32 val;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	ready(vcpu);
	vm_load_name(&self->vm, "keeps_counting");
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, pthread_create(&thread, NULL, run_to_sync, vcpu));
		ASSERT_EQ(0, pthread_join(thread, &ret));
		ASSERT_TRUE(!ret);
		val = get_reg32(vcpu, PMCCNTR);
		EXPECT_GT(1U << 31, val - self->vm.args[0]);
		/* It stands still while the guest does not run */
		EXPECT_EQ(val, get_reg32(vcpu, PMCCNTR));
		if (i == 3)
			set_reg32(vcpu, PMCCNTR, val + 1000);
		ASSERT_EQ(0, vcpu_run_to_sync(vcpu, 1));
	}
	self->vm.args[1] = 1;
	vcpu_run_to_done(vcpu);
}

/* A restored overflow is an interrupt as soon as the guest runs */
TEST_F(pmu, restored_interrupt)
{
	struct kvm_device_attr level = { .group = KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO };
	u32 lines = 0;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	ready(self->vcpu);
	set_reg32(self->vcpu, PMCR, get_reg32(self->vcpu, PMCR) | 1);
	set_reg32(self->vcpu, PMOVSR, 2);
	set_reg32(self->vcpu, PMINTENSET, 2);
	level.addr = (uintptr_t)&lines;
	self->vcpu->run->immediate_exit = 1;
	EXPECT_ERRNO(EINTR, ioctl(self->vcpu->fd, KVM_RUN, 0));
	ASSERT_EQ(0, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &level));
	EXPECT_EQ(1U << PMU_PPI, lines & 1U << PMU_PPI);
	vcpu_init(self->vcpu);
	ASSERT_EQ(0, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &level));
	EXPECT_EQ(0, lines & 1U << PMU_PPI);
}

/* The GIC is in user space: the output is in kvm_run, and a change ends KVM_RUN */
TEST_F(pmu, user_gic)
{
	struct kvm_run *run;
	struct vcpu *vcpu;
	struct vm vm;

	if (!host_has_pmu(&self->vm))
		SKIP(return, NO_PMU);
	create(&vm, 1, VM_NO_GIC);
	vcpu = &vm.vcpus[0];
	run = vcpu->run;
	EXPECT_ERRNO(EINVAL, set_irq(vcpu, PMU_PPI));
	ASSERT_EQ(0, init(vcpu));
	vm_load_name(&vm, "user_gic");
	ASSERT_EQ(VMM_ERROR, vcpu_run(vcpu));
	ASSERT_EQ(EINTR, vcpu->error);
	EXPECT_EQ(KVM_EXIT_INTR, run->exit_reason);
	EXPECT_EQ(KVM_ARM_DEV_PMU, run->s.regs.device_irq_level);
	ASSERT_EQ(0, vcpu_run_to_sync(vcpu, 1));
	EXPECT_EQ(KVM_ARM_DEV_PMU, run->s.regs.device_irq_level);
	ASSERT_EQ(VMM_ERROR, vcpu_run(vcpu));
	ASSERT_EQ(EINTR, vcpu->error);
	EXPECT_EQ(0, run->s.regs.device_irq_level);
	ASSERT_EQ(0, vcpu_run_to_sync(vcpu, 2));
	vcpu_run_to_done(vcpu);
	vm_destroy(&vm);
}

TEST_HARNESS_MAIN
