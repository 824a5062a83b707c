// SPDX-License-Identifier: GPL-2.0-only
/*
 * All state of a VM is read by ioctls and written to a new one, where the guest
 * goes on and misses nothing: Documentation/virt/kvm/api.rst and
 * devices/arm-vgic.rst.
 */
#include <signal.h>
#include <unistd.h>
#include "harness.h"

#define SPI_BANKS	8		/* with the private one: the default of the VGIC */
#define GRP_DIST	KVM_DEV_ARM_VGIC_GRP_DIST_REGS
#define GRP_CPU		KVM_DEV_ARM_VGIC_GRP_CPU_REGS
#define GRP_LEVEL	KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO
#define PMU_PPI		23
#define CPU(n)		((u64)(n) << KVM_DEV_ARM_VGIC_CPUID_SHIFT)

struct gic_reg {
	u32 group;
	u64 attr;
	u32 val;
};

/**
 * struct vcpu_state - a vCPU's state
 * @pmu_irq: of its performance monitors; 0: it has none
 * @stolen_time: where the structure is; 0: nowhere
 */
struct vcpu_state {
	int pmu_irq;
	u64 stolen_time;
	struct kvm_reg_list *list;
	u64 *val;
	struct kvm_mp_state mp;
	struct kvm_vcpu_events events;
};

struct state {
	unsigned int nr_vcpus, nr_regs;
	struct vcpu_state vcpu[MAX_CPUS];
	struct gic_reg reg[2048];
};

static int gic_attr(struct vm *vm, unsigned int nr, u32 group, u64 attr, u32 *val)
{
	struct kvm_device_attr arg = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)val,
	};

	return ioctl(vm->gic, nr, &arg);
}

#define gic_get(vm, group, attr, val)	gic_attr(vm, KVM_GET_DEVICE_ATTR, group, attr, val)
#define gic_set(vm, group, attr, val)	gic_attr(vm, KVM_SET_DEVICE_ATTR, group, attr, val)

static void save_gic_reg(struct vm *vm, struct state *state, u32 group, u64 attr)
{
	struct gic_reg *reg = &state->reg[state->nr_regs++];

	reg->group = group;
	reg->attr = attr;
	if (gic_get(vm, group, attr, &reg->val))
		die("group %u, attribute 0x%llx", group, (unsigned long long)attr);
}

static void save_gic(struct vm *vm, struct state *state)
{
	static const struct { u32 offset, words; } dist[] = {
		{ 0x080, 1 }, { 0x100, 1 }, { 0x400, 8 }, { 0xc00, 2 }, { 0x800, 8 },
	};
	static const u32 cpu_regs[] = {
		0x00, 0x04, 0x08, 0x1c, 0xd0, 0xd4, 0xd8, 0xdc,
	};
	unsigned int cpu, b, i, w;

	save_gic_reg(vm, state, GRP_DIST, 0x008);
	save_gic_reg(vm, state, GRP_DIST, 0x000);
	for (cpu = 0; cpu < vm->nr_vcpus; cpu++) {
		/* SPIs are not banked */
		for (b = 0; b < (cpu ? 1 : SPI_BANKS); b++) {
			for (i = 0; i < ARRAY_SIZE(dist); i++)
				for (w = 0; w < dist[i].words; w++)
					save_gic_reg(vm, state, GRP_DIST, CPU(cpu) |
						     (dist[i].offset +
						      (b * dist[i].words + w) * 4));
			save_gic_reg(vm, state, GRP_LEVEL, CPU(cpu) | b * 32);
			save_gic_reg(vm, state, GRP_DIST, CPU(cpu) | (0x200 + b * 4));
			save_gic_reg(vm, state, GRP_DIST, CPU(cpu) | (0x300 + b * 4));
		}
		for (w = 0; w < 4; w++)
			save_gic_reg(vm, state, GRP_DIST, CPU(cpu) | (0xf20 + w * 4));
		for (i = 0; i < ARRAY_SIZE(cpu_regs); i++)
			save_gic_reg(vm, state, GRP_CPU, CPU(cpu) | cpu_regs[i]);
	}
}

static int vcpu_attr(struct vcpu *vcpu, unsigned int nr, u32 group, u64 attr, void *val)
{
	struct kvm_device_attr arg = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)val,
	};

	return ioctl(vcpu->fd, nr, &arg);
}

