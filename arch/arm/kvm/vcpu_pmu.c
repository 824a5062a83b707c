// SPDX-License-Identifier: GPL-2.0-only
/*
 * The performance monitors of a vCPU: PMUv2 (DDI 0406C, chapter C12), with the
 * host's perf to count.
 *
 * A counter that runs has an event of perf, bound to the vCPU's thread, so that
 * the counters of the hardware are shared with the host's own users. ARMv7 cannot
 * tell the host from the guest. So the event excludes all modes, as far as perf
 * is concerned, and counts nothing, wherever the thread is. For a stay in the
 * guest its filter is opened in the hardware, as the guest has set it: what
 * counts is the guest, with the few exits that end within the stay.
 */
#include <linux/kvm_host.h>
#include <linux/perf/arm_pmu.h>
#include <linux/perf_event.h>
#include <linux/uaccess.h>
#include <asm/cp15.h>
#include <asm/kvm/vcpu.h>

#define HOST_PMCR	__ACCESS_CP15(c9, 0, c12, 0)
#define HOST_PMSELR	__ACCESS_CP15(c9, 0, c12, 5)
#define HOST_PMXEVTYPER	__ACCESS_CP15(c9, 0, c13, 1)
#define HOST_PMUSERENR	__ACCESS_CP15(c9, 0, c14, 0)

/* The registers by CRm and opc2; CRn is c9, opc1 is 0 */
#define PM(crm, op2)	((crm) << 3 | (op2))
#define PMCR		PM(12, 0)
#define PMCNTENSET	PM(12, 1)
#define PMCNTENCLR	PM(12, 2)
#define PMOVSR		PM(12, 3)
#define PMSWINC		PM(12, 4)
#define PMSELR		PM(12, 5)
#define PMCEID0		PM(12, 6)
#define PMCEID1		PM(12, 7)
#define PMCCNTR		PM(13, 0)
#define PMXEVTYPER	PM(13, 1)
#define PMXEVCNTR	PM(13, 2)
#define PMUSERENR	PM(14, 0)
#define PMINTENSET	PM(14, 1)
#define PMINTENCLR	PM(14, 2)

/* PMCR, B4.1.117 */
#define PMCR_E		BIT(0)
#define PMCR_P		BIT(1)	/* reset the event counters */
#define PMCR_C		BIT(2)	/* reset the cycle counter */
#define PMCR_D		BIT(3)	/* the cycle counter counts 64 at a time */
#define PMCR_DP		BIT(5)	/* of no effect: nothing prohibits counting */
#define PMCR_N_SHIFT	11
#define PMCR_ID		GENMASK(31, PMCR_N_SHIFT)
#define PMCR_STATE	(PMCR_E | PMCR_D | PMCR_DP)

#define PMSELR_SEL	0x1f
#define PMUSERENR_EN	BIT(0)

/* PMXEVTYPER, B4.1.129; a guest without Security Extensions has no more bits */
#define TYPE_NOT_PL1	BIT(31)
#define TYPE_NOT_PL0	BIT(30)
#define TYPE_FILTER	(TYPE_NOT_PL1 | TYPE_NOT_PL0)
#define TYPE_EVENT	0xff	/* 0: software increment */

/* PMCEID0: software increments, cycles; PMUv3's chain of two counters */
#define EVENTS_ALWAYS	(BIT(0x00) | BIT(0x11))
#define EVENT_CHAIN	BIT(0x1e)

/* All CPUs' one, as the host's perf has it, or NULL */
static struct arm_pmu *host_pmu;

/**
 * kvm_host_pmu_init - the host's perf has a new PMU
 * @pmu: it
 *
 * It is good for guests if it can filter (PMUv2), tells of overflows, and all CPUs
 * have the same.
 */
void kvm_host_pmu_init(struct arm_pmu *pmu)
{
	bool good = pmu->set_event_filter &&
		    !(pmu->pmu.capabilities & PERF_PMU_CAP_NO_INTERRUPT) &&
		    cpumask_subset(cpu_possible_mask, &pmu->supported_cpus);

	host_pmu = good ? pmu : NULL;
}

