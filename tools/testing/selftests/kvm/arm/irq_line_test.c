// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_IRQ_LINE: its three forms, with and without a GIC in the kernel.
 */
#include "harness.h"

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

TEST_HARNESS_MAIN
