// SPDX-License-Identifier: GPL-2.0-only
/*
 * PSCI (ARM DEN 0022) and SMCCC (ARM DEN 0028) as a guest calls them by HVC.
 */
#include "gic.h"

static u32 version(void)
{
	return hvc(PSCI_VERSION, 0, 0, 0);
}

GUEST_TEST(features, 1)
{
	static const u32 mandatory[] = {
		PSCI_VERSION, PSCI_CPU_SUSPEND, PSCI_CPU_OFF, PSCI_CPU_ON,
		PSCI_AFFINITY_INFO, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET, PSCI_FEATURES,
	};
	u32 i;

	if (version() < 0x10000)
		skip("PSCI_FEATURES comes with PSCI 1.0.");
	for (i = 0; i < sizeof(mandatory) / 4; i++)
		CHECK(!(hvc(PSCI_FEATURES, mandatory[i], 0, 0) & 0x80000000));
	CHECK_EQ(hvc(PSCI_FEATURES, 0x8400ff00, 0, 0), PSCI_NOT_SUPPORTED);
	/* 64-bit calls do not exist for a 32-bit caller */
	CHECK_EQ(hvc(PSCI_FEATURES, 0xc4000003, 0, 0), PSCI_NOT_SUPPORTED);
}

GUEST_TEST(unknown_functions, 1)
{
	CHECK_EQ(hvc(0x8400001f, 0, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(0xc4000003, cpu_mpidr(0), 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(0x87000000, 0, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(0xdeadbeef, 0, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(0, 0, 0, 0), PSCI_NOT_SUPPORTED);
}

GUEST_TEST(migrate_info_type, 1)
{
	u32 type = hvc(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0);

	/* 2: no trusted OS that would need migration */
	CHECK(type == 2 || type == PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(PSCI_MIGRATE, cpu_mpidr(0), 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(PSCI_MIGRATE_INFO_UP_CPU, 0, 0, 0), PSCI_NOT_SUPPORTED);
}

static shared u32 entry_state[8];

static void record_state(void)
{
	u32 cpsr;

	asm volatile("mrs %0, cpsr" : "=r" (cpsr));
	entry_state[0] = cpsr;
	entry_state[1] = READ_CP(p15, 0, c1, c0, 0);
	entry_state[2] = READ_CP(p15, 0, c0, c0, 5);
	entry_state[3] = this_cpu();
}

GUEST_TEST(cpu_on_and_off, 2)
{
	u32 mpidr = cpu_mpidr(1), i;

	for (i = 0; i < 5; i++) {
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, mpidr, 0, 0), 1);
		CHECK_EQ(cpu_on(1, record_state), PSCI_SUCCESS);
		CHECK(cpu_wait(1, 5000));
		CHECK_EQ(entry_state[0] & 0x1ff, 0x1d3);
		CHECK_EQ(entry_state[1] & 0x1005, 0);
		CHECK_EQ(entry_state[2] & 0xffffff, mpidr);
		CHECK_EQ(entry_state[3], 1);
	}
}

asm("	.arch	armv7ve\n"
	"	.thumb\n"
	"	.thumb_func\n"
	"	.global	thumb_entry\n"
	"thumb_entry:\n"
	"	movw	r1, #:lower16:thumb_result\n"
	"	movt	r1, #:upper16:thumb_result\n"
	"	str	r0, [r1]\n"
	"	dsb\n"
	"	movw	r0, #0x0002\n"
	"	movt	r0, #0x8400\n"
	"	.word	0x8000f7e0\n"		/* hvc #0, as two halfwords */
	"	b	.\n"
	"	.arm\n");
u32 thumb_result __used;

/* 5.6.2: bit 0 of the entry point selects Thumb */
GUEST_TEST(cpu_on_thumb, 2)
{
	CHECK_EQ(hvc(PSCI_CPU_ON, cpu_mpidr(1), (u32)thumb_entry | 1, 0x1234567), PSCI_SUCCESS);
	CHECK(WAIT_FOR(*(shared u32 *)&thumb_result == 0x1234567, 5000));
	CHECK(WAIT_FOR(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) == 1, 5000));
}

static shared bool go;

static void wait_go(void)
{
	while (!go)
		barrier();
}

GUEST_TEST(cpu_on_bad, 2)
{
	CHECK_EQ(hvc(PSCI_CPU_ON, 0x00ffff7f, (u32)secondary_start, 0), PSCI_INVALID_PARAMETERS);
	/* Bits 31:24 are reserved */
	CHECK_EQ(hvc(PSCI_CPU_ON, cpu_mpidr(1) | 1 << 24, (u32)secondary_start, 0),
		 PSCI_INVALID_PARAMETERS);
	CHECK_EQ(hvc(PSCI_CPU_ON, cpu_mpidr(0), (u32)secondary_start, 0), PSCI_ALREADY_ON);
	CHECK_EQ(cpu_on(1, wait_go), PSCI_SUCCESS);
	CHECK(WAIT_FOR(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) == 0, 5000));
	CHECK_EQ(hvc(PSCI_CPU_ON, cpu_mpidr(1), (u32)secondary_start, 1), PSCI_ALREADY_ON);
	go = true;
	CHECK(cpu_wait(1, 5000));
}

GUEST_TEST(affinity_info, 8)
{
	u32 i;

	CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(0), 0, 0), 0);
	for (i = 1; i < 8; i++)
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(i), 0, 0), 1);
	/* At level 1 a cluster is on while one CPU of it is */
	if (have_vmm()) {
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 1, 0), 0);
		if (cpu_mpidr(7) & 0xff00)
			CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(7), 1, 0), 1);
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(0), 4, 0),
			 PSCI_INVALID_PARAMETERS);
	}
	CHECK_EQ(hvc(PSCI_AFFINITY_INFO, 0x00ffff7f, 0, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(0) | 1 << 24, 0, 0), PSCI_INVALID_PARAMETERS);
}