/**
 * kvm_arm_pmu_available - can a vCPU have performance monitors?
 */
bool kvm_arm_pmu_available(void)
{
	return host_pmu;
}

/* The event counters that there are, as many as the host has */
static unsigned int nr_event_counters(void)
{
	return read_sysreg(HOST_PMCR) >> PMCR_N_SHIFT & 0x1f;
}

static u32 all_counters(void)
{
	return BIT(KVM_ARM_PMU_CYCLES) | (BIT(nr_event_counters()) - 1);
}

static u32 type_mask(unsigned int n)
{
	return n == KVM_ARM_PMU_CYCLES ? TYPE_FILTER : TYPE_FILTER | TYPE_EVENT;
}

static u32 pmcr(const struct kvm_vcpu_pmu *pmu)
{
	return (read_sysreg(HOST_PMCR) & PMCR_ID) | pmu->pmcr;
}

static u32 enabled_counters(const struct kvm_vcpu_pmu *pmu)
{
	return pmu->pmcr & PMCR_E ? pmu->cnten : 0;
}

/* The host's event counts 1 << this for 1 of the guest's */
static unsigned int count_shift(const struct kvm_vcpu_pmu *pmu, unsigned int n)
{
	return n == KVM_ARM_PMU_CYCLES && pmu->pmcr & PMCR_D ? 6 : 0;
}

static bool output(const struct kvm_vcpu_pmu *pmu)
{
	return pmu->pmcr & PMCR_E && pmu->ovsr & pmu->inten;
}

/* Change PMOVSR, and tell the virtual GIC of the interrupt's level */
static void update_flags(struct kvm_vcpu *vcpu, u32 clear, u32 set)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	unsigned long flags;
	bool level;

	local_irq_save(flags);
	pmu->ovsr = (pmu->ovsr & ~clear) | set;
	level = output(pmu);
	if (pmu->ppi && level != pmu->level) {
		pmu->level = level;
		kvm_arm_vgic_set_line(vcpu->kvm, vcpu->vcpu_idx, pmu->ppi, level);
	}
	local_irq_restore(flags);
}

/* The host's interrupt, in the vCPU thread: it has just left the guest */
static void overflow(struct perf_event *event, struct perf_sample_data *data,
		     struct pt_regs *regs)
{
	struct kvm_vcpu *vcpu = event->overflow_handler_context;
	unsigned int n;

	for (n = 0; n <= KVM_ARM_PMU_CYCLES; n++)
		if (vcpu->arch.pmu.counter[n].event == event)
			update_flags(vcpu, 0, BIT(n));
}

static u32 read_counter(const struct kvm_vcpu_pmu *pmu, unsigned int n)
{
	const struct kvm_pmu_counter *c = &pmu->counter[n];
	u64 enabled, running;

	if (!c->event)
		return c->value;
	return c->value + (u32)(perf_event_read_value(c->event, &enabled, &running) >>
				count_shift(pmu, n));
}

static void stop_counter(struct kvm_vcpu_pmu *pmu, unsigned int n)
{
	struct kvm_pmu_counter *c = &pmu->counter[n];

	if (!c->event)
		return;
	pmu->open &= ~BIT(n);
	c->value = read_counter(pmu, n);
	perf_event_release_kernel(c->event);
	c->event = NULL;
}

static void stop_counters(struct kvm_vcpu_pmu *pmu, u32 mask)
{
	unsigned int n;

	for (n = 0; n <= KVM_ARM_PMU_CYCLES; n++)
		if (mask & BIT(n))
			stop_counter(pmu, n);
}

static void set_counter(struct kvm_vcpu_pmu *pmu, unsigned int n, u32 val)
{
	stop_counter(pmu, n);
	pmu->counter[n].value = val;
}