/* Attributes fail to be read where they have not been set */
static void save_attrs(struct vcpu *vcpu, struct vcpu_state *state)
{
	if (vcpu_attr(vcpu, KVM_GET_DEVICE_ATTR, KVM_ARM_VCPU_PMU_V3_CTRL,
		      KVM_ARM_VCPU_PMU_V3_IRQ, &state->pmu_irq))
		state->pmu_irq = 0;
	if (vcpu_attr(vcpu, KVM_GET_DEVICE_ATTR, KVM_ARM_VCPU_PVTIME_CTRL,
		      KVM_ARM_VCPU_PVTIME_IPA, &state->stolen_time))
		state->stolen_time = 0;
}

static void restore_attrs(struct vcpu *vcpu, struct vcpu_state *state)
{
	if (state->pmu_irq &&
	    (vcpu_attr(vcpu, KVM_SET_DEVICE_ATTR, KVM_ARM_VCPU_PMU_V3_CTRL,
		       KVM_ARM_VCPU_PMU_V3_IRQ, &state->pmu_irq) ||
	     vcpu_attr(vcpu, KVM_SET_DEVICE_ATTR, KVM_ARM_VCPU_PMU_V3_CTRL,
		       KVM_ARM_VCPU_PMU_V3_INIT, NULL)))
		die("setting of the performance monitors' interrupt");
	if (state->stolen_time &&
	    vcpu_attr(vcpu, KVM_SET_DEVICE_ATTR, KVM_ARM_VCPU_PVTIME_CTRL,
		      KVM_ARM_VCPU_PVTIME_IPA, &state->stolen_time))
		die("setting of the stolen time's structure");
}

static void save_vcpu(struct vcpu *vcpu, struct vcpu_state *state)
{
	struct kvm_reg_list none = { .n = 0 };
	unsigned int i;

	save_attrs(vcpu, state);
	/* An access to a device is complete after the next KVM_RUN */
	vcpu->run->immediate_exit = 1;
	if (!ioctl(vcpu->fd, KVM_RUN, 0) || errno != EINTR)
		die("KVM_RUN with immediate_exit");
	vcpu->run->immediate_exit = 0;

	if (!ioctl(vcpu->fd, KVM_GET_REG_LIST, &none) || errno != E2BIG)
		die("KVM_GET_REG_LIST");
	state->list = malloc(sizeof(*state->list) + none.n * sizeof(u64));
	state->val = calloc(none.n, sizeof(u64));
	state->list->n = none.n;
	xioctl(vcpu->fd, KVM_GET_REG_LIST, state->list);
	for (i = 0; i < none.n; i++)
		if (get_reg(vcpu, state->list->reg[i], &state->val[i]))
			die("register 0x%llx", (unsigned long long)state->list->reg[i]);
	xioctl(vcpu->fd, KVM_GET_MP_STATE, &state->mp);
	xioctl(vcpu->fd, KVM_GET_VCPU_EVENTS, &state->events);
}

static void save(struct vm *vm, struct state *state)
{
	unsigned int i;

	memset(state, 0, sizeof(*state));
	state->nr_vcpus = vm->nr_vcpus;
	for (i = 0; i < vm->nr_vcpus; i++)
		save_vcpu(&vm->vcpus[i], &state->vcpu[i]);
	save_gic(vm, state);
}

static void free_state(struct state *state)
{
	unsigned int i;

	for (i = 0; i < state->nr_vcpus; i++) {
		free(state->vcpu[i].list);
		free(state->vcpu[i].val);
	}
}

static void restore_vcpu(struct vcpu *vcpu, struct vcpu_state *state)
{
	unsigned int i;

	restore_attrs(vcpu, state);
	for (i = 0; i < state->list->n; i++)
		if (set_reg(vcpu, state->list->reg[i], &state->val[i]))
			die("setting of register 0x%llx",
			    (unsigned long long)state->list->reg[i]);
	xioctl(vcpu->fd, KVM_SET_MP_STATE, &state->mp);
	xioctl(vcpu->fd, KVM_SET_VCPU_EVENTS, &state->events);
}

