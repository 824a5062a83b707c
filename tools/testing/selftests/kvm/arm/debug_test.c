// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_GUEST_DEBUG: what user space gets to see of BKPT, hardware breakpoints
 * and watchpoints, and that neither the guest nor the host's own debuggers do. The
 * guest's own ones beside those, and the host's.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness.h"

#define HSR_EC(hsr)	((hsr) >> 26)
#define HSR_FSC(hsr)	((hsr) & 0x3f)
#define HSR_WNR		BIT(6)
#define EC_PABT		0x20
#define EC_DABT		0x24
#define FSC_DEBUG	0x22

/* DBGBCR, DBGWCR: enabled, PL1 and PL0, bytes */
#define PL1		BIT(1)
#define PL0		BIT(2)
#define CONTROL(bas)	(1 | PL1 | PL0 | (bas) << 5)
#define LOAD		BIT(3)
#define STORE		BIT(4)

#define ARM_BKPT	0xe1200070
#define THUMB_BKPT	0xbe00

FIXTURE(debug) {
	struct vm vm;
	struct vcpu *vcpu;
	struct kvm_guest_debug dbg;
};

FIXTURE_SETUP(debug)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
	memset(&self->dbg, 0, sizeof(self->dbg));
}

FIXTURE_TEARDOWN(debug)
{
	vm_destroy(&self->vm);
}

static void start(struct vm *vm, const char *name)
{
	vcpu_init(&vm->vcpus[0]);
	vm_load_name(vm, name);
	if (vcpu_run_to_sync(&vm->vcpus[0], 1))
		die("The payload did not get to where it is debugged");
}

static int set_debug(struct vcpu *vcpu, struct kvm_guest_debug *dbg, u32 flags)
{
	dbg->control = flags;
	return ioctl(vcpu->fd, KVM_SET_GUEST_DEBUG, dbg);
}

#define SET_DEBUG(flags)						\
	ASSERT_EQ(0, set_debug(self->vcpu, &self->dbg,			\
			       KVM_GUESTDBG_ENABLE | (flags)))
#define NO_DEBUG()	ASSERT_EQ(0, set_debug(self->vcpu, &self->dbg, 0))

/* Runs to a debug exception, twice: the instruction is not executed */
#define EXPECT_DEBUG(ec, pc, address)					\
do {									\
	struct kvm_debug_exit_arch *arch = &self->vcpu->run->debug.arch; \
	u32 __pc = pc;							\
	int twice;							\
									\
	for (twice = 0; twice < 2; twice++) {				\
		memset(arch, 0xff, sizeof(*arch));			\
		ASSERT_EQ(VMM_EXIT, vcpu_run(self->vcpu));		\
		ASSERT_EQ(KVM_EXIT_DEBUG, self->vcpu->run->exit_reason); \
		EXPECT_EQ(ec, HSR_EC(arch->hsr));			\
		EXPECT_EQ(FSC_DEBUG, HSR_FSC(arch->hsr));		\
		EXPECT_EQ(0, arch->hsr_high);				\
		EXPECT_EQ(address, arch->far);				\
		if (__pc)						\
			EXPECT_EQ(__pc, get_reg32(self->vcpu, REG_PC));	\
	}								\
} while (0)

static void *guest_mem(struct vm *vm, u32 addr)
{
	return vm->ram + (addr - RAM_BASE);
}

static void write_code(struct vm *vm, u32 addr, u32 insn, int len)
{
	char *p = guest_mem(vm, addr);

	memcpy(p, &insn, len);
	__builtin___clear_cache(p, p + len);
}

static unsigned int number(int cap)
{
	int kvm = open_kvm(), n = xioctl(kvm, KVM_CHECK_EXTENSION, cap);

	close(kvm);
	return n;
}