/*
 * An event that interrupts when the guest's counter overflows, and again each
 * 1 << 32 counts. If perf has none, the counter stands still.
 */
static void start_counter(struct kvm_vcpu *vcpu, unsigned int n)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	struct kvm_pmu_counter *c = &pmu->counter[n];
	unsigned int shift = count_shift(pmu, n);
	struct perf_event_attr attr = {
		.type = host_pmu->pmu.type,
		.size = sizeof(attr),
		.config = c->type & TYPE_EVENT,
		.sample_period = BIT_ULL(32) << shift,
		.disabled = true,
		.pinned = true,
		.exclude_user = true,
		.exclude_kernel = true,
		.exclude_hv = true,
	};
	struct perf_event *event;

	if (n == KVM_ARM_PMU_CYCLES) {
		attr.type = PERF_TYPE_HARDWARE;
		attr.config = PERF_COUNT_HW_CPU_CYCLES;
	}
	event = perf_event_create_kernel_counter(&attr, -1, current, overflow, vcpu);
	if (IS_ERR(event))
		return;
	local64_set(&event->hw.period_left, (BIT_ULL(32) - c->value) << shift);
	c->event = event;
	perf_event_enable(event);
}

/**
 * kvm_arm_pmu_update - have perf count what the guest wants to be counted
 * @vcpu: the vCPU, whose registers were written
 *
 * Context: the vCPU thread, may sleep.
 */
void kvm_arm_pmu_update(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	u32 enabled = enabled_counters(pmu), open = 0;
	unsigned int n;

	for (n = 0; n <= KVM_ARM_PMU_CYCLES; n++) {
		struct kvm_pmu_counter *c = &pmu->counter[n];

		if (!(enabled & BIT(n)))
			continue;
		/* Software increments are counted here */
		if (n != KVM_ARM_PMU_CYCLES && !(c->type & TYPE_EVENT))
			continue;
		if (!c->event)
			start_counter(vcpu, n);
		if (c->event)
			open |= BIT(n);
	}
	pmu->open = open;
	pmu->in_use = open || pmu->userenr;
	update_flags(vcpu, 0, 0);
}

/* On this CPU; perf has no hardware counter for the event if it lacks one */
static void set_filter(const struct perf_event *event, u32 not_counted)
{
	if (event->hw.idx < 0)
		return;
	write_sysreg(event->hw.idx, HOST_PMSELR);
	isb();
	write_sysreg((event->hw.config_base & ~TYPE_FILTER) | not_counted,
		     HOST_PMXEVTYPER);
}

static void set_filters(const struct kvm_vcpu_pmu *pmu, bool guest)
{
	unsigned int n;

	for (n = 0; n <= KVM_ARM_PMU_CYCLES; n++)
		if (pmu->open & BIT(n))
			set_filter(pmu->counter[n].event,
				   guest ? pmu->counter[n].type & TYPE_FILTER : TYPE_FILTER);
}

/**
 * kvm_arm_pmu_enter - begin to count
 * @vcpu: about to enter the guest, with vcpu->arch.pmu.in_use; IRQs off until
 *	after kvm_arm_pmu_exit()
 *
 * User mode's accesses are undefined, and do not trap, as long as the hardware's
 * PMUSERENR says so (B1.14.1).
 */
void kvm_arm_pmu_enter(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;

	pmu->host_userenr = read_sysreg(HOST_PMUSERENR);
	write_sysreg(pmu->userenr, HOST_PMUSERENR);
	set_filters(pmu, true);
}

/**
 * kvm_arm_pmu_exit - stop what kvm_arm_pmu_enter() began
 * @vcpu: it
 *
 * An overflow that is not known yet is an interrupt that is pending.
 */
void kvm_arm_pmu_exit(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;

	set_filters(pmu, false);
	write_sysreg(pmu->host_userenr, HOST_PMUSERENR);
	isb();
}

/**
 * kvm_arm_pmu_output - is the overflow interrupt asserted?
 * @vcpu: the vCPU
 */