static void restore_gic_reg(struct vm *vm, struct gic_reg *reg)
{
	if (gic_set(vm, reg->group, reg->attr, &reg->val))
		die("setting of group %u, attribute 0x%llx", reg->group,
		    (unsigned long long)reg->attr);
}

/* GICD_IIDR has to be first, for the others there is no rule */
static void restore(struct vm *vm, struct state *state, bool backwards)
{
	unsigned int i;

	restore_gic_reg(vm, &state->reg[0]);
	for (i = 1; i < state->nr_regs; i++)
		restore_gic_reg(vm, &state->reg[backwards ? state->nr_regs - i : i]);
	for (i = 0; i < vm->nr_vcpus; i++)
		restore_vcpu(&vm->vcpus[i], &state->vcpu[i]);
}

/* The counter goes on, with it timers expire; all else is as it was */
static bool reg_same(u64 id, u64 before, u64 after)
{
	switch (id) {
	case KVM_REG_ARM_TIMER_CNT:
		return after >= before;
	case KVM_REG_ARM_TIMER_CTL:
	case KVM_REG_ARM_PTIMER_CTL:
		return !((before ^ after) & 3);
	default:
		return before == after;
	}
}

static void compare(struct __test_metadata *_metadata, struct state *before,
		    struct state *after)
{
	unsigned int i, r;

	for (i = 0; i < before->nr_regs; i++)
		EXPECT_EQ(before->reg[i].val, after->reg[i].val)
			TH_LOG("GIC: group %u, attribute 0x%llx", before->reg[i].group,
			       (unsigned long long)before->reg[i].attr);
	for (i = 0; i < before->nr_vcpus; i++) {
		struct vcpu_state *b = &before->vcpu[i], *a = &after->vcpu[i];

		ASSERT_EQ(b->list->n, a->list->n);
		for (r = 0; r < b->list->n; r++)
			EXPECT_TRUE(reg_same(b->list->reg[r], b->val[r], a->val[r]))
				TH_LOG("vCPU %u: register 0x%llx: 0x%llx, 0x%llx", i,
				       (unsigned long long)b->list->reg[r],
				       (unsigned long long)b->val[r],
				       (unsigned long long)a->val[r]);
		EXPECT_EQ(b->pmu_irq, a->pmu_irq);
		EXPECT_EQ(b->stolen_time, a->stolen_time);
		EXPECT_EQ(b->mp.mp_state, a->mp.mp_state);
		EXPECT_EQ(0, memcmp(&b->events, &a->events, sizeof(b->events)));
	}
}

/* The guest leaves its VM, which ends, for a new one; its memory is not copied */
static struct vm *move(struct __test_metadata *_metadata, struct vm *from, bool backwards)
{
	static struct state before, after;
	struct vm *to = malloc(sizeof(*to));
	unsigned int i;

	save(from, &before);
	vm_create(to, from->nr_vcpus, VM_NO_RAM | VM_NO_INIT);
	to->init = from->init;
	for (i = 0; i < to->nr_vcpus; i++)
		vcpu_init(&to->vcpus[i]);
	to->ram = from->ram;
	from->ram = NULL;
	memcpy(to->args, from->args, sizeof(to->args));
	vm_destroy(from);
	free(from);

	vm_map(to, 0, 0, RAM_BASE, RAM_SIZE, to->ram);
	restore(to, &before, backwards);
	save(to, &after);
	compare(_metadata, &before, &after);
	free_state(&before);
	free_state(&after);
	return to;
}

static struct vm *start(const char *name, unsigned int nr_vcpus)
{
	struct vm *vm = malloc(sizeof(*vm));

	vm_create(vm, nr_vcpus, 0);
	vm_load_name(vm, name);
	return vm;
}

static void end(struct __test_metadata *_metadata, struct vm *vm)
{
	EXPECT_EQ(RESULT_PASS, vm->result);
	vm_show_console(vm);
	vm_destroy(vm);
	free(vm);
}

/* Lets the guest run for a while that it notices, however slow the board is */
static void run_on(struct vm *vm, unsigned int exits)
{
	u64 until = vcpu_stat(&vm->vcpus[0], "exits") + exits;

	vm_start(vm);
	while (!vm->ended && vcpu_stat(&vm->vcpus[0], "exits") < until)
		usleep(500);
	vm_stop(vm);
}

