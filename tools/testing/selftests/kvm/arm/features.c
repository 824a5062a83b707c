// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what the running kernel's KVM has, one feature a line: kind, name, answer,
 * separated by tabs. The project's board/features makes a table of it.
 *
 * An ioctl is there if a call that has all it needs succeeds; a capability, a device,
 * an attribute or a vCPU feature if KVM says so when asked for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "vmm.h"

#define NOWHERE	0x0a000000

static void say(const char *kind, const char *name, bool there)
{
	printf("%s\t%s\t%s\n", kind, name, there ? "yes" : "no");
}

#define TRY(fd, nr, arg)	say("ioctl", #nr, ioctl(fd, nr, arg) >= 0)

static const struct {
	const char *name;
	int nr;
} caps[] = {
#define CAP(name)	{ "KVM_CAP_" #name, KVM_CAP_##name }
	CAP(IRQCHIP), CAP(USER_MEMORY), CAP(NR_VCPUS), CAP(NR_MEMSLOTS), CAP(MP_STATE),
	CAP(COALESCED_MMIO), CAP(SYNC_MMU), CAP(DESTROY_MEMORY_REGION_WORKS),
	CAP(SET_GUEST_DEBUG), CAP(IRQ_ROUTING), CAP(JOIN_MEMORY_REGIONS_WORKS), CAP(IRQFD),
	CAP(IOEVENTFD), CAP(INTERNAL_ERROR_DATA), CAP(VCPU_EVENTS), CAP(ENABLE_CAP),
	CAP(MAX_VCPUS), CAP(ONE_REG), CAP(SIGNAL_MSI), CAP(READONLY_MEM), CAP(IRQFD_RESAMPLE),
	CAP(ARM_PSCI), CAP(ARM_SET_DEVICE_ADDR), CAP(DEVICE_CTRL), CAP(ENABLE_CAP_VM),
	CAP(IOEVENTFD_NO_LENGTH), CAP(VM_ATTRIBUTES), CAP(ARM_PSCI_0_2),
	CAP(CHECK_EXTENSION_VM), CAP(MULTI_ADDRESS_SPACE), CAP(GUEST_DEBUG_HW_BPS),
	CAP(GUEST_DEBUG_HW_WPS), CAP(IOEVENTFD_ANY_LENGTH), CAP(ARM_PMU_V3),
	CAP(VCPU_ATTRIBUTES), CAP(MAX_VCPU_ID), CAP(MSI_DEVID), CAP(IMMEDIATE_EXIT),
	CAP(ARM_USER_IRQ), CAP(ARM_INJECT_SERROR_ESR), CAP(COALESCED_PIO), CAP(ARM_VM_IPA_SIZE),
	CAP(MANUAL_DIRTY_LOG_PROTECT2), CAP(ARM_IRQ_LINE_LAYOUT_2), CAP(ARM_NISV_TO_USER),
	CAP(ARM_INJECT_EXT_DABT), CAP(HALT_POLL), CAP(STEAL_TIME), CAP(DIRTY_LOG_RING),
	CAP(SET_GUEST_DEBUG2), CAP(PTP_KVM), CAP(BINARY_STATS_FD), CAP(SYS_ATTRIBUTES),
	CAP(SYSTEM_EVENT_DATA),
	CAP(ARM_SYSTEM_SUSPEND), CAP(DIRTY_LOG_RING_ACQ_REL), CAP(DIRTY_LOG_RING_WITH_BITMAP),
	CAP(COUNTER_OFFSET), CAP(ARM_EAGER_SPLIT_CHUNK_SIZE),
	CAP(ARM_SUPPORTED_REG_MASK_RANGES), CAP(USER_MEMORY2), CAP(MEMORY_FAULT_INFO),
	CAP(PRE_FAULT_MEMORY),
};

static const char *cap_name(int nr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(caps); i++)
		if (caps[i].nr == nr)
			return caps[i].name;
	return NULL;
}

/* All numbers there are, so that none is forgotten above */
static void capabilities(int vm)
{
	int nr, val;

	for (nr = 0; nr < 512; nr++) {
		val = ioctl(vm, KVM_CHECK_EXTENSION, nr);
		if (cap_name(nr))
			printf("capability\t%s\t%d\n", cap_name(nr), val);
		else if (val)
			die("capability %d is %d, and has no name in features.c", nr, val);
	}
}