TEST(capabilities)
{
	u32 didr;

	asm volatile("mrc p14, 0, %0, c0, c0, 0" : "=r" (didr));
	EXPECT_EQ(1, number(KVM_CAP_SET_GUEST_DEBUG));
	EXPECT_EQ(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_USE_HW,
		  number(KVM_CAP_SET_GUEST_DEBUG2));
	EXPECT_EQ((didr >> 24 & 0xf) + 1, number(KVM_CAP_GUEST_DEBUG_HW_BPS));
	EXPECT_EQ((didr >> 28) + 1, number(KVM_CAP_GUEST_DEBUG_HW_WPS));
}

TEST_F(debug, software_breakpoint_arm)
{
	u32 addr, insn;

	start(&self->vm, "code");
	addr = self->vm.args[0];
	insn = *(u32 *)guest_mem(&self->vm, addr);
	write_code(&self->vm, addr, ARM_BKPT, 4);
	SET_DEBUG(KVM_GUESTDBG_USE_SW_BP);
	EXPECT_DEBUG(EC_PABT, addr, 0);
	write_code(&self->vm, addr, insn, 4);
	EXPECT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
}

TEST_F(debug, software_breakpoint_thumb)
{
	u32 addr;
	__u16 insn;

	start(&self->vm, "code");
	addr = self->vm.args[1];
	insn = *(__u16 *)guest_mem(&self->vm, addr);
	write_code(&self->vm, addr, THUMB_BKPT, 2);
	SET_DEBUG(KVM_GUESTDBG_USE_SW_BP);
	EXPECT_DEBUG(EC_PABT, addr, 0);
	write_code(&self->vm, addr, insn, 2);
	EXPECT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
}

/* Without debugging, and again after it, the guest's BKPT is its own */
TEST_F(debug, own_bkpt)
{
	u32 pc;

	start(&self->vm, "own_bkpt");
	SET_DEBUG(KVM_GUESTDBG_USE_SW_BP);
	EXPECT_DEBUG(EC_PABT, 0, 0);
	pc = get_reg32(self->vcpu, REG_PC);
	EXPECT_EQ(0xe1212374, *(u32 *)guest_mem(&self->vm, pc));
	NO_DEBUG();
	vcpu_run_to_done(self->vcpu);
}

/* Each of them, and one register at a time */
TEST_F(debug, hardware_breakpoints)
{
	unsigned int i, n = number(KVM_CAP_GUEST_DEBUG_HW_BPS);

	ASSERT_GT(n, 0);
	for (i = 0; i < n; i++) {
		start(&self->vm, "code");
		memset(&self->dbg, 0, sizeof(self->dbg));
		self->dbg.arch.dbg_bvr[i] = self->vm.args[0];
		self->dbg.arch.dbg_bcr[i] = CONTROL(0xf);
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_DEBUG(EC_PABT, self->vm.args[0], 0);
		self->dbg.arch.dbg_bvr[i] = self->vm.args[1] & ~3;
		self->dbg.arch.dbg_bcr[i] = CONTROL(self->vm.args[1] & 2 ? 0xc : 3);
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_DEBUG(EC_PABT, self->vm.args[1], 0);
		/* Not used any more, but for others it stays on */
		SET_DEBUG(0);
		EXPECT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
		NO_DEBUG();
	}
}

TEST_F(debug, breakpoint_in_user_mode)
{
	start(&self->vm, "code");
	self->dbg.arch.dbg_bvr[0] = self->vm.args[0];
	self->dbg.arch.dbg_bcr[0] = CONTROL(0xf) & ~PL1;
	SET_DEBUG(KVM_GUESTDBG_USE_HW);
	EXPECT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
	EXPECT_DEBUG(EC_PABT, self->vm.args[0], 0);
	EXPECT_EQ(0x10, get_reg32(self->vcpu, REG_CPSR) & 0x1f);
	NO_DEBUG();
	EXPECT_EQ(0, vcpu_run_to_sync(self->vcpu, 3));
}

