// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vgic-v2 device's attributes, Documentation/virt/kvm/devices/arm-vgic.rst.
 */
#include <unistd.h>
#include "harness.h"

FIXTURE(vgic) {
	struct vm vm;
	int fd;
};

FIXTURE_SETUP(vgic)
{
	struct kvm_create_device dev = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };

	vm_create(&self->vm, 2, VM_NO_RAM | VM_NO_GIC);
	xioctl(self->vm.fd, KVM_CREATE_DEVICE, &dev);
	self->fd = dev.fd;
}

FIXTURE_TEARDOWN(vgic)
{
	close(self->fd);
	vm_destroy(&self->vm);
}

static int attr(int fd, unsigned int nr, u32 group, u64 attr, void *val)
{
	struct kvm_device_attr arg = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)val,
	};

	return ioctl(fd, nr, &arg);
}

#define set(group, a, val)	attr(self->fd, KVM_SET_DEVICE_ATTR, group, a, val)
#define get(group, a, val)	attr(self->fd, KVM_GET_DEVICE_ATTR, group, a, val)
#define has(group, a)		attr(self->fd, KVM_HAS_DEVICE_ATTR, group, a, NULL)

#define GRP_ADDR	KVM_DEV_ARM_VGIC_GRP_ADDR
#define GRP_DIST	KVM_DEV_ARM_VGIC_GRP_DIST_REGS
#define GRP_CPU		KVM_DEV_ARM_VGIC_GRP_CPU_REGS
#define GRP_NR		KVM_DEV_ARM_VGIC_GRP_NR_IRQS
#define GRP_CTRL	KVM_DEV_ARM_VGIC_GRP_CTRL
#define CPU(n)		((u64)(n) << KVM_DEV_ARM_VGIC_CPUID_SHIFT)

TEST_F(vgic, has)
{
	EXPECT_EQ(0, has(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST));
	EXPECT_EQ(0, has(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU));
	EXPECT_EQ(0, has(GRP_NR, 0));
	EXPECT_EQ(0, has(GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT));
	EXPECT_EQ(0, has(GRP_DIST, 0x100));
	EXPECT_EQ(0, has(GRP_CPU, 0x4));
	EXPECT_ERRNO(ENXIO, has(GRP_ADDR, 9));
	EXPECT_ERRNO(ENXIO, has(GRP_CTRL, 9));
	EXPECT_ERRNO(ENXIO, has(99, 0));
	EXPECT_ERRNO(ENXIO, has(GRP_CPU, 0xc));		/* reading IAR would acknowledge */
	/* Registers of a vCPU that there is not */
	EXPECT_EQ(0, has(GRP_DIST, CPU(1) | 0x100));
	EXPECT_ERRNO(EINVAL, has(GRP_DIST, CPU(2) | 0x100));
	EXPECT_EQ(0, has(GRP_CPU, CPU(1)));
	EXPECT_ERRNO(EINVAL, has(GRP_CPU, CPU(2)));
}

TEST_F(vgic, addresses)
{
	u64 val = GICD_BASE + 0x10;

	EXPECT_ERRNO(EINVAL, set(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, &val));
	val = 1ULL << 40;
	EXPECT_ERRNO(E2BIG, set(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, &val));
	EXPECT_ERRNO(EFAULT, set(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, NULL));
	val = GICD_BASE;
	EXPECT_ERRNO(ENXIO, set(GRP_ADDR, 9, &val));
	EXPECT_EQ(0, set(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, &val));
	EXPECT_ERRNO(EEXIST, set(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, &val));
	val = 0;
	EXPECT_EQ(0, get(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, &val));
	EXPECT_EQ(GICD_BASE, val);
	val = GICC_BASE;
	EXPECT_EQ(0, set(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, &val));
	val = 0;
	EXPECT_EQ(0, get(GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, &val));
	EXPECT_EQ(GICC_BASE, val);
}

