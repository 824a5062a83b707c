// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_IRQFD with and without resamplefd, and KVM_SET_GSI_ROUTING.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "harness.h"

#define GSI	8
#define SPI	(32 + GSI)

FIXTURE(gic) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(gic)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(gic)
{
	vm_destroy(&self->vm);
}

static int irqfd(struct vm *vm, int fd, u32 gsi, u32 flags, int resample)
{
	struct kvm_irqfd arg = {
		.fd = fd, .gsi = gsi, .flags = flags, .resamplefd = resample,
	};

	return ioctl(vm->fd, KVM_IRQFD, &arg);
}

static int route(struct vm *vm, u32 gsi, u32 type, u32 chip, u32 pin)
{
	struct {
		struct kvm_irq_routing table;
		struct kvm_irq_routing_entry entry;
	} arg = {
		.table.nr = 1,
		.entry = {
			.gsi = gsi, .type = type,
			.u.irqchip = { .irqchip = chip, .pin = pin },
		},
	};

	return ioctl(vm->fd, KVM_SET_GSI_ROUTING, &arg);
}

static void signal_fd(int fd)
{
	if (eventfd_write(fd, 1))
		die("eventfd_write");
	/* A level-triggered one takes the way through a work queue */
	usleep(20000);
}

static bool signalled(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	eventfd_t val;

	return poll(&pfd, 1, 1000) == 1 && !eventfd_read(fd, &val) && val == 1;
}

static bool quiet(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return !poll(&pfd, 1, 0);
}

static void run_edge(struct vm *vm, int fd)
{
	unsigned int i;

	vm_load_name(vm, "edge");
	vm->args[0] = SPI;
	for (i = 0; i < 6; i++) {
		if (vcpu_run_to_sync(&vm->vcpus[0], 1))
			return;
		signal_fd(fd);
	}
	vcpu_run_to_done(&vm->vcpus[0]);
}

TEST_F(gic, edge)
{
	int fd = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, irqfd(&self->vm, fd, GSI, 0, 0));
	EXPECT_ERRNO(EBUSY, irqfd(&self->vm, fd, GSI + 1, 0, 0));
	run_edge(&self->vm, fd);
	EXPECT_EQ(RESULT_PASS, self->vm.result);
	EXPECT_EQ(true, self->vm.ended);
	EXPECT_EQ(0, irqfd(&self->vm, fd, GSI, KVM_IRQFD_FLAG_DEASSIGN, 0));
	close(fd);
}

FIXTURE(resample) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_VARIANT(resample) {
	const char *payload;
};

FIXTURE_VARIANT_ADD(resample, looks_at_distributor) { .payload = "level" };
FIXTURE_VARIANT_ADD(resample, goes_on_at_once) { .payload = "level_at_once" };
FIXTURE_VARIANT_ADD(resample, masks) { .payload = "level_masked" };

FIXTURE_SETUP(resample)
{
	vm_create(&self->vm, 1, 0);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(resample)
{
	vm_destroy(&self->vm);
}

/* Once for each completion, whatever the guest does on the way there */
TEST_F(resample, signalled)
{
	int fd = eventfd(0, EFD_NONBLOCK), resample = eventfd(0, EFD_NONBLOCK);
	unsigned int i;

	ASSERT_EQ(0, irqfd(&self->vm, fd, GSI, KVM_IRQFD_FLAG_RESAMPLE, resample));
	vm_load_name(&self->vm, variant->payload);
	self->vm.args[0] = SPI;
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 1));
		signal_fd(fd);
		ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 2));
		EXPECT_EQ(true, quiet(resample));
		ASSERT_EQ(0, vcpu_run_to_sync(self->vcpu, 3));
		EXPECT_EQ(true, signalled(resample));
		EXPECT_EQ(true, quiet(resample));
	}
	vcpu_run_to_done(self->vcpu);
	EXPECT_EQ(RESULT_PASS, self->vm.result);
	close(fd);
	close(resample);
}