/* A standby state, or a power-down that returns as one: back with SUCCESS */
GUEST_TEST(cpu_suspend, 1)
{
	u64 before;

	gic_on();
	gic_enable(27);
	before = counter();
	WRITE_CP64(before + counter_hz() / 100, p15, 3, c14);
	WRITE_CP(1, p15, 0, c14, c3, 1);
	isb();
	CHECK_EQ(hvc(PSCI_CPU_SUSPEND, 0, 0, 0), PSCI_SUCCESS);
	while (!(READ_CP(p15, 0, c14, c3, 1) & 4))
		CHECK_EQ(hvc(PSCI_CPU_SUSPEND, 0, 0, 0), PSCI_SUCCESS);
	CHECK(counter() - before >= counter_hz() / 100);
}

GUEST_TEST(smccc, 1)
{
	u32 v;

	if (version() < 0x10000 || hvc(PSCI_FEATURES, SMCCC_VERSION, 0, 0) == PSCI_NOT_SUPPORTED)
		skip("SMCCC 1.1 is not there.");
	CHECK_EQ(hvc(SMCCC_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(hvc(SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0), 0);
	CHECK_EQ(hvc(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0), 0);
	CHECK_EQ(hvc(SMCCC_ARCH_FEATURES, 0x8000ff00, 0, 0), PSCI_NOT_SUPPORTED);
	/* Not required is 1, available 0, DEN 0070A */
	v = hvc(SMCCC_ARCH_FEATURES, SMCCC_ARCH_WORKAROUND_1, 0, 0);
	CHECK(v == 0 || v == 1 || v == PSCI_NOT_SUPPORTED);
	if (v == 0)
		hvc(SMCCC_ARCH_WORKAROUND_1, 0, 0, 0);
}

/* SMCCC 1.1, 2.9: r4-r14 and, from 1.1 on, r1-r3 that carry no result are kept */
GUEST_TEST(arguments_kept, 1)
{
	register u32 r0 asm("r0") = PSCI_VERSION;
	register u32 r1 asm("r1") = 0x1111;
	register u32 r2 asm("r2") = 0x2222;
	register u32 r3 asm("r3") = 0x3333;
	u32 a, b, c;

	asm volatile(".arch_extension virt\n\thvc #0"
		     : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3) : : "memory");
	a = r1;
	b = r2;
	c = r3;
	if (!have_vmm())
		skip("PSCI 1.0 promises this, -M virt may not.");
	CHECK_EQ(a, 0x1111);
	CHECK_EQ(b, 0x2222);
	CHECK_EQ(c, 0x3333);
}

/* Two CPUs turn on the same third at once: one of them does, once */
static shared u32 racing[3];

static void nothing(void)
{
	racing[0]++;
}

static void second_caller(void)
{
	while (!go)
		barrier();
	racing[2] = hvc(PSCI_CPU_ON, cpu_mpidr(2), (u32)secondary_start, 2);
}

GUEST_TEST(cpu_on_race, 3)
{
	cpus[2].fn = nothing;
	CHECK_EQ(cpu_on(1, second_caller), PSCI_SUCCESS);
	go = true;
	racing[1] = hvc(PSCI_CPU_ON, cpu_mpidr(2), (u32)secondary_start, 2);
	CHECK(cpu_wait(1, 5000));
	CHECK(cpu_wait(2, 5000));
	CHECK(racing[1] == PSCI_SUCCESS || racing[2] == PSCI_SUCCESS);
	CHECK(racing[1] == PSCI_SUCCESS || racing[1] == PSCI_ALREADY_ON ||
	      racing[1] == PSCI_ON_PENDING);
	CHECK(racing[2] == PSCI_SUCCESS || racing[2] == PSCI_ALREADY_ON ||
	      racing[2] == PSCI_ON_PENDING);
}

/* Nothing but zero is a function's immediate (SMCCC) */
GUEST_TEST(immediate, 1)
{
	register u32 r0 asm("r0") = PSCI_VERSION;

	if (!have_vmm())
		skip("The emulator does not look at it.");
	asm volatile(".arch_extension virt\n\thvc #1" : "+r" (r0) : :
		     "r1", "r2", "r3", "memory");
	CHECK_EQ(r0, PSCI_NOT_SUPPORTED);
}

/* A big-endian caller starts a big-endian CPU */
asm("	.align	2\n"
	"call_big_endian:\n"
	"	setend	be\n"
	"	.arch_extension virt\n"
	"	hvc	#0\n"
	"	setend	le\n"
	"	bx	lr\n"
	"big_endian_entry:\n"
	"	movw	r1, #:lower16:big_endian_result\n"
	"	movt	r1, #:upper16:big_endian_result\n"
	"	str	r0, [r1]\n"
	"	mrs	r2, cpsr\n"
	"	mrc	p15, 0, r3, c1, c0, 0\n"
	"	setend	le\n"
	"	str	r2, [r1, #4]\n"
	"	str	r3, [r1, #8]\n"
	"	movw	r0, #0x0002\n"
	"	movt	r0, #0x8400\n"
	"	hvc	#0\n"
	"	b	.\n");
shared u32 big_endian_result[3] __used;

GUEST_TEST(cpu_on_big_endian, 2)
{
	if (!have_vmm())
		skip("A real machine starts as its firmware is.");
	CHECK_EQ(call_big_endian(PSCI_CPU_ON, cpu_mpidr(1), (u32)big_endian_entry,
				 0x12345678), PSCI_SUCCESS);
	CHECK(WAIT_FOR(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) == 1, 5000));
	CHECK_EQ(big_endian_result[0], 0x78563412);
	CHECK(big_endian_result[1] & 1 << 9);
	CHECK(big_endian_result[2] & 1 << 25);
}