static void devices(int vm)
{
	static const struct {
		const char *name;
		u32 type;
	} types[] = {
		{ "KVM_DEV_TYPE_ARM_VGIC_V2", KVM_DEV_TYPE_ARM_VGIC_V2 },
		{ "KVM_DEV_TYPE_ARM_VGIC_V3", KVM_DEV_TYPE_ARM_VGIC_V3 },
		{ "KVM_DEV_TYPE_ARM_VGIC_ITS", KVM_DEV_TYPE_ARM_VGIC_ITS },
		{ "KVM_DEV_TYPE_VFIO", KVM_DEV_TYPE_VFIO },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct kvm_create_device dev = {
			.type = types[i].type, .flags = KVM_CREATE_DEVICE_TEST,
		};

		say("device", types[i].name, !ioctl(vm, KVM_CREATE_DEVICE, &dev));
	}
}

/* KVM_ARM_VCPU_INIT of a vCPU that was not initialized yet */
static bool can_init(u32 features)
{
	struct kvm_vcpu_init init;
	struct vm vm;
	bool good;

	vm_create(&vm, 1, VM_NO_INIT | VM_NO_RAM);
	init = vm.init;
	init.features[0] = features;
	good = !ioctl(vm.vcpus[0].fd, KVM_ARM_VCPU_INIT, &init);
	vm_destroy(&vm);
	return good;
}

static void vcpu_features(void)
{
	static const char * const names[32] = {
		[KVM_ARM_VCPU_POWER_OFF] = "KVM_ARM_VCPU_POWER_OFF",
		[KVM_ARM_VCPU_PSCI_0_2] = "KVM_ARM_VCPU_PSCI_0_2",
		[KVM_ARM_VCPU_PMU_V3] = "KVM_ARM_VCPU_PMU_V3",
	};
	unsigned int i;

	say("ioctl", "KVM_ARM_VCPU_INIT", can_init(0));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i])
			say("vCPU feature", names[i], can_init(1U << i));
		else if (can_init(1U << i))
			die("vCPU feature %u has no name in features.c", i);
	}
}

static bool has_attr(int fd, u32 group, u64 attr)
{
	struct kvm_device_attr arg = { .group = group, .attr = attr };

	return !ioctl(fd, KVM_HAS_DEVICE_ATTR, &arg);
}

#define VCPU(group, attr)	say("vCPU attribute", #group " " #attr, has_attr(vcpu, group, attr))

/* Those that come with a vCPU's feature */
static void pmu_attributes(void)
{
	struct vm vm;
	int vcpu;

	vm_create(&vm, 1, VM_NO_INIT | VM_NO_RAM);
	vcpu = vm.vcpus[0].fd;
	if (ioctl(vm.fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_PMU_V3) > 0)
		vm.init.features[0] |= BIT(KVM_ARM_VCPU_PMU_V3);
	vcpu_init(&vm.vcpus[0]);
	VCPU(KVM_ARM_VCPU_PMU_V3_CTRL, KVM_ARM_VCPU_PMU_V3_IRQ);
	VCPU(KVM_ARM_VCPU_PMU_V3_CTRL, KVM_ARM_VCPU_PMU_V3_INIT);
	vm_destroy(&vm);
}