/* Refused, and the next one works */
TEST_F(gic, bad)
{
	int fd = eventfd(0, EFD_NONBLOCK);

	EXPECT_ERRNO(EBADF, irqfd(&self->vm, -1, GSI, 0, 0));
	EXPECT_ERRNO(EINVAL, irqfd(&self->vm, self->vm.fd, GSI, 0, 0));
	EXPECT_ERRNO(EINVAL, irqfd(&self->vm, fd, GSI, 1 << 5, 0));
	EXPECT_ERRNO(EBADF, irqfd(&self->vm, fd, GSI, KVM_IRQFD_FLAG_RESAMPLE, -1));
	EXPECT_ERRNO(EINVAL, irqfd(&self->vm, fd, GSI, KVM_IRQFD_FLAG_RESAMPLE, self->vm.fd));
	EXPECT_ERRNO(EBADF, irqfd(&self->vm, -1, GSI, KVM_IRQFD_FLAG_DEASSIGN, 0));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_IRQFD, NULL));
	ASSERT_EQ(0, irqfd(&self->vm, fd, GSI, 0, 0));
	run_edge(&self->vm, fd);
	EXPECT_EQ(RESULT_PASS, self->vm.result);
	EXPECT_EQ(true, self->vm.ended);
	close(fd);
}

/* A table with a bad entry is refused as a whole: the one before stays */
TEST_F(gic, routing_bad)
{
	struct {
		struct kvm_irq_routing table;
		struct kvm_irq_routing_entry entry[2];
	} arg = {
		.table.nr = 2,
		.entry = {
			{ .gsi = GSI, .type = KVM_IRQ_ROUTING_IRQCHIP, .u.irqchip.pin = 1 },
			{ .gsi = 5, .type = 77 },
		},
	};
	int fd = eventfd(0, EFD_NONBLOCK);

	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &arg));
	/* Two routes of one input to the same chip */
	arg.entry[1] = arg.entry[0];
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &arg));
	arg.entry[1].gsi = 4096;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &arg));
	arg.entry[1].gsi = 5;
	arg.entry[1].flags = 1;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &arg));
	arg.entry[1].flags = 0;
	arg.table.flags = 1;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &arg));
	arg.table.flags = 0;
	arg.table.nr = 4097;
	EXPECT_ERRNO(EINVAL, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, &arg));
	EXPECT_ERRNO(EFAULT, ioctl(self->vm.fd, KVM_SET_GSI_ROUTING, NULL));

	ASSERT_EQ(0, irqfd(&self->vm, fd, GSI, 0, 0));
	run_edge(&self->vm, fd);
	EXPECT_EQ(RESULT_PASS, self->vm.result);
	EXPECT_EQ(true, self->vm.ended);
	close(fd);
}

TEST_F(gic, routing)
{
	int fd = eventfd(0, EFD_NONBLOCK);

	EXPECT_ERRNO(EINVAL, route(&self->vm, 3, KVM_IRQ_ROUTING_MSI, 0, 0));
	EXPECT_ERRNO(EINVAL, route(&self->vm, 3, KVM_IRQ_ROUTING_IRQCHIP, 1, 0));
	EXPECT_ERRNO(EINVAL, route(&self->vm, 3, KVM_IRQ_ROUTING_IRQCHIP, 0, 988));
	EXPECT_EQ(0, route(&self->vm, 3, KVM_IRQ_ROUTING_IRQCHIP, 0, GSI));
	ASSERT_EQ(0, irqfd(&self->vm, fd, 3, 0, 0));
	run_edge(&self->vm, fd);
	EXPECT_EQ(RESULT_PASS, self->vm.result);
	EXPECT_EQ(true, self->vm.ended);
	close(fd);
}

FIXTURE(no_gic) {
	struct vm vm;
	struct vcpu *vcpu;
};

FIXTURE_SETUP(no_gic)
{
	vm_create(&self->vm, 1, VM_NO_RAM | VM_NO_GIC);
	self->vcpu = &self->vm.vcpus[0];
}

FIXTURE_TEARDOWN(no_gic)
{
	vm_destroy(&self->vm);
}

/* Nobody to tell */
TEST_F(no_gic, irqfd)
{
	int fd = eventfd(0, EFD_NONBLOCK);

	EXPECT_ERRNO(EAGAIN, irqfd(&self->vm, fd, GSI, 0, 0));
	close(fd);
}

TEST_F(no_gic, routing)
{
	EXPECT_EQ(-1, route(&self->vm, 3, KVM_IRQ_ROUTING_IRQCHIP, 0, 0));
}

TEST_HARNESS_MAIN