/* Of several that turn on one CPU again and again, one succeeds each time */
#define RACES	50
#define RACERS	4
static shared u32 race, starts, arrived[RACERS], won[RACERS], odd[RACERS];

static void racer(void)
{
	u32 i, ret, n = this_cpu();

	for (i = 1; i <= RACES; i++) {
		if (!WAIT_FOR(race == i, 20000))
			return;
		ret = hvc(PSCI_CPU_ON, cpu_mpidr(7), (u32)secondary_start, 7);
		if (ret == PSCI_SUCCESS)
			won[n]++;
		else if (ret != PSCI_ALREADY_ON && ret != PSCI_ON_PENDING)
			odd[n]++;
		dsb();
		arrived[n] = i;
	}
}

static void count_start(void)
{
	starts++;
}

GUEST_TEST(cpu_on_races, 8)
{
	u32 i, n, total = 0;

	/* Its CPU_ON succeeds twice while the target is about to start */
	if (!have_vmm())
		skip("The emulator does not pass this.");
	for (n = 1; n < RACERS; n++)
		CHECK_EQ(cpu_on(n, racer), PSCI_SUCCESS);
	cpus[7].fn = count_start;
	for (i = 1; i <= RACES; i++) {
		cpus[7].finished = false;
		dsb();
		race = i;
		for (n = 1; n < RACERS; n++)
			CHECK(WAIT_FOR(arrived[n] == i, 20000));
		CHECK(cpu_wait(7, 20000));
		for (n = 1, total = 0; n < RACERS; n++)
			total += won[n];
		/* More than i: it had come to its end before the last one called */
		CHECK(total >= i);
		CHECK_EQ(starts, total);
	}
	for (n = 1; n < RACERS; n++) {
		CHECK(cpu_wait(n, 20000));
		CHECK_EQ(odd[n], 0);
	}
}