bool kvm_arm_pmu_output(const struct kvm_vcpu *vcpu)
{
	return output(&vcpu->arch.pmu);
}

static void write_pmcr(struct kvm_vcpu_pmu *pmu, u32 val)
{
	unsigned int n;

	if (val & PMCR_P)
		for (n = 0; n < KVM_ARM_PMU_CYCLES; n++)
			set_counter(pmu, n, 0);
	if (val & PMCR_C)
		set_counter(pmu, KVM_ARM_PMU_CYCLES, 0);
	if ((val ^ pmu->pmcr) & PMCR_D)
		stop_counter(pmu, KVM_ARM_PMU_CYCLES);
	pmu->pmcr = val & PMCR_STATE;
}

static void software_increment(struct kvm_vcpu *vcpu, u32 mask, bool user)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	u32 filter = user ? TYPE_NOT_PL0 : TYPE_NOT_PL1;
	unsigned int n;

	mask &= enabled_counters(pmu);
	for (n = 0; n < KVM_ARM_PMU_CYCLES; n++) {
		struct kvm_pmu_counter *c = &pmu->counter[n];

		if (mask & BIT(n) && !(c->type & (TYPE_EVENT | filter)) && !++c->value)
			update_flags(vcpu, 0, BIT(n));
	}
}

/* Return: false if the register cannot be written */
static bool write_reg(struct kvm_vcpu *vcpu, u8 reg, u32 val, bool user)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	bool selected = all_counters() & BIT(pmu->selr);

	switch (reg) {
	case PMCR:
		write_pmcr(pmu, val);
		break;
	case PMCNTENSET:
		pmu->cnten |= val & all_counters();
		break;
	case PMCNTENCLR:
		pmu->cnten &= ~val;
		stop_counters(pmu, val);
		break;
	case PMOVSR:
		update_flags(vcpu, val, 0);
		return true;
	case PMSWINC:
		software_increment(vcpu, val, user);
		return true;
	case PMSELR:
		pmu->selr = val & PMSELR_SEL;
		return true;
	case PMCCNTR:
		set_counter(pmu, KVM_ARM_PMU_CYCLES, val);
		break;
	case PMXEVTYPER:
		if (!selected)
			return true;
		stop_counter(pmu, pmu->selr);
		pmu->counter[pmu->selr].type = val & type_mask(pmu->selr);
		break;
	case PMXEVCNTR:
		if (!selected || pmu->selr == KVM_ARM_PMU_CYCLES)
			return true;
		set_counter(pmu, pmu->selr, val);
		break;
	case PMUSERENR:
		pmu->userenr = val & PMUSERENR_EN;
		break;
	case PMINTENSET:
		pmu->inten |= val & all_counters();
		break;
	case PMINTENCLR:
		pmu->inten &= ~val;
		break;
	default:
		return false;
	}
	kvm_arm_pmu_update(vcpu);
	return true;
}

/* Return: false if the register cannot be read */
static bool read_reg(const struct kvm_vcpu_pmu *pmu, u8 reg, u64 *val)
{
	switch (reg) {
	case PMCR:
		*val = pmcr(pmu);
		return true;
	case PMCNTENSET:
	case PMCNTENCLR:
		*val = pmu->cnten;
		return true;
	case PMOVSR:
		*val = READ_ONCE(pmu->ovsr);
		return true;
	case PMSELR:
		*val = pmu->selr;
		return true;
	case PMCEID0:
		*val = (host_pmu->pmceid_bitmap[0] & ~EVENT_CHAIN) | EVENTS_ALWAYS;
		return true;
	case PMCEID1:
		*val = host_pmu->pmceid_bitmap[1];
		return true;
	case PMCCNTR:
		*val = read_counter(pmu, KVM_ARM_PMU_CYCLES);
		return true;
	case PMXEVTYPER:
		*val = pmu->counter[pmu->selr].type;
		return true;
	case PMXEVCNTR:
		*val = pmu->selr == KVM_ARM_PMU_CYCLES ? 0 : read_counter(pmu, pmu->selr);
		return true;
	case PMUSERENR:
		*val = pmu->userenr;
		return true;
	case PMINTENSET:
	case PMINTENCLR:
		*val = pmu->inten;
		return true;
	default:
		return false;
	}
}

