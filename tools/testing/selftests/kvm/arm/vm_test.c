// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctls of a VM but for memory and interrupts: vCPUs, devices, capabilities.
 */
#include <sys/mman.h>
#include <unistd.h>
#include "harness.h"

FIXTURE(vm) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(vm)
{
	vm_create(&self->vm, 0, VM_NO_RAM | VM_NO_GIC);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(vm)
{
	vm_destroy(&self->vm);
}

TEST_F(vm, create_vcpu)
{
	int fds[MAX_CPUS], i, max = ioctl(self->vm.kvm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS);

	ASSERT_EQ(MAX_CPUS, max);
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_CREATE_VCPU, max));
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_CREATE_VCPU, -1));
	for (i = 0; i < max; i++) {
		fds[i] = ioctl(self->vm.fd, KVM_CREATE_VCPU, i);
		ASSERT_LE(0, fds[i]);
	}
	EXPECT_EQ(-1, ioctl(self->vm.fd, KVM_CREATE_VCPU, 0));
	EXPECT_TRUE(errno == EEXIST || errno == EINVAL);
	for (i = 0; i < max; i++)
		close(fds[i]);
}

TEST_F(vm, create_vcpu_twice)
{
	int fd = ioctl(self->vm.fd, KVM_CREATE_VCPU, 3);

	ASSERT_LE(0, fd);
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_CREATE_VCPU, 3));
	close(fd);
	/* The vCPU lives as long as its VM */
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_CREATE_VCPU, 3));
}

TEST_F(vm, preferred_target)
{
	struct kvm_vcpu_init init;
	unsigned int i;

	memset(&init, 0xff, sizeof(init));
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_ARM_PREFERRED_TARGET, &init));
	EXPECT_GT(KVM_ARM_NUM_TARGETS, init.target);
	for (i = 0; i < 7; i++)
		EXPECT_EQ(0, init.features[i]);
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_ARM_PREFERRED_TARGET, NULL));
}

TEST_F(vm, create_irqchip)
{
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));
}

/* The GIC is set up for the vCPUs that there are */
TEST_F(vm, vcpu_after_gic_init)
{
	vcpu_init(vcpu_add(&self->vm));
	vm_create_gic(&self->vm, 0);
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.fd, KVM_CREATE_VCPU, 1));
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.fd, KVM_CREATE_VCPU, 0));
}

/* Not a GIC any more: a vCPU has run without one, and goes on so */
TEST_F(vm, gic_after_run)
{
	struct kvm_create_device dev = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };
	struct vcpu *vcpu = vcpu_add(&self->vm);
	u8 *ram = alloc_aligned(RAM_SIZE);
	u32 code = 0xe5810000;			/* str r0, [r1] */

	vcpu_init(vcpu);
	vm_map(&self->vm, 0, 0, RAM_BASE, RAM_SIZE, ram);
	memcpy(ram, &code, 4);
	set_reg32(vcpu, REG_PC, RAM_BASE);
	ASSERT_EQ(VMM_EXIT, vcpu_run(vcpu));
	EXPECT_EQ(KVM_EXIT_MMIO, vcpu->run->exit_reason);
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));
	EXPECT_ERRNO(EBUSY, ioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev));
	EXPECT_ERRNO(ENXIO, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_SPI, 0, 32, 1));
	EXPECT_EQ(0, vm_irq_line(&self->vm, KVM_ARM_IRQ_TYPE_CPU, 0, KVM_ARM_IRQ_CPU_IRQ, 1));
	EXPECT_LE(0, ioctl(self->vm.fd, KVM_CREATE_VCPU, 1));
	munmap(ram, RAM_SIZE);
}

/* No MSIs, with a GIC or without */
TEST_F(vm, signal_msi)
{
	struct kvm_msi msi = { .address_lo = GICD_BASE + 0x40, .data = 40 };

	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_CHECK_EXTENSION, KVM_CAP_SIGNAL_MSI));
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SIGNAL_MSI, &msi));
	vcpu_init(vcpu_add(&self->vm));
	vm_create_gic(&self->vm, 0);
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SIGNAL_MSI, &msi));
}