/* At any time: wherever the vCPUs happen to be */
TEST(busy)
{
	unsigned int i, n = times(20);
	struct vm *vm = start("busy", 2);

	srand(1);
	for (i = 0; i < n; i++) {
		run_on(vm, 1 + rand() % 60);
		ASSERT_FALSE(vm->ended)
			vm_show_console(vm);
		vm = move(_metadata, vm, i & 1);
	}
	vm->args[0] = 1;
	vm_start(vm);
	EXPECT_TRUE(vm_finish(vm));
	ksft_print_msg("%u moves, %u and %u rounds\n", n, vm->args[1], vm->args[2]);
	end(_metadata, vm);
}

/* With what debuggers and profilers in the guest use, and stolen time */
TEST(observed)
{
	struct vcpu_state attrs = { .stolen_time = RAM_BASE + 0x06000040ULL };
	struct vm *vm = malloc(sizeof(*vm));
	unsigned int i, n = times(20);

	srand(2);
	vm_create(vm, 1, VM_NO_INIT);
	if (ioctl(vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_PMU_V3) > 0) {
		vm->init.features[0] |= BIT(KVM_ARM_VCPU_PMU_V3);
		attrs.pmu_irq = PMU_PPI;
	}
	vcpu_init(&vm->vcpus[0]);
	restore_attrs(&vm->vcpus[0], &attrs);
	vm_load_name(vm, "observed");
	vm->args[0] = attrs.stolen_time;
	vm->args[1] = attrs.pmu_irq;
	for (i = 0; i < n; i++) {
		run_on(vm, 1 + rand() % 60);
		ASSERT_FALSE(vm->ended)
			vm_show_console(vm);
		vm = move(_metadata, vm, i & 1);
	}
	vm->args[2] = 1;
	vm_start(vm);
	EXPECT_TRUE(vm_finish(vm));
	ksft_print_msg("%u moves, %u rounds, %llu ns stolen\n", n, vm->args[3],
		       (u64)vm->args[5] << 32 | vm->args[4]);
	end(_metadata, vm);
}

/* With everything under way at once */
FIXTURE(order) {
};

FIXTURE_VARIANT(order) {
	bool backwards;
};

FIXTURE_VARIANT_ADD(order, forwards) {
	.backwards = false,
};

FIXTURE_VARIANT_ADD(order, backwards) {
	.backwards = true,
};

FIXTURE_SETUP(order)
{
}

FIXTURE_TEARDOWN(order)
{
}

TEST_F(order, in_flight)
{
	struct vm *vm = start("in_flight", 4);

	/* Three CPUs come and go, and are off at this point */
	vm_start(vm);
	while (!vm->sync && !vm->ended)
		usleep(1000);
	vm_stop(vm);
	ASSERT_EQ(1, vm->sync)
		vm_show_console(vm);
	vm = move(_metadata, vm, variant->backwards);
	vm_start(vm);
	EXPECT_TRUE(vm_finish(vm));
	end(_metadata, vm);
}

/* At each step of an interrupt's life */
TEST(steps)
{
	struct vm *vm = start("steps", 2);

	while (vcpu_run(&vm->vcpus[0]) == VMM_SYNC && vm->sync != 100)
		vm = move(_metadata, vm, false);
	EXPECT_EQ(100, vm->sync);
	vm_start(vm);
	EXPECT_TRUE(vm_finish(vm));
	end(_metadata, vm);
}

/* Registers of a GIC whose vCPUs run are neither read nor written */
TEST(running)
{
	static const struct { u32 group; u64 attr; } regs[] = {
		{ GRP_DIST, 0x104 }, { GRP_DIST, 0x204 }, { GRP_DIST, CPU(1) | 0x100 },
		{ GRP_CPU, 0x4 }, { GRP_CPU, CPU(1) | 0x4 }, { GRP_LEVEL, 32 },
	};
	struct vm *vm = start("spin", 2);
	u32 val, before;
	unsigned int i;

	ASSERT_EQ(0, gic_get(vm, GRP_DIST, 0x104, &before));
	vm_start(vm);
	while (!gic_get(vm, GRP_DIST, 0x104, &val))
		usleep(1000);
	EXPECT_EQ(EBUSY, errno);
	val = 0x55;
	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		EXPECT_ERRNO(EBUSY, gic_get(vm, regs[i].group, regs[i].attr, &val));
		EXPECT_EQ(0x55, val);
		EXPECT_ERRNO(EBUSY, gic_set(vm, regs[i].group, regs[i].attr, &val));
		/* That there are such registers can be asked at any time */
		EXPECT_EQ(0, gic_attr(vm, KVM_HAS_DEVICE_ATTR, regs[i].group,
				      regs[i].attr, NULL));
	}
	vm_stop(vm);
	EXPECT_EQ(0, gic_get(vm, GRP_DIST, 0x104, &val));
	EXPECT_EQ(before, val);
	EXPECT_EQ(0, gic_get(vm, GRP_CPU, 0x4, &val));
	EXPECT_EQ(0, val);
	vm_destroy(vm);
	free(vm);
}