static bool user_may(const struct kvm_vcpu_pmu *pmu, u8 reg, bool write)
{
	if (reg == PMUSERENR)
		return !write;
	return pmu->userenr && reg != PMINTENSET && reg != PMINTENCLR;
}

/**
 * kvm_arm_pmu_access - answer a trapped access to the performance monitors
 * @vcpu: the vCPU, loaded, IRQs and preemption on
 * @crm: c12 to c14, of c9
 * @op2: the instruction's opc2; its opc1 is 0
 * @write: MCR, not MRC
 * @user: from User mode
 * @val: what is written, or to be filled in
 *
 * What PMSELR selects and is not there reads as zero and ignores writes.
 *
 * Return: false if the instruction is UNDEFINED.
 */
bool kvm_arm_pmu_access(struct kvm_vcpu *vcpu, unsigned int crm, unsigned int op2,
			bool write, bool user, u64 *val)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	u8 reg = PM(crm, op2);

	if (user && !user_may(pmu, reg, write))
		return false;
	return write ? write_reg(vcpu, reg, *val, user) : read_reg(pmu, reg, val);
}

/**
 * kvm_arm_pmu_reset - all off and zero
 * @vcpu: the vCPU; from its thread, or vcpu->mutex held
 *
 * May sleep.
 */
void kvm_arm_pmu_reset(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;

	stop_counters(pmu, ~0);
	memset(pmu->counter, 0, sizeof(pmu->counter));
	pmu->pmcr = 0;
	pmu->cnten = 0;
	pmu->inten = 0;
	pmu->selr = 0;
	pmu->userenr = 0;
	pmu->in_use = false;
	update_flags(vcpu, ~0, 0);
}

/**
 * kvm_arm_pmu_release - give back perf's events until the vCPU runs again
 * @vcpu: the vCPU, not loaded
 *
 * They are its thread's, and it may be another one then. All that was counted is in
 * the registers. May sleep.
 */
void kvm_arm_pmu_release(struct kvm_vcpu *vcpu)
{
	stop_counters(&vcpu->arch.pmu, ~0);
	kvm_make_request(KVM_REQ_PMU, vcpu);
}

/**
 * kvm_arm_pmu_first_run - connect the interrupt to the virtual GIC
 * @vcpu: the vCPU, not loaded
 *
 * Context: vcpu->mutex held, after kvm_arm_timer_first_run().
 * Return: 0, or -EINVAL if user space has not initialized the performance
 * monitors, or their interrupt is a timer's.
 */
int kvm_arm_pmu_first_run(struct kvm_vcpu *vcpu)
{
	const struct kvm_vcpu_timer *timer = &vcpu->arch.timer;
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;

	if (!pmu->initialized)
		return -EINVAL;
	if (!irqchip_in_kernel(vcpu->kvm))
		return 0;
	if (!pmu->irq || pmu->irq == timer->ppi[KVM_ARM_VTIMER] ||
	    pmu->irq == timer->ppi[KVM_ARM_PTIMER])
		return -EINVAL;

	pmu->ppi = pmu->irq;
	/* A restored GIC may have had another level: say what it is in any case */
	pmu->level = !output(pmu);
	update_flags(vcpu, 0, 0);
	return 0;
}

/*
 * User space names each counter and its type, as ARMv8 does: PMEVCNTR<n> and
 * PMEVTYPER<n>, of which the last is PMCCFILTR.
 */