TEST_F(vgic, nr_irqs)
{
	static const u32 bad[] = { 0, 32, 63, 65, 100, 1025, 1056, ~0 };
	u32 val;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / 4; i++) {
		val = bad[i];
		EXPECT_ERRNO(EINVAL, set(GRP_NR, 0, &val));
	}
	EXPECT_ERRNO(EFAULT, set(GRP_NR, 0, NULL));
	val = 1024;
	EXPECT_EQ(0, set(GRP_NR, 0, &val));
	val = 0;
	EXPECT_EQ(0, get(GRP_NR, 0, &val));
	EXPECT_EQ(1024, val);
	val = 64;
	EXPECT_ERRNO(EBUSY, set(GRP_NR, 0, &val));
}

static void give_addresses(int fd)
{
	u64 dist = GICD_BASE, cpu = GICC_BASE;

	if (attr(fd, KVM_SET_DEVICE_ATTR, GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, &dist) ||
	    attr(fd, KVM_SET_DEVICE_ATTR, GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, &cpu))
		die("addresses of the VGIC");
}

TEST_F(vgic, init)
{
	u32 val = 64;

	give_addresses(self->fd);
	EXPECT_EQ(0, set(GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL));
	EXPECT_ERRNO(EBUSY, set(GRP_NR, 0, &val));
	EXPECT_ERRNO(ENXIO, set(GRP_CTRL, 9, NULL));
	/* Still 32 SPIs at least: the default is 256 */
	EXPECT_EQ(0, get(GRP_NR, 0, &val));
	EXPECT_EQ(256, val);
}

TEST_F(vgic, distributor_registers)
{
	u32 val = 0, iidr;

	give_addresses(self->fd);
	ASSERT_EQ(0, set(GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL));
	ASSERT_EQ(0, get(GRP_DIST, 0x8, &iidr));
	EXPECT_EQ(0, set(GRP_DIST, 0x8, &iidr));
	EXPECT_EQ(0, get(GRP_DIST, 0x4, &val));			/* TYPER */
	EXPECT_EQ(1, val >> 5 & 7);
	EXPECT_EQ(7, val & 31);
	val = 1;
	EXPECT_EQ(0, set(GRP_DIST, 0x0, &val));			/* CTLR */
	val = 0;
	EXPECT_EQ(0, get(GRP_DIST, 0x0, &val));
	EXPECT_EQ(1, val & 1);
	/* ISENABLER1, the same for both; ISENABLER0, banked */
	val = 0x00ff0000;
	EXPECT_EQ(0, set(GRP_DIST, 0x104, &val));
	EXPECT_EQ(0, get(GRP_DIST, CPU(1) | 0x104, &val));
	EXPECT_EQ(0x00ff0000, val);
	val = 0x08000000;
	EXPECT_EQ(0, set(GRP_DIST, CPU(1) | 0x100, &val));
	EXPECT_EQ(0, get(GRP_DIST, CPU(1) | 0x100, &val));
	EXPECT_EQ(0x08000000, val & 0xffff0000);
	EXPECT_EQ(0, get(GRP_DIST, CPU(0) | 0x100, &val));
	EXPECT_EQ(0, val & 0xffff0000);
	/* Priorities */
	val = 0x80604020;
	EXPECT_EQ(0, set(GRP_DIST, 0x440, &val));
	val = 0;
	EXPECT_EQ(0, get(GRP_DIST, 0x440, &val));
	EXPECT_EQ(0x80604020, val);
	EXPECT_ERRNO(EINVAL, get(GRP_DIST, CPU(2) | 0x100, &val));
	EXPECT_ERRNO(EINVAL, get(GRP_DIST, CPU(255) | 0x100, &val));
	EXPECT_EQ(-1, get(GRP_DIST, 0x101, &val));
	EXPECT_EQ(-1, get(GRP_DIST, 0x10000, &val));
	EXPECT_ERRNO(EFAULT, get(GRP_DIST, 0x100, NULL));
}