static struct vm *gic_vm(void)
{
	struct vm *vm = malloc(sizeof(*vm));

	vm_create(vm, 2, VM_NO_RAM);
	return vm;
}

/* Another implementation's state is refused; groups count once ours is confirmed */
TEST(identification)
{
	struct vm *vm = gic_vm();
	u32 iidr, wrong, val = 0xff;

	ASSERT_EQ(0, gic_get(vm, GRP_DIST, 0x008, &iidr));
	EXPECT_EQ(0x43b, iidr & 0xfff);
	EXPECT_EQ(0, gic_set(vm, GRP_DIST, 0x084, &val));
	EXPECT_EQ(0, gic_get(vm, GRP_DIST, 0x084, &val));
	EXPECT_EQ(0, val);
	wrong = iidr ^ 1 << 12;
	EXPECT_ERRNO(EINVAL, gic_set(vm, GRP_DIST, 0x008, &wrong));
	val = 0xff;
	EXPECT_EQ(0, gic_set(vm, GRP_DIST, 0x084, &val));
	EXPECT_EQ(0, gic_get(vm, GRP_DIST, 0x084, &val));
	EXPECT_EQ(0, val);
	EXPECT_EQ(0, gic_set(vm, GRP_DIST, 0x008, &iidr));
	val = 0xff;
	EXPECT_EQ(0, gic_set(vm, GRP_DIST, 0x084, &val));
	val = 0;
	EXPECT_EQ(0, gic_get(vm, GRP_DIST, 0x084, &val));
	EXPECT_EQ(0xff, val);
	vm_destroy(vm);
	free(vm);
}

TEST(level_info)
{
	struct vm *vm = gic_vm();
	u32 val = ~0;

	/* SGIs have no line, PPIs one a vCPU */
	EXPECT_EQ(0, gic_set(vm, GRP_LEVEL, 0, &val));
	EXPECT_EQ(0, gic_get(vm, GRP_LEVEL, 0, &val));
	EXPECT_EQ(0xffff0000, val);
	EXPECT_EQ(0, gic_get(vm, GRP_LEVEL, CPU(1), &val));
	EXPECT_EQ(0, val);
	val = 0x00100000;
	EXPECT_EQ(0, gic_set(vm, GRP_LEVEL, CPU(1) | 64, &val));
	EXPECT_EQ(0, gic_get(vm, GRP_LEVEL, 64, &val));
	EXPECT_EQ(0x00100000, val);
	/* Pending by its line */
	EXPECT_EQ(0, gic_get(vm, GRP_DIST, 0x208, &val));
	EXPECT_EQ(0x00100000, val);
	/* Of interrupts that there are not it is zero and ignores what is written */
	val = ~0;
	EXPECT_EQ(0, gic_set(vm, GRP_LEVEL, SPI_BANKS * 32, &val));
	EXPECT_EQ(0, gic_get(vm, GRP_LEVEL, SPI_BANKS * 32, &val));
	EXPECT_EQ(0, val);
	EXPECT_ERRNO(EINVAL, gic_get(vm, GRP_LEVEL, 33, &val));
	EXPECT_ERRNO(EINVAL, gic_get(vm, GRP_LEVEL,
				     1 << KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT, &val));
	EXPECT_ERRNO(EINVAL, gic_get(vm, GRP_LEVEL, CPU(2), &val));
	EXPECT_ERRNO(EFAULT, gic_set(vm, GRP_LEVEL, 32, NULL));
	vm_destroy(vm);
	free(vm);
}

TEST_HARNESS_MAIN