static void attributes(struct vm *vm)
{
	int gic = vm->gic, vcpu = vm->vcpus[0].fd;

#define GIC(group, attr) \
	say("VGIC attribute", #group " " #attr, has_attr(gic, KVM_DEV_ARM_VGIC_GRP_##group, attr))
#define VGIC_V2_ADDR_DIST	KVM_VGIC_V2_ADDR_TYPE_DIST
#define VGIC_V2_ADDR_CPU	KVM_VGIC_V2_ADDR_TYPE_CPU
#define GICD_CTLR		0
#define GICC_CTLR		0
	GIC(ADDR, VGIC_V2_ADDR_DIST);
	GIC(ADDR, VGIC_V2_ADDR_CPU);
	GIC(DIST_REGS, GICD_CTLR);
	GIC(CPU_REGS, GICC_CTLR);
	GIC(NR_IRQS, 0);
	GIC(CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT);
	GIC(LEVEL_INFO, VGIC_LEVEL_INFO_LINE_LEVEL);

	pmu_attributes();
	VCPU(KVM_ARM_VCPU_TIMER_CTRL, KVM_ARM_VCPU_TIMER_IRQ_VTIMER);
	VCPU(KVM_ARM_VCPU_TIMER_CTRL, KVM_ARM_VCPU_TIMER_IRQ_PTIMER);
	VCPU(KVM_ARM_VCPU_PVTIME_CTRL, KVM_ARM_VCPU_PVTIME_IPA);
}

#define CP15	(15 << KVM_REG_ARM_COPROC_SHIFT)
#define CP14	(14 << KVM_REG_ARM_COPROC_SHIFT)

static void register_groups(struct vcpu *vcpu)
{
	static const struct {
		const char *name;
		u32 group;
		u64 size;
	} groups[] = {
		{ "core and banked", KVM_REG_ARM_CORE, KVM_REG_SIZE_U32 },
		{ "VFP and Advanced SIMD data", KVM_REG_ARM_VFP, KVM_REG_SIZE_U64 },
		{ "VFP control", KVM_REG_ARM_VFP, KVM_REG_SIZE_U32 },
		{ "CP15 and timers, 32 bits", CP15, KVM_REG_SIZE_U32 },
		{ "CP15 and timers, 64 bits", CP15, KVM_REG_SIZE_U64 },
		{ "CP14, 32 bits", CP14, KVM_REG_SIZE_U32 },
		{ "CCSIDR by CSSELR", KVM_REG_ARM_DEMUX, KVM_REG_SIZE_U32 },
		{ "firmware pseudo-registers", KVM_REG_ARM_FW, KVM_REG_SIZE_U64 },
	};
	struct kvm_reg_list empty = { .n = 0 }, *list;
	unsigned int i, n, known = 0;
	u64 j;

	if (ioctl(vcpu->fd, KVM_GET_REG_LIST, &empty) != -1 || errno != E2BIG)
		die("KVM_GET_REG_LIST");
	list = calloc(1, sizeof(*list) + empty.n * sizeof(u64));
	if (!list)
		die("calloc");
	list->n = empty.n;
	TRY(vcpu->fd, KVM_GET_REG_LIST, list);
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		for (j = n = 0; j < list->n; j++)
			n += (list->reg[j] & KVM_REG_ARM_COPROC_MASK) == groups[i].group &&
			     (list->reg[j] & KVM_REG_SIZE_MASK) == groups[i].size;
		printf("registers\t%s\t%u\n", groups[i].name, n);
		known += n;
	}
	if (known != list->n)
		die("%u registers are of no group in features.c", (u32)list->n - known);
	free(list);
}

static void vm_ioctls(struct vm *vm)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_ARM_NISV_TO_USER };
	struct kvm_coalesced_mmio_zone zone = { .addr = NOWHERE, .size = 4 };
	struct kvm_irqfd irqfd = { .fd = eventfd(0, 0), .gsi = 1 };
	struct kvm_ioeventfd ioeventfd = { .addr = NOWHERE, .len = 4, .fd = eventfd(0, 0) };
	struct kvm_irq_level line = { .irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | 32 };
	struct kvm_irq_routing routing = { .nr = 0 };
	struct kvm_msi msi = { .address_lo = 0x08020040, .data = 64 };
	struct kvm_userspace_memory_region region = {
		.slot = 1, .flags = KVM_MEM_LOG_DIRTY_PAGES, .guest_phys_addr = 0x80000000,
		.memory_size = 64 * 4096, .userspace_addr = (unsigned long)vm->ram,
	};
	struct kvm_userspace_memory_region2 region2 = {
		.slot = 2, .guest_phys_addr = 0x90000000,
		.memory_size = 64 * 4096, .userspace_addr = (unsigned long)vm->ram,
	};
	u64 bitmap = 0;
	struct kvm_dirty_log log = { .slot = 1, .dirty_bitmap = &bitmap };
	struct kvm_clear_dirty_log clear = { .slot = 1, .num_pages = 64, .dirty_bitmap = &bitmap };
	struct kvm_enable_cap manual = { .cap = KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, .args[0] = 1 };
	struct kvm_vcpu_init init;

	TRY(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
	TRY(vm->fd, KVM_SET_USER_MEMORY_REGION2, &region2);
	TRY(vm->fd, KVM_GET_DIRTY_LOG, &log);
	TRY(vm->fd, KVM_ENABLE_CAP, &cap);
	if (ioctl(vm->fd, KVM_ENABLE_CAP, &manual))
		die("KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2");
	TRY(vm->fd, KVM_CLEAR_DIRTY_LOG, &clear);
	TRY(vm->fd, KVM_IRQ_LINE, &line);
	TRY(vm->fd, KVM_IRQFD, &irqfd);
	TRY(vm->fd, KVM_IOEVENTFD, &ioeventfd);
	TRY(vm->fd, KVM_SET_GSI_ROUTING, &routing);
	TRY(vm->fd, KVM_SIGNAL_MSI, &msi);
	TRY(vm->fd, KVM_REGISTER_COALESCED_MMIO, &zone);
	TRY(vm->fd, KVM_UNREGISTER_COALESCED_MMIO, &zone);
	TRY(vm->fd, KVM_ARM_PREFERRED_TARGET, &init);
	TRY(vm->fd, KVM_GET_STATS_FD, NULL);
}