TEST_F(debug, watchpoints)
{
	unsigned int i, n = number(KVM_CAP_GUEST_DEBUG_HW_WPS);
	u32 words;

	ASSERT_GT(n, 0);
	for (i = 0; i < n; i++) {
		start(&self->vm, "data");
		memset(&self->dbg, 0, sizeof(self->dbg));
		words = self->vm.args[0];
		self->dbg.arch.dbg_wvr[i] = words;
		self->dbg.arch.dbg_wcr[i] = CONTROL(0xf) | STORE;
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_DEBUG(EC_DABT, 0, words);
		EXPECT_TRUE(!!(self->vcpu->run->debug.arch.hsr & HSR_WNR));
		/* The store comes when it is not watched, the load is */
		EXPECT_EQ(0, *(u32 *)guest_mem(&self->vm, words));
		self->dbg.arch.dbg_wcr[i] = CONTROL(0xf) | LOAD;
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_DEBUG(EC_DABT, 0, words);
		EXPECT_FALSE(!!(self->vcpu->run->debug.arch.hsr & HSR_WNR));
		EXPECT_EQ(1, *(u32 *)guest_mem(&self->vm, words));
		/* Bytes of a doubleword: its sixth, any access */
		self->dbg.arch.dbg_wcr[i] = CONTROL(0x40) | LOAD | STORE;
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_DEBUG(EC_DABT, 0, words + 6);
		self->dbg.arch.dbg_wvr[i] = words + 4;
		self->dbg.arch.dbg_wcr[i] = CONTROL(8) | LOAD | STORE;
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_DEBUG(EC_DABT, 0, words + 7);
		self->dbg.arch.dbg_wvr[i] = words + 8;
		self->dbg.arch.dbg_wcr[i] = CONTROL(3) | LOAD | STORE;
		SET_DEBUG(KVM_GUESTDBG_USE_HW);
		EXPECT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
		NO_DEBUG();
	}
}

/* KVM_ARM_VCPU_INIT does not end it */
TEST_F(debug, reset)
{
	start(&self->vm, "code");
	self->dbg.arch.dbg_bvr[0] = self->vm.args[0];
	self->dbg.arch.dbg_bcr[0] = CONTROL(0xf);
	SET_DEBUG(KVM_GUESTDBG_USE_HW);
	start(&self->vm, "code");
	EXPECT_DEBUG(EC_PABT, self->vm.args[0], 0);
}

TEST_F(debug, refused)
{
	unsigned int bps = number(KVM_CAP_GUEST_DEBUG_HW_BPS);
	unsigned int wps = number(KVM_CAP_GUEST_DEBUG_HW_WPS);
	struct kvm_guest_debug dbg = { };
	unsigned int i, bit;

	/* What was set before stays */
	start(&self->vm, "code");
	self->dbg.arch.dbg_bvr[0] = self->vm.args[0];
	self->dbg.arch.dbg_bcr[0] = CONTROL(0xf);
	SET_DEBUG(KVM_GUESTDBG_USE_HW);

	for (bit = 0; bit < 32; bit++)
		if (bit != 0 && bit != 16 && bit != 17)
			EXPECT_ERRNO(EINVAL, set_debug(self->vcpu, &dbg,
						       KVM_GUESTDBG_ENABLE | 1U << bit));
	EXPECT_ERRNO(EINVAL, set_debug(self->vcpu, &dbg, KVM_GUESTDBG_SINGLESTEP));
	EXPECT_ERRNO(EFAULT, ioctl(self->vcpu->fd, KVM_SET_GUEST_DEBUG, NULL));

#define REFUSED()	EXPECT_ERRNO(EINVAL, set_debug(self->vcpu, &dbg,	\
				     KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW))
	/* Of the control registers' other bits, some would match in Hyp mode */
	for (bit = 0; bit < 64; bit++) {
		dbg.arch.dbg_bcr[0] = CONTROL(0xf) | 1ULL << bit;
		if (bit < 1 || (bit > 2 && bit < 5) || bit > 8)
			if (bit)
				REFUSED();
	}
	dbg.arch.dbg_bcr[0] = 1 | 0xf << 5;
	REFUSED();
	for (i = 0; i < 16; i++) {
		dbg.arch.dbg_bcr[0] = CONTROL(i);
		if (i != 3 && i != 0xc && i != 0xf)
			REFUSED();
	}
	dbg.arch.dbg_bcr[0] = CONTROL(0xf);
	for (bit = 0; bit < 64; bit++) {
		dbg.arch.dbg_bvr[0] = 1ULL << bit;
		if (bit < 2 || bit > 31)
			REFUSED();
	}
	memset(&dbg, 0, sizeof(dbg));
	for (i = bps; i < KVM_ARM_MAX_DBG_REGS; i++) {
		dbg.arch.dbg_bcr[i] = CONTROL(0xf);
		REFUSED();
		dbg.arch.dbg_bcr[i] = 0;
	}

	for (bit = 13; bit < 64; bit++) {
		dbg.arch.dbg_wcr[0] = CONTROL(0xf) | LOAD | 1ULL << bit;
		REFUSED();
	}
	dbg.arch.dbg_wcr[0] = CONTROL(0xf);
	REFUSED();
	dbg.arch.dbg_wcr[0] = 1 | LOAD | 0xf << 5;
	REFUSED();
	dbg.arch.dbg_wcr[0] = CONTROL(0) | LOAD;
	REFUSED();
	dbg.arch.dbg_wcr[0] = CONTROL(0x5) | LOAD;
	REFUSED();
	dbg.arch.dbg_wcr[0] = CONTROL(0xf) | LOAD;
	dbg.arch.dbg_wvr[0] = 2;
	REFUSED();
	dbg.arch.dbg_wcr[0] = CONTROL(0x1f) | LOAD;
	dbg.arch.dbg_wvr[0] = 4;
	REFUSED();
	memset(&dbg, 0, sizeof(dbg));
	for (i = wps; i < KVM_ARM_MAX_DBG_REGS; i++) {
		dbg.arch.dbg_wcr[i] = CONTROL(0xf) | LOAD;
		REFUSED();
		dbg.arch.dbg_wcr[i] = 0;
	}

	EXPECT_DEBUG(EC_PABT, self->vm.args[0], 0);
}

