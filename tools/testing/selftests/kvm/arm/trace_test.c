// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace events of group kvm, around the run of a guest that makes one exit
 * of each kind. Needs tracefs, and traces into a buffer of its own.
 *
 * There is no payload: the guest is a few instructions, so that all addresses
 * are known.
 */
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness.h"

#define INSTANCE	"/sys/kernel/tracing/instances/kvm_trace_test"
#define NOTHING		0x0b000000	/* where the guest has no memory */

#define REG_R(n)	CORE_REG(usr_regs.ARM_r##n)

static const u32 code[] = {
	0xe320f003,	/* 40001000: wfi */
	0xe1401273,	/* 40001004: hvc #0x123 */
	0xe5932000,	/* 40001008: ldr r2, [r3] */
	0xe1d540b0,	/* 4000100c: ldrh r4, [r5] */
	0xe5c54000,	/* 40001010: strb r4, [r5] */
};

/*
 * What the guest does, in this order, with other events in between. HSR: ARM ARM,
 * B3.13.6; the fault's level depends on what the tables had, and a prefetch abort
 * says nothing of the instruction's length.
 */
static const char * const guest_events[] = {
	"kvm_entry: PC: 0x40001000",
	"kvm_exit: TRAP: class: PABT, HSR: 0x8[02]00000[567], PC: 0x40001000",
	"kvm_guest_fault: IPA: 0x0040001000, VA: 0x40001000, HSR: 0x8[02]00000[567], PC: 0x40001000",
	"kvm_entry: PC: 0x40001000",
	"kvm_exit: TRAP: class: WFI/WFE, HSR: 0x07e00000, PC: 0x40001000",
	"kvm_wfx: WFI at PC: 0x40001000",
	"kvm_irq_line: CPU 0, vCPU 0, level 1",
	"kvm_entry: PC: 0x40001004",
	/* The preferred return address is the next instruction's */
	"kvm_exit: TRAP: class: HVC, HSR: 0x4a000123, PC: 0x40001008",
	"kvm_hvc: HVC #291 at PC: 0x40001004, r0: 0x12345678",
	"kvm_entry: PC: 0x40001008",
	"kvm_exit: TRAP: class: DABT, HSR: 0x9382000[567], PC: 0x40001008",
	"kvm_guest_fault: IPA: 0x0041000040, VA: 0x41000040, HSR: 0x9382000[567], PC: 0x40001008",
	"kvm_entry: PC: 0x40001008",
	"kvm_exit: TRAP: class: DABT, HSR: 0x9344000[567], PC: 0x4000100c",
	"kvm_guest_fault: IPA: 0x000b000000, VA: 0x0b000000, HSR: 0x9344000[567], PC: 0x4000100c",
	"kvm_mmio: mmio unsatisfied-read len 2 gpa 0xb000000 val 0x0",
	"kvm_mmio: mmio read len 2 gpa 0xb000000 val 0x8765",
	"kvm_entry: PC: 0x40001010",
	"kvm_exit: TRAP: class: DABT, HSR: 0x9304004[567], PC: 0x40001010",
	"kvm_mmio: mmio write len 1 gpa 0xb000000 val 0x65",
};

static const char * const gic_events[] = {
	"kvm_irq_line: SPI 40, vCPU 0, level 1",
	"kvm_irq_line: SPI 40, vCPU 0, level 0",
	"kvm_irq_line: PPI 23, vCPU 1, level 1",
};

FIXTURE(trace) {
	struct vm vm;
	struct vcpu *vcpu;
	char *text;
};

static void put(const char *file, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), INSTANCE "/%s", file);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("%s into %s", text, path);
	close(fd);
}

static void get_trace(char *text, size_t size)
{
	int fd = open(INSTANCE "/trace", O_RDONLY);
	ssize_t n;

	if (fd < 0)
		die("open " INSTANCE "/trace");
	while ((n = read(fd, text, size - 1)) > 0) {
		text += n;
		size -= n;
	}
	if (n < 0 || size == 1)
		die("read " INSTANCE "/trace");
	*text = 0;
	close(fd);
}