static void smccc(u32 r[4])
{
	register u32 r0 asm("r0") = r[0];
	register u32 r1 asm("r1") = r[1];
	register u32 r2 asm("r2") = r[2];
	register u32 r3 asm("r3") = r[3];

	asm volatile(".arch_extension virt\n\thvc #0"
		     : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3) : : "memory");
	r[0] = r0;
	r[1] = r1;
	r[2] = r2;
	r[3] = r3;
}

/* Documentation/virt/kvm/arm/hypercalls.rst */
GUEST_TEST(kvm_services, 1)
{
	u32 uid[4] = { KVM_CALL_UID }, features[4] = { KVM_FEATURES, ~0, ~0, ~0 };

	if (!have_vmm())
		skip("These are KVM's.");
	smccc(uid);
	/* 28b46fb6-2ec5-11e9-a9ca-4b564d003a74 */
	CHECK_EQ(uid[0], 0xb66fb428);
	CHECK_EQ(uid[1], 0xe911c52e);
	CHECK_EQ(uid[2], 0x564bcaa9);
	CHECK_EQ(uid[3], 0x743a004d);
	smccc(features);
	CHECK_EQ(features[0], 3);
	CHECK_EQ(features[1], 0);
	CHECK_EQ(features[2], 0);
	CHECK_EQ(features[3], 0);
	CHECK_EQ(hvc(KVM_PTP + 1, 0, 0, 0), PSCI_NOT_SUPPORTED);
}

/* Documentation/virt/kvm/arm/ptp_kvm.rst */
#define KVM_PTP_VIRT	0
#define KVM_PTP_PHYS	1

static u64 count_of(u32 which)
{
	isb();
	return which == KVM_PTP_VIRT ? READ_CP64(p15, 1, c14) : READ_CP64(p15, 0, c14);
}

/* The wall clock, in ns; *count is the counter of that moment */
static u64 wall_clock(u32 which, u64 *count)
{
	u32 r[4] = { KVM_PTP, which, ~0, ~0 };
	u64 before = count_of(which);

	smccc(r);
	*count = (u64)r[2] << 32 | r[3];
	CHECK(before <= *count);
	CHECK(*count <= count_of(which));
	return (u64)r[0] << 32 | r[1];
}

GUEST_TEST(kvm_ptp, 1)
{
	u64 wall, ns, first, count, ticks;
	u32 which;

	if (!have_vmm())
		skip("This is KVM's.");
	for (which = KVM_PTP_VIRT; which <= KVM_PTP_PHYS; which++) {
		wall = wall_clock(which, &first);
		WAIT_FOR(false, 50);
		ns = wall_clock(which, &count) - wall;
		/* As many ns as ticks, to 1/64: the wall clock is disciplined, if by anyone */
		ticks = (count - first) * 1000;
		ns *= counter_hz() / 1000000;
		CHECK(ns > ticks - ticks / 64);
		CHECK(ns < ticks + ticks / 64);
	}
	CHECK_EQ(hvc(KVM_PTP, 2, 0, 0), PSCI_NOT_SUPPORTED);
	CHECK_EQ(hvc(KVM_PTP, 0xffffffff, 0, 0), PSCI_NOT_SUPPORTED);
}

/* For the VMM */
GUEST_TEST(call_arg0, 1)
{
	u32 ret;

	if (!have_vmm() || !arg(15))
		skip("The VMM says what to call.");
	for (;;) {
		ret = hvc(arg(0), arg(1), arg(2), arg(3));
		set_arg(4, ret);
		sync(2);
	}
}