/* Runs the guest once more and looks at which breakpoints of its own have matched */
#define EXPECT_OWN(hits)						\
do {									\
	self->vm.args[1] = ~0;						\
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, ++rounds));		\
	EXPECT_EQ(hits, self->vm.args[1]);				\
} while (0)

TEST_F(debug, guests_own)
{
	u32 rounds = 1;

	start(&self->vm, "own");
	EXPECT_OWN(3);
	/* BKPT is user space's, breakpoints and watchpoints stay the guest's */
	SET_DEBUG(KVM_GUESTDBG_USE_SW_BP);
	EXPECT_OWN(3);
	/* With those of user space it has none */
	SET_DEBUG(KVM_GUESTDBG_USE_HW);
	EXPECT_OWN(0);
	self->dbg.arch.dbg_bvr[1] = self->vm.args[0];
	self->dbg.arch.dbg_bcr[1] = CONTROL(0xf);
	SET_DEBUG(KVM_GUESTDBG_USE_HW);
	EXPECT_DEBUG(EC_PABT, self->vm.args[0], 0);
	SET_DEBUG(0);
	EXPECT_OWN(3);
	NO_DEBUG();
	EXPECT_OWN(3);
}

#define CP14(crn, crm, op2)						\
	(ARM_CP15_REG32(0, crn, crm, op2) - (1 << KVM_REG_ARM_COPROC_SHIFT))
#define DSCR	CP14(0, 2, 2)
#define BVR(n)	CP14(0, n, 4)
#define BCR(n)	CP14(0, n, 5)
#define WVR(n)	CP14(0, n, 6)
#define WCR(n)	CP14(0, n, 7)