/* Those that must precede others, in VMs of their own */
static void other_vm_ioctls(int kvm)
{
	struct kvm_arm_device_addr addr = {
		.id = KVM_ARM_DEVICE_VGIC_V2 << KVM_ARM_DEVICE_ID_SHIFT, .addr = 0x08000000,
	};
	struct kvm_create_device dev = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };
	struct kvm_enable_cap ring = {
		.cap = KVM_CAP_DIRTY_LOG_RING_ACQ_REL, .args[0] = 4096,
	};
	int fd = xioctl(kvm, KVM_CREATE_VM, 0);

	TRY(fd, KVM_CREATE_VCPU, 0);
	TRY(fd, KVM_CREATE_IRQCHIP, 0);
	TRY(fd, KVM_ARM_SET_DEVICE_ADDR, &addr);
	close(fd);
	fd = xioctl(kvm, KVM_CREATE_VM, 0);
	TRY(fd, KVM_CREATE_DEVICE, &dev);
	xioctl(fd, KVM_ENABLE_CAP, &ring);
	TRY(fd, KVM_RESET_DIRTY_RINGS, 0);
	close(fd);
}

static void vcpu_ioctls(struct vcpu *vcpu)
{
	u32 pc;
	struct kvm_one_reg reg = { .id = REG_PC, .addr = (unsigned long)&pc };
	struct kvm_signal_mask mask = { .len = 8 };
	struct { struct kvm_signal_mask mask; u64 set; } signals = { .mask = mask };
	struct kvm_enable_cap cap = { .cap = 0 };
	struct kvm_vcpu_events events;
	struct kvm_mp_state state;
	struct kvm_guest_debug debug = { .control = 0 };
	struct kvm_translation translation = { .linear_address = 0 };
	struct kvm_interrupt interrupt = { .irq = 0 };
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;

	TRY(vcpu->fd, KVM_GET_ONE_REG, &reg);
	TRY(vcpu->fd, KVM_SET_ONE_REG, &reg);
	TRY(vcpu->fd, KVM_GET_MP_STATE, &state);
	TRY(vcpu->fd, KVM_SET_MP_STATE, &state);
	TRY(vcpu->fd, KVM_GET_VCPU_EVENTS, &events);
	TRY(vcpu->fd, KVM_SET_VCPU_EVENTS, &events);
	TRY(vcpu->fd, KVM_SET_SIGNAL_MASK, &signals);
	TRY(vcpu->fd, KVM_SET_GUEST_DEBUG, &debug);
	say("ioctl", "KVM_ENABLE_CAP of a vCPU", !ioctl(vcpu->fd, KVM_ENABLE_CAP, &cap));
	TRY(vcpu->fd, KVM_GET_REGS, &regs);
	TRY(vcpu->fd, KVM_GET_SREGS, &sregs);
	TRY(vcpu->fd, KVM_GET_FPU, &fpu);
	TRY(vcpu->fd, KVM_TRANSLATE, &translation);
	TRY(vcpu->fd, KVM_INTERRUPT, &interrupt);
	say("ioctl", "KVM_GET_STATS_FD of a vCPU", ioctl(vcpu->fd, KVM_GET_STATS_FD, NULL) >= 0);
	vcpu->run->immediate_exit = 1;
	say("ioctl", "KVM_RUN", ioctl(vcpu->fd, KVM_RUN, 0) == -1 && errno == EINTR);
}

int main(void)
{
	struct vm vm;

	vm_create(&vm, 1, 0);
	capabilities(vm.fd);
	TRY(vm.kvm, KVM_GET_API_VERSION, 0);
	TRY(vm.kvm, KVM_CHECK_EXTENSION, 0);
	TRY(vm.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	TRY(vm.kvm, KVM_CREATE_VM, 0);
	other_vm_ioctls(vm.kvm);
	vm_ioctls(&vm);
	vcpu_ioctls(&vm.vcpus[0]);
	vcpu_features();
	devices(vm.fd);
	attributes(&vm);
	register_groups(&vm.vcpus[0]);
	vm_destroy(&vm);
	return 0;
}