static const u64 state_ids[] = {
	ARM_CP15_REG32(0, 9, 12, 0),	/* PMCR */
	ARM_CP15_REG32(0, 9, 12, 1),	/* PMCNTENSET */
	ARM_CP15_REG32(0, 9, 12, 3),	/* PMOVSR */
	ARM_CP15_REG32(0, 9, 12, 5),	/* PMSELR */
	ARM_CP15_REG32(0, 9, 14, 0),	/* PMUSERENR */
	ARM_CP15_REG32(0, 9, 14, 1),	/* PMINTENSET */
};

static u64 counter_id(unsigned int n)
{
	if (n == KVM_ARM_PMU_CYCLES)
		return ARM_CP15_REG32(0, 9, 13, 0);
	return ARM_CP15_REG32(0, 14, 8 | n >> 3, n & 7);
}

static u64 type_id(unsigned int n)
{
	return ARM_CP15_REG32(0, 14, 12 | n >> 3, n & 7);
}

/* Where a register is, and the bits that it has; NULL: not here */
static u32 *user_reg(struct kvm_vcpu_pmu *pmu, u64 id, u32 *mask)
{
	u32 *const state[] = {
		&pmu->pmcr, &pmu->cnten, &pmu->ovsr, &pmu->selr, &pmu->userenr, &pmu->inten,
	};
	const u32 masks[] = {
		PMCR_STATE, all_counters(), all_counters(), PMSELR_SEL, PMUSERENR_EN,
		all_counters(),
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(state_ids); n++) {
		*mask = masks[n];
		if (id == state_ids[n])
			return state[n];
	}
	for (n = 0; n <= KVM_ARM_PMU_CYCLES; n++) {
		if (!(all_counters() & BIT(n)))
			continue;
		*mask = ~0;
		if (id == counter_id(n))
			return &pmu->counter[n].value;
		*mask = type_mask(n);
		if (id == type_id(n))
			return &pmu->counter[n].type;
	}
	return NULL;
}

/**
 * kvm_arm_pmu_num_regs - number of registers in KVM_GET_REG_LIST
 */
unsigned int kvm_arm_pmu_num_regs(void)
{
	return ARRAY_SIZE(state_ids) + 2 * hweight32(all_counters());
}

/**
 * kvm_arm_pmu_reg_ids - list the registers
 * @ids: where to, in user space
 *
 * Return: 0, or -EFAULT.
 */
int kvm_arm_pmu_reg_ids(u64 __user *ids)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(state_ids); n++)
		if (put_user(state_ids[n], ids++))
			return -EFAULT;
	for (n = 0; n <= KVM_ARM_PMU_CYCLES; n++) {
		if (!(all_counters() & BIT(n)))
			continue;
		if (put_user(counter_id(n), ids++) || put_user(type_id(n), ids++))
			return -EFAULT;
	}
	return 0;
}

/**
 * kvm_arm_pmu_get_reg - read a register for user space
 * @vcpu: not loaded
 * @id: with coprocessor 15
 * @val: filled in
 *
 * Context: vcpu->mutex held, may sleep.
 * Return: 0, or -ENOENT if it is not one of the performance monitors'.
 */
int kvm_arm_pmu_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	u32 mask, *reg = user_reg(pmu, id, &mask);

	if (!reg)
		return -ENOENT;
	kvm_arm_pmu_release(vcpu);
	*val = reg == &pmu->pmcr ? pmcr(pmu) : *reg;
	return 0;
}

/**
 * kvm_arm_pmu_set_reg - write a register for user space
 * @vcpu: not loaded
 * @id: with coprocessor 15
 * @val: new value, of 32 bits
 *
 * Context: vcpu->mutex held, may sleep.
 * Return: 0, -ENOENT if it is not one of the performance monitors', or -EINVAL for
 * bits that it does not have, or another number of counters in PMCR.
 */
int kvm_arm_pmu_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	u32 mask, *reg = user_reg(pmu, id, &mask);

	if (!reg)
		return -ENOENT;
	if (reg == &pmu->pmcr)
		val ^= pmcr(pmu) & PMCR_ID;
	if (val & ~mask)
		return -EINVAL;
	kvm_arm_pmu_release(vcpu);
	*reg = val;
	return 0;
}

