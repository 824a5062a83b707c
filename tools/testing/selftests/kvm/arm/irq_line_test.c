// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_IRQ_LINE: its three forms, with and without a GIC in the kernel, and that
 * the guest takes what it raises.
 */
#include <sys/eventfd.h>
#include <unistd.h>
#include "harness.h"

/* What the payloads use */
#define PPI	23
#define SPI	40

FIXTURE(gic) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(gic)
{
	vm_create(&self->vm, 2, VM_NO_RAM);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(gic)
{
	vm_destroy(&self->vm);
}

TEST_F(gic, spi)
{
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 32, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 32, 0));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 63, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 63, 0));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 31, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 1019, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 0xffff, 1));
}

TEST_F(gic, ppi)
{
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 0, 16, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 1, 23, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 1, 23, 0));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 0, 15, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 0, 32, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 2, 16, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 255, 16, 1));
}

TEST_F(gic, cpu)
{
	/* The pins of the CPU belong to the GIC in the kernel */
	EXPECT_ERRNO(ENXIO, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 0,
					KVM_ARM_IRQ_CPU_IRQ, 1));
}

TEST_F(gic, bad_type)
{
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, 3, 0, 32, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, 15, 0, 32, 1));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_IRQ_LINE, NULL));
}

FIXTURE(no_gic) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(no_gic)
{
	vm_create(&self->vm, 2, VM_NO_RAM | VM_NO_GIC);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(no_gic)
{
	vm_destroy(&self->vm);
}

TEST_F(no_gic, cpu)
{
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 0, KVM_ARM_IRQ_CPU_IRQ, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 0, KVM_ARM_IRQ_CPU_IRQ, 0));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 1, KVM_ARM_IRQ_CPU_FIQ, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 1, KVM_ARM_IRQ_CPU_FIQ, 0));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 0, 2, 1));
	EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 2,
					 KVM_ARM_IRQ_CPU_IRQ, 1));
}

TEST_F(no_gic, gic_forms)
{
	EXPECT_ERRNO(ENXIO, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 32, 1));
	EXPECT_ERRNO(ENXIO, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 0, 16, 1));
}

/* The same, in a VM that runs a payload */
FIXTURE(guest) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(guest)
{
	vm_create(&self->vm, 2, VM_NO_GIC);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(guest)
{
	vm_destroy(&self->vm);
}

/* To the payload's point where the line rises, and on to where it falls */
static bool raise_and_lower(struct vm *vm, unsigned int type, unsigned int num)
{
	return !vcpu_run_to_sync(&vm->vcpus[0], 1) &&
	       !vm_irq_line(vm, type, 0, num, 1) &&
	       !vcpu_run_to_sync(&vm->vcpus[0], 2) &&
	       !vm_irq_line(vm, type, 0, num, 0);
}

TEST_F(guest, ppi)
{
	vm_create_gic(&self->vm, 0);
	vm_load_name(&self->vm, "ppi");
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 1, PPI, 1));
	ASSERT_TRUE(raise_and_lower(&self->vm, KVM_ARM_IRQ_TYPE_PPI, PPI));
	/* An edge now */
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 3));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 0, PPI, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_PPI, 0, PPI, 0));
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 4));
	/* From here on the other vCPU runs, too */
	vm_start(&self->vm);
	EXPECT_TRUE(vm_finish(&self->vm));
	vm_show_console(&self->vm);
	EXPECT_EQ(RESULT_PASS, self->vm.result);
}

TEST_F(guest, cpu_inputs)
{
	vm_load_name(&self->vm, "inputs");
	ASSERT_TRUE(raise_and_lower(&self->vm, KVM_ARM_IRQ_TYPE_CPU, KVM_ARM_IRQ_CPU_FIQ));
	ASSERT_TRUE(raise_and_lower(&self->vm, KVM_ARM_IRQ_TYPE_CPU, KVM_ARM_IRQ_CPU_IRQ));
	vcpu_run_to_done(self->vcpu);
}

/* Without the device and its attributes: as user space did before there were any */
TEST_F(guest, create_irqchip)
{
	struct kvm_arm_device_addr addr = {
		.id = KVM_ARM_DEVICE_VGIC_V2 << KVM_ARM_DEVICE_ID_SHIFT |
		      KVM_VGIC_V2_ADDR_TYPE_DIST,
		.addr = GICD_BASE,
	};

	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));
	vm_load_name(&self->vm, "spi");
	/* Nobody has said where it is */
	EXPECT_ERRNO(ENXIO, ioctl(self->vcpu->fd, KVM_RUN, 0));
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	EXPECT_ERRNO(ENXIO, ioctl(self->vcpu->fd, KVM_RUN, 0));
	addr.id ^= KVM_VGIC_V2_ADDR_TYPE_DIST ^ KVM_VGIC_V2_ADDR_TYPE_CPU;
	addr.addr = GICD_BASE + 0x800;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.addr = GICD_BASE - 0x1000;
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.addr = GICC_BASE;
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));

	ASSERT_TRUE(raise_and_lower(&self->vm, KVM_ARM_IRQ_TYPE_SPI, SPI));
	vcpu_run_to_done(self->vcpu);
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));
}

/* A GIC of full size */
TEST_F(guest, all_spis)
{
	vm_create_gic(&self->vm, 1024);
	vm_load_name(&self->vm, "all_spis");
	vcpu_run_to_done(self->vcpu);
}

TEST_F(guest, special_numbers)
{
	u32 all = ~0, num, reg;
	struct kvm_device_attr attr = {
		.group = KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
		.addr = (uintptr_t)&all,
	};
	struct kvm_irqfd irqfd = { .fd = eventfd(0, 0) };
	struct {
		struct kvm_irq_routing table;
		struct kvm_irq_routing_entry entry;
	} route = {
		.table.nr = 1,
		.entry = { .type = KVM_IRQ_ROUTING_IRQCHIP, .u.irqchip.pin = 1020 - 32 },
	};

	vm_create_gic(&self->vm, 1024);
	vm_load_name(&self->vm, "special_numbers");
	ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
	for (num = 1020; num < 1024; num++)
		EXPECT_ERRNO(EINVAL, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, num, 1));
	for (reg = 0x200; reg < 0x400; reg += 0x100) {	/* pending, active */
		all = 0xf0000000;
		attr.attr = reg + 0x7c;
		EXPECT_EQ(0, ioctl(self->vm.gic, KVM_SET_DEVICE_ATTR, &attr));
		EXPECT_EQ(0, ioctl(self->vm.gic, KVM_GET_DEVICE_ATTR, &attr));
		EXPECT_EQ(0, all);
	}
	/* By an eventfd: no route leads there, and none can be made */
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &route));
	for (num = 1020; num < 1024; num++) {
		irqfd.gsi = num - 32;
		EXPECT_EQ(0, ioctl(self->vm.fd, KVM_IRQFD, &irqfd));
		EXPECT_EQ(0, eventfd_write(irqfd.fd, 1));
		irqfd.flags = KVM_IRQFD_FLAG_DEASSIGN;
		EXPECT_EQ(0, ioctl(self->vm.fd, KVM_IRQFD, &irqfd));
		irqfd.flags = 0;
	}
	vcpu_run_to_done(self->vcpu);
	close(irqfd.fd);
}

TEST_HARNESS_MAIN