TEST_F(vm, set_device_addr)
{
	const u64 vgic = KVM_ARM_DEVICE_VGIC_V2 << KVM_ARM_DEVICE_ID_SHIFT;
	struct kvm_arm_device_addr addr = {
		.id = vgic | KVM_VGIC_V2_ADDR_TYPE_DIST,
		.addr = GICD_BASE,
	};

	/* Not before there is the device */
	EXPECT_ERRNO(ENODEV, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));

	addr.id = 7 << KVM_ARM_DEVICE_ID_SHIFT;
	EXPECT_ERRNO(ENODEV, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.id = vgic | 9;
	EXPECT_ERRNO(ENODEV, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.id = vgic | KVM_VGIC_V2_ADDR_TYPE_DIST;
	addr.addr = 1ULL << 40;
	EXPECT_ERRNO(E2BIG, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.addr = GICD_BASE + 4;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.addr = GICD_BASE;
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	addr.id = vgic | KVM_VGIC_V2_ADDR_TYPE_CPU;
	addr.addr = GICC_BASE;
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, &addr));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_ARM_SET_DEVICE_ADDR, NULL));
}

TEST_F(vm, create_device)
{
	struct kvm_create_device dev = {
		.type = KVM_DEV_TYPE_ARM_VGIC_V2,
		.flags = KVM_CREATE_DEVICE_TEST,
	};

	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev));
	dev.flags = 0;
	dev.type = 0x7fff;
	EXPECT_ERRNO(ENODEV, ioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev));
	/* This port has a GICv2 only */
	dev.type = KVM_DEV_TYPE_ARM_VGIC_V3;
	EXPECT_ERRNO(ENODEV, ioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev));
	dev.type = KVM_DEV_TYPE_ARM_VGIC_V2;
	ASSERT_EQ(0, ioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev));
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev));
	EXPECT_ERRNO(EEXIST, ioctl(self->vm.fd, KVM_CREATE_IRQCHIP, 0));
	close(dev.fd);
}

TEST_F(vm, enable_cap)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_ARM_NISV_TO_USER, .flags = 1 };

	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_ENABLE_CAP, &cap));
	cap.flags = 0;
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_ENABLE_CAP, &cap));
	cap.cap = KVM_CAP_HALT_POLL;
	cap.args[0] = 1000;
	EXPECT_EQ(0, ioctl(self->vm.fd, KVM_ENABLE_CAP, &cap));
	cap.cap = 0x7fff;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_ENABLE_CAP, &cap));
}

TEST_F(vm, unknown_ioctl)
{
	EXPECT_EQ(-1, ioctl(self->vm.fd, _IO(KVMIO, 0x02), 0));
	EXPECT_TRUE(errno == EINVAL || errno == ENOTTY);
}

TEST_F(vm, binary_stats)
{
	struct kvm_stats_header header;
	int fd = ioctl(self->vm.fd, KVM_GET_STATS_FD, NULL);

	ASSERT_LE(0, fd);
	ASSERT_EQ((ssize_t)sizeof(header), pread(fd, &header, sizeof(header), 0));
	EXPECT_LT(0, header.name_size);
	EXPECT_LT(0, header.num_desc);
	EXPECT_LE(sizeof(header), header.id_offset);
	close(fd);
}

/* A VM lives while one of its descriptors does */
TEST_F(vm, vcpu_outlives_vm_descriptor)
{
	struct kvm_mp_state state;
	struct vcpu *vcpu = vcpu_add(&self->vm);
	int vm = dup(self->vm.fd);

	vcpu_init(vcpu);
	close(self->vm.fd);
	EXPECT_EQ(0, ioctl(vcpu->fd, KVM_GET_MP_STATE, &state));
	self->vm.fd = vm;
}

TEST_HARNESS_MAIN
