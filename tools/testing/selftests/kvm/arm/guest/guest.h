/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a bare-metal payload has: tests, checks, exceptions, other CPUs.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include "platform.h"

#define __weak		__attribute((__weak__))
#define __used		__attribute((__used__))
#define __always_unused	__attribute((__unused__))
#define __noreturn	__attribute((__noreturn__))
#define __always_inline	__attribute((__always_inline__))
#define noinline	__attribute((__noinline__))
#define __aligned(n)	__attribute((__aligned__(n)))
#define __section(s)	__attribute((__section__(s)))
#define __printf(f, a)	__attribute((format(printf, f, a)))

/* What an exception or another CPU changes */
#define shared		__volatile__

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;

struct guest_test {
	const char *name;
	void (*fn)(void);
	u32 cpus;
	u32 reserved;
};

/*
 * GUEST_TEST(name, cpus): a test that CPU 0 of a fresh VM with this number of
 * CPUs runs; it passes when it returns with no check failed.
 */
#define GUEST_TEST(name, nr)						\
	static void run_##name(void);					\
	static const struct guest_test test_##name			\
	__used __section(".tests") __aligned(4) =			\
		{ #name, run_##name, nr, 0 };				\
	static void run_##name(void)

void check(int line, const char *what, bool ok);
void check_eq(int line, const char *what, u64 got, u64 want);
#define CHECK(cond)		check(__LINE__, #cond, cond)
#define CHECK_EQ(got, want)	check_eq(__LINE__, #got, got, want)

void guest_main(void);
void print(const char *fmt, ...) __printf(1, 2);
void done(u32 result) __noreturn;
void skip(const char *why) __noreturn;

/* The test device */
static inline void *dev(u32 offset)
{
	return (void *)(TESTDEV_BASE + offset);
}

/* In assembly: with write-back the access would have no syndrome, B3.13.6 */
static inline u8 io_read8(u32 addr)
{
	u8 val;

	asm volatile("ldrb %0, [%1]" : "=r" (val) : "r" (addr) : "memory");
	return val;
}

static inline void io_write8(u32 addr, u8 val)
{
	asm volatile("strb %0, [%1]" : : "r" (val), "r" (addr) : "memory");
}

static inline u16 io_read16(u32 addr)
{
	u16 val;

	asm volatile("ldrh %0, [%1]" : "=r" (val) : "r" (addr) : "memory");
	return val;
}

static inline void io_write16(u32 addr, u16 val)
{
	asm volatile("strh %0, [%1]" : : "r" (val), "r" (addr) : "memory");
}

static inline u32 io_read32(u32 addr)
{
	u32 val;

	asm volatile("ldr %0, [%1]" : "=r" (val) : "r" (addr) : "memory");
	return val;
}

static inline void io_write32(u32 addr, u32 val)
{
	asm volatile("str %0, [%1]" : : "r" (val), "r" (addr) : "memory");
}

static inline u32 arg(int n)
{
	return io_read32(TESTDEV_BASE + DEV_ARG + 4 * n);
}

static inline void set_arg(int n, u32 val)
{
	io_write32(TESTDEV_BASE + DEV_ARG + 4 * n, val);
}

/* Hands over to the VMM's code and goes on when it runs the vCPU again */
static inline void sync(u32 val)
{
	io_write32(TESTDEV_BASE + DEV_SYNC, val);
}

bool have_vmm(void);

#define READ_CP(cp, op1, crn, crm, op2)					\
({									\
	u32 __v;							\
	asm volatile("mrc " #cp ", " #op1 ", %0, " #crn ", " #crm	\
		     ", " #op2 : "=r" (__v) : : "memory");		\
	__v;								\
})

#define WRITE_CP(val, cp, op1, crn, crm, op2)				\
({									\
	asm volatile("mcr " #cp ", " #op1 ", %0, " #crn ", " #crm	\
		     ", " #op2 : : "r" ((u32)(val)) : "memory");	\
})

#define READ_CP64(cp, op1, crm)						\
({									\
	u64 __v;							\
	asm volatile("mrrc " #cp ", " #op1 ", %Q0, %R0, " #crm		\
		     : "=r" (__v) : : "memory");			\
	__v;								\
})

#define WRITE_CP64(val, cp, op1, crm)					\
({									\
	asm volatile("mcrr " #cp ", " #op1 ", %Q0, %R0, " #crm		\
		     : : "r" ((u64)(val)) : "memory");			\
})

static inline void isb(void)
{
	asm volatile("isb" : : : "memory");
}

static inline void dsb(void)
{
	asm volatile("dsb" : : : "memory");
}

static inline void wfi(void)
{
	asm volatile("dsb\n\twfi" : : : "memory");
}

static inline void irq_on(void)
{
	asm volatile("cpsie i" : : : "memory");
}

static inline void irq_off(void)
{
	asm volatile("cpsid i" : : : "memory");
}

static inline u64 counter(void)
{
	isb();
	return READ_CP64(p15, 1, c14);
}

static inline u32 counter_hz(void)
{
	return READ_CP(p15, 0, c14, c0, 0);
}

static inline u32 this_cpu(void)
{
	return READ_CP(p15, 0, c13, c0, 4);
}

static inline void barrier(void)
{
	asm volatile("" : : : "memory");
}

/* Waits for a condition for at most so many milliseconds; tells whether it came */
#define WAIT_FOR(cond, ms)						\
({									\
	u64 __now, __end = counter() + (u64)counter_hz() / 1000 * (ms);	\
	bool __ok;							\
									\
	do {								\
		barrier();						\
		__now = counter();					\
		__ok = (cond);						\
	} while (!__ok && __now < __end);				\
	__ok;								\
})

/* Exceptions */
enum { EXC_UNDEF = 1, EXC_SVC, EXC_PABT, EXC_DABT, EXC_IRQ = 6, EXC_FIQ, EXC_NR };

struct frame {
	u32 r0, r1, r2, r3, r12, lr;
	u32 pc, cpsr;
};

/**
 * struct cpu - what each CPU of the payload has for itself
 * @expect: bit mask of the exceptions that do not end the test
 * @resume: where an expected abort goes on; 0: at the next instruction
 * @count: of each exception
 * @pc: preferred return address of the last one: the faulting instruction
 * @spsr: its SPSR
 * @fsr: DFSR or IFSR of the last abort
 * @far: DFAR or IFAR of it
 * @irq: called for an interrupt, in IRQ mode; NULL: acknowledge and complete
 * @iar: the last value that was read from GICC_IAR
 * @fn: what a secondary CPU runs
 * @finished: it has returned from @fn
 */
struct cpu {
	shared u32 expect;
	shared u32 resume;
	shared u32 count[EXC_NR];
	shared u32 pc;
	shared u32 spsr;
	shared u32 fsr;
	shared u32 far;
	void (*irq)(void);
	shared u32 iar;
	void (*fn)(void);
	shared bool finished;
};

extern struct cpu cpus[MAX_CPUS];

static inline struct cpu *me(void)
{
	return &cpus[this_cpu()];
}

static inline void expect(u32 type)
{
	me()->expect |= 1 << type;
}

/* Runs a statement and tells how many exceptions of a type it took */
#define EXCEPTIONS(type, stmt)						\
({									\
	u32 __n = me()->count[type], __old = me()->expect;		\
									\
	me()->expect = __old | 1 << (type);				\
	stmt;								\
	dsb();								\
	isb();								\
	me()->expect = __old;						\
	me()->count[type] - __n;					\
})

enum {
	MODE_USR = 0x10,
	MODE_FIQ = 0x11,
	MODE_IRQ = 0x12,
	MODE_SVC = 0x13,
	MODE_ABT = 0x17,
	MODE_UND = 0x1b,
	MODE_SYS = 0x1f,
};

/* VFP and Advanced SIMD may be used, by any mode */
static inline void fp_on(void)
{
	WRITE_CP(15 << 20, p15, 0, c1, c0, 2);
	isb();
	asm volatile(".fpu neon-vfpv4\n\tvmsr fpexc, %0" : : "r" (1 << 30) : "memory");
}

void run_in_mode(u32 mode, void (*fn)(void));

/* One instruction at insn_buffer, with two argument registers */
u64 exec_insn(u32 insn, u32 r0, u32 r1);
extern u32 insn_buffer[];

#define INSN_MRC(cp, op1, crn, crm, op2) \
	(0xee100010 | (cp) << 8 | (op1) << 21 | (crn) << 16 | (crm) | (op2) << 5)
#define INSN_MCR(cp, op1, crn, crm, op2) \
	(0xee000010 | (cp) << 8 | (op1) << 21 | (crn) << 16 | (crm) | (op2) << 5)
#define INSN_MRRC(cp, op1, crm) \
	(0xec510000 | (cp) << 8 | (op1) << 4 | (crm))
#define INSN_MCRR(cp, op1, crm) \
	(0xec410000 | (cp) << 8 | (op1) << 4 | (crm))

/* Whether an instruction is undefined; the exception must be that instruction's */
bool insn_undefined(u32 insn);

/* PSCI and SMCCC calls */
u32 hvc(u32 fn, u32 a1, u32 a2, u32 a3);

#define PSCI_VERSION		0x84000000
#define PSCI_CPU_SUSPEND	0x84000001
#define PSCI_CPU_OFF		0x84000002
#define PSCI_CPU_ON		0x84000003
#define PSCI_AFFINITY_INFO	0x84000004
#define PSCI_MIGRATE		0x84000005
#define PSCI_MIGRATE_INFO_TYPE	0x84000006
#define PSCI_MIGRATE_INFO_UP_CPU 0x84000007
#define PSCI_SYSTEM_OFF		0x84000008
#define PSCI_SYSTEM_RESET	0x84000009
#define PSCI_FEATURES		0x8400000a
#define SMCCC_VERSION		0x80000000
#define SMCCC_ARCH_FEATURES	0x80000001
#define SMCCC_ARCH_WORKAROUND_1	0x80008000
#define SMCCC_ARCH_WORKAROUND_2	0x80007fff
#define KVM_CALL_UID		0x8600ff01
#define KVM_FEATURES		0x86000000
#define KVM_PTP			0x86000001

#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	((u32)-1)
#define PSCI_INVALID_PARAMETERS	((u32)-2)
#define PSCI_DENIED		((u32)-3)
#define PSCI_ALREADY_ON		((u32)-4)
#define PSCI_ON_PENDING		((u32)-5)
#define PSCI_INTERNAL_FAILURE	((u32)-6)
#define PSCI_NOT_PRESENT	((u32)-7)
#define PSCI_DISABLED		((u32)-8)
#define PSCI_INVALID_ADDRESS	((u32)-9)

u32 cpu_mpidr(u32 n);
u32 nr_cpus(void);
extern char secondary_start[];
u32 cpu_on(u32 n, void (*fn)(void));
bool cpu_wait(u32 n, u32 ms);

/* Assembly in single payloads */
extern char bench_vectors[];
extern char big_endian_vectors[];
extern u32 thumb_result;
void thumb_entry(void);
extern char big_endian_entry[];
u32 call_big_endian(u32 fn, u32 mpidr, u32 entry, u32 context);
struct outcome;
extern char vectors[], bad_vectors[];
void exec_batch(u32 mode, u32 at, u32 base, struct outcome *inout);
extern const u32 arm_loads[], arm_loads_end[], arm_stores[], arm_stores_end[];
extern const u32 arm_undecoded_loads[], arm_undecoded_loads_end[];
extern const u32 arm_undecoded_stores[], arm_undecoded_stores_end[];
extern const u32 thumb_loads[], thumb_loads_end[], thumb_stores[], thumb_stores_end[];
extern const u32 thumb_undecoded_loads[], thumb_undecoded_loads_end[];
extern const u32 thumb_undecoded_stores[], thumb_undecoded_stores_end[];

/*
 * Registers of run_slot(): r0-r12, SP, LR, then SP_usr, LR_usr, flags of the CPSR.
 * Not of it: D0 to D31, word by word; r8 to r12 that it left to User mode.
 */
struct regs {
	u32 r[15];
	u32 usr[2];
	u32 flags;
	u32 fp[64];
	u32 high[5];
};

void run_slot(struct regs *regs);
extern u32 slot[], slot_state, arm_back[], thumb_back[], thumb_slot[];
u32 it_blocks(u32 addr, u32 flag);
extern const u16 arm_forms[], arm_forms_end[], arm_user_forms[], arm_user_forms_end[];
extern const u16 arm_pc_forms[], arm_pc_forms_end[];
extern const u16 thumb_forms[], thumb_forms_end[], thumb_pc_forms[], thumb_pc_forms_end[];
extern const u16 arm_fp_forms[], arm_fp_forms_end[], thumb_fp_forms[], thumb_fp_forms_end[];
extern const u16 arm_load_exclusives[], arm_load_exclusives_end[];
extern const u16 arm_store_exclusives[], arm_store_exclusives_end[];
extern const u16 thumb_load_exclusives[], thumb_load_exclusives_end[];
extern const u16 thumb_store_exclusives[], thumb_store_exclusives_end[];

/* Page tables, mmu.c: RAM cached, devices below it, everything at its address */
void mmu_on_short(void);
void mmu_on_lpae(void);
void mmu_off(void);

#endif
