/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A minimal VMM: enough to run the bare-metal payloads of this suite.
 *
 * Whatever it needs and does not get ends the program as a failed test. The
 * subject of a test is never hidden in here: tests call ioctl() themselves.
 */
#ifndef VMM_H
#define VMM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/kvm.h>
#include <linux/types.h>
#include "kselftest.h"
#include "guest/platform.h"

typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;

/* What another thread or the guest changes */
#define shared	__volatile__

#define __weak	__attribute((weak))

/* Flags of vm_create() */
#define VM_NO_GIC	BIT(0)	/* no interrupt controller in the kernel */
#define VM_NO_RAM	BIT(1)	/* no memory slot, no payload */
#define VM_NO_INIT	BIT(2)	/* vCPUs without KVM_ARM_VCPU_INIT */
#define VM_PSCI_0_1	BIT(3)	/* vCPUs without feature PSCI_0_2 */

/* What vcpu_run() returns */
enum {
	VMM_DONE,	/* the payload has ended: vm->result */
	VMM_SYNC,	/* it wrote DEV_SYNC: vm->sync */
	VMM_EXIT,	/* an exit that the VMM does not know: vcpu->run */
	VMM_ERROR,	/* KVM_RUN failed: vcpu->error */
};

struct vm;

struct vcpu {
	struct vm *vm;
	unsigned int id;
	int fd;
	int error;
	u32 mpidr;
	struct kvm_run *run;
	pthread_t thread;
	unsigned long exits;	/* KVM_RUN calls that came back */
};

struct vm {
	int kvm;
	int fd;
	int gic;
	unsigned int flags;
	unsigned int nr_vcpus;
	size_t run_size;
	u8 *ram;		/* RAM_SIZE bytes at RAM_BASE */
	struct kvm_vcpu_init init;
	struct vcpu vcpus[MAX_CPUS];

	/* What the test device knows */
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool stop;		/* by vm_run(): all vCPUs shall leave */
	bool ended;
	u32 result;
	u32 sync;
	u32 args[16];
	u8 mem[256];
	struct kvm_run last_mmio;	/* the last exit for DEV_MEM */
	char console[16384];
	size_t console_len;
};

/* Ends the program as a failed test, with a reason and errno */
void die(const char *fmt, ...) __printf(1, 2) __noreturn;

/* ioctl() that has to work */
#define xioctl(fd, nr, arg)						\
({									\
	int __ret = ioctl(fd, nr, arg);					\
									\
	if (__ret < 0)							\
		die("%s:%d: %s", __FILE__, __LINE__, #nr);		\
	__ret;								\
})

int open_kvm(void);
void *alloc_aligned(size_t size);
unsigned int times(unsigned int n);
void vm_create(struct vm *vm, unsigned int nr_vcpus, unsigned int flags);
void vm_destroy(struct vm *vm);
void vm_map(struct vm *vm, unsigned int slot, u32 flags, u64 gpa,
	    u64 size, void *hva);
int vm_set_region(struct vm *vm, unsigned int slot, u32 flags,
		  u64 gpa, u64 size, void *hva);
void vm_create_gic(struct vm *vm, unsigned int nr_irqs);
int vm_irq_line(struct vm *vm, unsigned int type, unsigned int vcpu,
		unsigned int num, bool level);
struct vcpu *vcpu_add(struct vm *vm);
void vcpu_init(struct vcpu *vcpu);

/* Payloads: the image that is a part of the program, if there is one */
extern const u32 payload_start[] __weak;
extern const u32 payload_end[] __weak;
unsigned int payload_tests(void);
const char *payload_test_name(unsigned int test);
unsigned int payload_test_cpus(unsigned int test);
void vm_load(struct vm *vm, unsigned int test);
void vm_load_name(struct vm *vm, const char *name);
int vcpu_run(struct vcpu *vcpu);
int vcpu_run_to_sync(struct vcpu *vcpu, u32 val);
void vcpu_run_to_done(struct vcpu *vcpu);
void vcpu_kick(struct vcpu *vcpu);
void vm_start(struct vm *vm);
void vm_stop(struct vm *vm);
/* What takes longer hangs, even on an emulated board with a debug kernel */
#define HANG_SECONDS	240
bool vm_finish(struct vm *vm);
int vm_run_test(unsigned int test);
int vm_run_name(const char *name);
void vm_show_console(struct vm *vm);

/* Registers */
int get_reg(struct vcpu *vcpu, u64 id, void *val);
int set_reg(struct vcpu *vcpu, u64 id, const void *val);
u32 get_reg32(struct vcpu *vcpu, u64 id);
void set_reg32(struct vcpu *vcpu, u64 id, u32 val);
u64 get_reg64(struct vcpu *vcpu, u64 id);
void set_reg64(struct vcpu *vcpu, u64 id, u64 val);

u64 vcpu_stat(struct vcpu *vcpu, const char *name);

#define CORE_REG(name)							\
	(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE |		\
	 KVM_REG_ARM_CORE_REG(name))
#define REG_PC		CORE_REG(usr_regs.ARM_pc)
#define REG_CPSR	CORE_REG(usr_regs.ARM_cpsr)
#define REG_MPIDR	ARM_CP15_REG32(0, 0, 0, 5)

#endif