/* What is pending and active survives a way to user space and back */
TEST_F(vgic, pending_and_active)
{
	u32 val;

	give_addresses(self->fd);
	ASSERT_EQ(0, set(GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL));
	val = 0x00000f00;
	EXPECT_EQ(0, set(GRP_DIST, 0x204, &val));		/* ISPENDR1 */
	val = 0;
	EXPECT_EQ(0, get(GRP_DIST, 0x204, &val));
	EXPECT_EQ(0x00000f00, val);
	val = 0x00000300;
	EXPECT_EQ(0, set(GRP_DIST, 0x284, &val));		/* ICPENDR1 */
	EXPECT_EQ(0, get(GRP_DIST, 0x204, &val));
	EXPECT_EQ(0x00000c00, val);
	val = 0x0000f000;
	EXPECT_EQ(0, set(GRP_DIST, 0x304, &val));		/* ISACTIVER1 */
	EXPECT_EQ(0, get(GRP_DIST, 0x304, &val));
	EXPECT_EQ(0x0000f000, val);
	val = 0x02000001;
	EXPECT_EQ(0, set(GRP_DIST, CPU(1) | 0xf20, &val));	/* SPENDSGIR0 */
	val = 0;
	EXPECT_EQ(0, get(GRP_DIST, CPU(1) | 0xf20, &val));
	EXPECT_EQ(0x02000001, val);
	EXPECT_EQ(0, get(GRP_DIST, CPU(0) | 0xf20, &val));
	EXPECT_EQ(0, val);
}

TEST_F(vgic, cpu_interface_registers)
{
	u32 val;

	give_addresses(self->fd);
	ASSERT_EQ(0, set(GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL));
	val = 1;
	EXPECT_EQ(0, set(GRP_CPU, 0x0, &val));			/* CTLR */
	EXPECT_EQ(0, get(GRP_CPU, 0x0, &val));
	EXPECT_EQ(1, val & 1);
	/* PMR is in units of 8 here */
	val = 0x1e;
	EXPECT_EQ(0, set(GRP_CPU, 0x4, &val));
	val = 0;
	EXPECT_EQ(0, get(GRP_CPU, 0x4, &val));
	EXPECT_EQ(0x1e, val);
	EXPECT_EQ(0, get(GRP_CPU, CPU(1) | 0x4, &val));
	EXPECT_EQ(0, val);
	val = 3;
	EXPECT_EQ(0, set(GRP_CPU, 0x8, &val));			/* BPR */
	val = 0;
	EXPECT_EQ(0, get(GRP_CPU, 0x8, &val));
	EXPECT_EQ(3, val);
	EXPECT_ERRNO(ENXIO, get(GRP_CPU, 0xc, &val));
	EXPECT_ERRNO(EINVAL, get(GRP_CPU, CPU(2) | 0x4, &val));
	EXPECT_EQ(0, get(GRP_CPU, 0xd0, &val));			/* APR0 */
	EXPECT_EQ(0, val);
}

/* With nothing to run on and no addresses */
TEST(init_without_vcpus)
{
	struct kvm_create_device dev = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };
	struct vm vm;

	vm_create(&vm, 0, VM_NO_RAM | VM_NO_GIC);
	ASSERT_EQ(0, ioctl(vm.fd, KVM_CREATE_DEVICE, &dev));
	give_addresses(dev.fd);
	EXPECT_ERRNO(ENODEV, attr(dev.fd, KVM_SET_DEVICE_ATTR, GRP_CTRL,
				  KVM_DEV_ARM_VGIC_CTRL_INIT, NULL));
	vm_destroy(&vm);
}

/* Distributor and CPU interface may not overlap, nor lie in memory */
TEST(overlapping_addresses)
{
	struct kvm_create_device dev = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };
	u64 dist = GICD_BASE, cpu = GICD_BASE - 0x1000;
	struct vm vm;
	int ret;

	vm_create(&vm, 1, VM_NO_GIC);
	ASSERT_EQ(0, ioctl(vm.fd, KVM_CREATE_DEVICE, &dev));
	ASSERT_EQ(0, attr(dev.fd, KVM_SET_DEVICE_ATTR, GRP_ADDR,
			  KVM_VGIC_V2_ADDR_TYPE_DIST, &dist));
	ret = attr(dev.fd, KVM_SET_DEVICE_ATTR, GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, &cpu);
	/* Refused here or when it runs, never run */
	if (!ret)
		ret = ioctl(vm.vcpus[0].fd, KVM_RUN, 0);
	EXPECT_EQ(-1, ret);
	vm_destroy(&vm);
}

TEST_HARNESS_MAIN