/* User space takes them away and gives them back, one after the other */
TEST_F(debug, guests_own_by_user_space)
{
	static const u64 ids[] = { DSCR, WVR(0), WCR(0), BCR(0), BVR(0) };
	u32 val[ARRAY_SIZE(ids)], rounds = 1;
	unsigned int i;

	start(&self->vm, "own");
	EXPECT_OWN(3);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		val[i] = get_reg32(self->vcpu, ids[i]);
		EXPECT_NE(0, val[i]);
		set_reg32(self->vcpu, ids[i], 0);
	}
	EXPECT_OWN(0);
	set_reg32(self->vcpu, ids[0], val[0]);
	EXPECT_OWN(0);
	set_reg32(self->vcpu, ids[1], val[1]);
	set_reg32(self->vcpu, ids[2], val[2]);
	EXPECT_OWN(2);
	set_reg32(self->vcpu, ids[3], val[3]);
	EXPECT_OWN(2);
	set_reg32(self->vcpu, ids[4], val[4]);
	EXPECT_OWN(3);
	/* MOE was another when it was saved */
	EXPECT_EQ(val[0] & ~0x3c, get_reg32(self->vcpu, DSCR) & ~0x3c);
	vcpu_init(self->vcpu);
	for (i = 0; i < ARRAY_SIZE(ids); i++)
		EXPECT_EQ(0, get_reg32(self->vcpu, ids[i]));
}

static void run_in_traced_child(struct __test_metadata *_metadata, int (*child)(void),
				shared u32 *const *watched)
{
	siginfo_t info;
	int status;
	long val;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(child());
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFSTOPPED(status));
	/* Registers -1 and -2: address and control of the first watchpoint */
	val = (long)*watched;
	ASSERT_EQ(0, ptrace(PTRACE_SETHBPREGS, pid, -1, &val));
	val = CONTROL(0xf) | LOAD | STORE;
	ASSERT_EQ(0, ptrace(PTRACE_SETHBPREGS, pid, -2, &val));
	ASSERT_EQ(0, ptrace(PTRACE_CONT, pid, NULL, NULL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFSTOPPED(status))
		TH_LOG("the child has ended with status 0x%x", status);
	EXPECT_EQ(SIGTRAP, WSTOPSIG(status));
	ASSERT_EQ(0, ptrace(PTRACE_GETSIGINFO, pid, NULL, &info));
	EXPECT_EQ((long)*watched, (long)info.si_addr);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

static shared u32 watched_by_host;

/* In the traced child: a debugged guest, then what the tracer has watched */
static int traced(void)
{
	struct kvm_guest_debug dbg = { };
	struct vm vm;
	int i;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return 1;
	raise(SIGSTOP);
	vm_create(&vm, 1, 0);
	start(&vm, "data");
	for (i = 0; i < number(KVM_CAP_GUEST_DEBUG_HW_WPS); i++) {
		dbg.arch.dbg_wvr[i] = vm.args[0];
		dbg.arch.dbg_wcr[i] = CONTROL(0xf) | STORE;
	}
	if (set_debug(&vm.vcpus[0], &dbg, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW) ||
	    vcpu_run(&vm.vcpus[0]) != VMM_EXIT ||
	    vm.vcpus[0].run->exit_reason != KVM_EXIT_DEBUG)
		return 2;
	watched_by_host = 1;
	return 3;
}

/* A debugger of the thread that runs a vCPU keeps what it has set */
TEST(host_debugger)
{
	shared u32 *watched = &watched_by_host;

	run_in_traced_child(_metadata, traced, &watched);
}

static shared u32 **same_address;

/* The guest uses the very address that is watched in this process */
static int traced_at_guests_address(void)
{
	struct vm vm;
	void *page;

	vm_create(&vm, 1, 0);
	start(&vm, "watched_by_host");
	page = (void *)(uintptr_t)(vm.args[0] & ~4095);
	if (mmap(page, 4096, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != page)
		return 1;
	*same_address = (u32 *)(uintptr_t)vm.args[0];
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return 2;
	raise(SIGSTOP);
	if (vcpu_run(&vm.vcpus[0]) != VMM_DONE || vm.result != RESULT_PASS) {
		vm_show_console(&vm);
		return 3;
	}
	**same_address = 1;
	return 4;
}

/* What the host watches in its process is nothing to the guest */
TEST(host_debugger_at_guests_address)
{
	same_address = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_TRUE(same_address != MAP_FAILED);
	run_in_traced_child(_metadata, traced_at_guests_address, same_address);
	munmap(same_address, 4096);
}

TEST_HARNESS_MAIN