/**
 * kvm_arm_pmu_has_attr - KVM_HAS_DEVICE_ATTR, group KVM_ARM_VCPU_PMU_V3_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute
 *
 * Return: 0, or -ENXIO if there is no such attribute.
 */
int kvm_arm_pmu_has_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	switch (attr->attr) {
	case KVM_ARM_VCPU_PMU_V3_IRQ:
	case KVM_ARM_VCPU_PMU_V3_INIT:
		return 0;
	default:
		return -ENXIO;
	}
}

/**
 * kvm_arm_pmu_get_attr - KVM_GET_DEVICE_ATTR, group KVM_ARM_VCPU_PMU_V3_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute: the interrupt's number, an int at attr->addr
 *
 * Return: 0, -ENXIO if it was not set, or there is no such attribute to be read,
 * -EFAULT.
 */
int kvm_arm_pmu_get_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	int __user *uaddr = (int __user *)(unsigned long)attr->addr;

	if (attr->attr != KVM_ARM_VCPU_PMU_V3_IRQ || !vcpu->arch.pmu.irq)
		return -ENXIO;
	return put_user((int)vcpu->arch.pmu.irq, uaddr);
}

static int set_irq(struct kvm_vcpu *vcpu, int __user *uaddr)
{
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;
	int intid, old;

	if (!irqchip_in_kernel(vcpu->kvm))
		return -EINVAL;
	if (get_user(intid, uaddr))
		return -EFAULT;
	if (intid < VGIC_NR_SGIS || intid >= VGIC_NR_PRIVATE)
		return -EINVAL;
	if (pmu->irq)
		return -EBUSY;
	/* All vCPUs of a VM have the first one's */
	old = atomic_cmpxchg(&vcpu->kvm->arch.pmu_irq, 0, intid);
	if (old && old != intid)
		return -EINVAL;
	pmu->irq = intid;
	return 0;
}

static int initialize(struct kvm_vcpu *vcpu)
{
	const struct kvm_vm_timer *timer = &vcpu->kvm->arch.timer;
	struct kvm_vcpu_pmu *pmu = &vcpu->arch.pmu;

	if (pmu->initialized)
		return -EBUSY;
	if (irqchip_in_kernel(vcpu->kvm)) {
		if (!kvm_arch_intc_initialized(vcpu->kvm))
			return -ENODEV;
		if (!pmu->irq)
			return -ENXIO;
		if (pmu->irq == READ_ONCE(timer->ppi[KVM_ARM_VTIMER]) ||
		    pmu->irq == READ_ONCE(timer->ppi[KVM_ARM_PTIMER]))
			return -EEXIST;
	}
	pmu->initialized = true;
	return 0;
}

/**
 * kvm_arm_pmu_set_attr - KVM_SET_DEVICE_ATTR, group KVM_ARM_VCPU_PMU_V3_CTRL
 * @vcpu: the vCPU
 * @attr: the attribute: the interrupt's number, an int at attr->addr; or
 *	KVM_ARM_VCPU_PMU_V3_INIT, without which the vCPU cannot run
 *
 * Context: vcpu->mutex held.
 * Return: 0, -ENXIO if there is no such attribute; for the number -EFAULT, -EINVAL if
 * it is not that of a PPI, differs from another vCPU's, or the GIC is not in
 * the kernel, -EBUSY if it was set; for INIT -EBUSY the second time, -ENODEV if the
 * GIC is not initialized, -ENXIO if no number was set, -EEXIST if it is a timer's.
 */
int kvm_arm_pmu_set_attr(struct kvm_vcpu *vcpu, struct kvm_device_attr *attr)
{
	switch (attr->attr) {
	case KVM_ARM_VCPU_PMU_V3_IRQ:
		return set_irq(vcpu, (int __user *)(unsigned long)attr->addr);
	case KVM_ARM_VCPU_PMU_V3_INIT:
		return initialize(vcpu);
	default:
		return -ENXIO;
	}
}