#define TEXT_SIZE	0x40000

/* Only what this thread does is traced */
FIXTURE_SETUP(trace)
{
	char pid[16];

	self->text = malloc(TEXT_SIZE);
	rmdir(INSTANCE);	/* of a run that was killed */
	if (mkdir(INSTANCE, 0700))
		die("mkdir " INSTANCE);
	snprintf(pid, sizeof(pid), "%d", getpid());
	put("set_event_pid", pid);
}

FIXTURE_TEARDOWN(trace)
{
	vm_destroy(&self->vm);
	rmdir(INSTANCE);
	free(self->text);
}

static void start_guest(struct vm *vm)
{
	struct vcpu *vcpu = &vm->vcpus[0];

	vm_create(vm, 1, VM_NO_GIC);
	memcpy(vm->ram + 0x1000, code, sizeof(code));
	set_reg32(vcpu, REG_PC, RAM_BASE + 0x1000);
	set_reg32(vcpu, REG_R(0), 0x12345678);
	set_reg32(vcpu, REG_R(3), RAM_BASE + 0x01000040);
	set_reg32(vcpu, REG_R(5), NOTHING);
}

static void ignore(int sig)
{
	(void)sig;
}

/* WFI waits until there is a signal. The interrupt that is raised then is masked. */
static bool run_guest(struct vm *vm)
{
	struct sigaction act = { .sa_handler = ignore };
	struct vcpu *vcpu = &vm->vcpus[0];
	struct kvm_run *run = vcpu->run;

	sigaction(SIGALRM, &act, NULL);
	do {
		ualarm(50000, 0);
		if (vcpu_run(vcpu) != VMM_ERROR || vcpu->error != EINTR)
			return false;
	} while (get_reg32(vcpu, REG_PC) != RAM_BASE + 0x1004);
	if (vm_irq_line(vm, KVM_ARM_IRQ_TYPE_CPU, 0, KVM_ARM_IRQ_CPU_IRQ, 1))
		return false;
	if (vcpu_run(vcpu) != VMM_EXIT || run->exit_reason != KVM_EXIT_MMIO ||
	    run->mmio.is_write)
		return false;
	memcpy(run->mmio.data, "\x65\x87", 2);
	return vcpu_run(vcpu) == VMM_EXIT && run->exit_reason == KVM_EXIT_MMIO &&
	       run->mmio.is_write;
}

/* The first expected event that is not there, looked for in order; or "" */
static const char *missing(char *text, const char * const *events, unsigned int n)
{
	char *save, *line, *event;
	unsigned int i = 0;

	for (line = strtok_r(text, "\n", &save); line && i < n;
	     line = strtok_r(NULL, "\n", &save)) {
		event = strstr(line, ": kvm_");
		if (event && !fnmatch(events[i], event + 2, 0))
			i++;
	}
	return i < n ? events[i] : "";
}

TEST_F(trace, guest)
{
	start_guest(&self->vm);
	put("events/kvm/enable", "1");
	EXPECT_TRUE(run_guest(&self->vm));
	put("events/kvm/enable", "0");
	get_trace(self->text, TEXT_SIZE);
	EXPECT_STREQ("", missing(self->text, guest_events, ARRAY_SIZE(guest_events)));
}

TEST_F(trace, interrupt_lines)
{
	vm_create(&self->vm, 2, VM_NO_RAM);
	put("events/kvm/kvm_irq_line/enable", "1");
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 40, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 40, 0));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 1, 23, 1));
	put("events/kvm/kvm_irq_line/enable", "0");
	get_trace(self->text, TEXT_SIZE);
	EXPECT_STREQ("", missing(self->text, gic_events, ARRAY_SIZE(gic_events)));
}

/* Nothing is written when no event is enabled */
TEST_F(trace, off)
{
	start_guest(&self->vm);
	EXPECT_TRUE(run_guest(&self->vm));
	get_trace(self->text, TEXT_SIZE);
	EXPECT_EQ(FNM_NOMATCH, fnmatch("*: kvm_*", self->text, 0));
}

TEST_HARNESS_MAIN
