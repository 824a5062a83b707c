// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init and exit, and Hyp mode on each CPU: taken from the boot stub when the CPU
 * comes up, given back when it goes down, sleeps, or the host restarts.
 */
#define pr_fmt(fmt) "kvm: " fmt

#include <linux/cpu_pm.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <asm/cputype.h>
#include <asm/hwcap.h>
#include <asm/idmap.h>
#include <asm/sections.h>
#include <asm/virt.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/target.h>

/* For the banked forms of MRS */
asm(".arch_extension virt");

/* One page of Hyp stack, with a page below it that Hyp mode does not map */
#define HYP_STACK_ORDER		1
#define HYP_STACK_SIZE		(PAGE_SIZE << HYP_STACK_ORDER)

static DEFINE_PER_CPU(struct kvm_host_ctx *, host_ctx);
static DEFINE_PER_CPU(bool, hyp_enabled);

/**
 * kvm_arm_this_host_ctx - what the lowvisor restores on this CPU
 *
 * Preemption must be off.
 */
struct kvm_host_ctx *kvm_arm_this_host_ctx(void)
{
	return __this_cpu_read(host_ctx);
}

/* What must be done before the first branch in Hyp mode that a guest could train. */
static void *guest_vectors(void)
{
	if (!IS_ENABLED(CONFIG_HARDEN_BRANCH_PREDICTOR))
		return kvm_hyp_guest_vectors;

	switch (read_cpuid_part()) {
	case ARM_CPU_PART_CORTEX_A15:
	case ARM_CPU_PART_BRAHMA_B15:
		return kvm_hyp_guest_vectors_iciallu;
	case ARM_CPU_PART_CORTEX_A12:
	case ARM_CPU_PART_CORTEX_A17:
	case ARM_CPU_PART_CORTEX_A73:
	case ARM_CPU_PART_CORTEX_A75:
		return kvm_hyp_guest_vectors_bpiall;
	default:
		return kvm_hyp_guest_vectors;
	}
}

static void hyp_enable(void)
{
	struct kvm_host_ctx *host = __this_cpu_read(host_ctx);

	kvm_hyp_init_cpu(virt_to_idmap(kvm_hyp_init),
			 kvm_arm_hyp_pgd() >> PAGE_SHIFT,
			 kvm_hyp_host_vectors, host);
	kvm_hyp_call(kvm_hyp_read_host, (unsigned long)host, 0);

	host->vpidr = read_cpuid_id();
	host->vmpidr = read_cpuid_mpidr();
	host->host_vectors = (u32)kvm_hyp_host_vectors;
	host->guest_vectors = (u32)guest_vectors();
	asm volatile("mrs %0, SP_abt" : "=r" (host->sp_abt));
	asm volatile("mrs %0, SP_und" : "=r" (host->sp_und));
	asm volatile("mrs %0, SP_irq" : "=r" (host->sp_irq));
	asm volatile("mrs %0, SP_fiq" : "=r" (host->sp_fiq));
}

static void hyp_disable(void)
{
	kvm_hyp_reset_cpu(virt_to_idmap(kvm_hyp_reset),
			  virt_to_idmap(__hyp_stub_vectors));
}

static void hyp_leave(void)
{
	unsigned long flags;

	local_irq_save(flags);
	__this_cpu_write(hyp_enabled, false);
	hyp_disable();
	local_irq_restore(flags);
}

int kvm_arch_enable_virtualization_cpu(void)
{
	unsigned long flags;
	int ret;

	if (!kvm_arm_target_fits()) {
		pr_err("CPU%u stays offline: it is of another kind than those that were online when KVM started.\n",
		       smp_processor_id());
		return -ENODEV;
	}

	local_irq_save(flags);
	hyp_enable();
	__this_cpu_write(hyp_enabled, true);
	local_irq_restore(flags);

	ret = kvm_arm_vgic_enable_cpu();
	if (ret) {
		hyp_leave();
		return ret;
	}
	kvm_arm_timer_enable_cpu();
	return 0;
}

void kvm_arch_disable_virtualization_cpu(void)
{
	kvm_arm_timer_disable_cpu();
	kvm_arm_vgic_disable_cpu();
	hyp_leave();
}

/*
 * A CPU that loses its state in idle or suspend comes back through the stub
 * (cpu_resume in arch/arm/kernel/sleep.S). IRQs are off; no vCPU is loaded.
 */
static int cpu_pm_event(struct notifier_block *nb, unsigned long event, void *v)
{
	if (!__this_cpu_read(hyp_enabled))
		return NOTIFY_DONE;

	switch (event) {
	case CPU_PM_ENTER:
		kvm_arm_vgic_power_down();
		hyp_disable();
		break;
	case CPU_PM_ENTER_FAILED:
	case CPU_PM_EXIT:
		hyp_enable();
		kvm_arm_vgic_power_up();
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block cpu_pm_nb = {
	.notifier_call = cpu_pm_event,
};

asmlinkage void __noreturn kvm_arm_hyp_panic(u32 elr, u32 hsr, u32 hdfar);

/* The lowvisor returns here from a fault in Hyp mode. */
asmlinkage void __noreturn kvm_arm_hyp_panic(u32 elr, u32 hsr, u32 hdfar)
{
	panic("KVM faulted in Hyp mode at %pS (ELR %08x, HSR %08x, HDFAR %08x).\n",
	      (void *)elr, elr, hsr, hdfar);
}

long kvm_arch_dev_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	return -EINVAL;
}

/* The reason why this machine cannot run guests, or NULL. */
static const char *missing_feature(void)
{
	if (!(cpuid_feature_extract(CPUID_EXT_PFR1, 12) & 0xf))
		return "the CPU has no Virtualization Extensions";
	if (cpuid_feature_extract(CPUID_EXT_MMFR0, 0) < 5)
		return "the CPU has no Large Physical Address Extension";
	if (is_hyp_mode_mismatched())
		return "the boot loader started some CPUs in another mode than Hyp";
	if (!is_hyp_mode_available())
		return "the boot loader did not start the kernel in Hyp mode";
	if (!(elf_hwcap & HWCAP_VFPv3))
		return "the CPU has no VFPv3";
	return NULL;
}

static void free_host_contexts(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		void *host = per_cpu(host_ctx, cpu);

		if (host)
			free_pages((unsigned long)(host + sizeof(struct kvm_host_ctx)) -
				   HYP_STACK_SIZE, HYP_STACK_ORDER);
		per_cpu(host_ctx, cpu) = NULL;
	}
}

static int alloc_host_contexts(void)
{
	int cpu, ret;

	for_each_possible_cpu(cpu) {
		void *stack = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO,
						       HYP_STACK_ORDER);

		if (!stack)
			return -ENOMEM;
		per_cpu(host_ctx, cpu) = stack + HYP_STACK_SIZE -
					 sizeof(struct kvm_host_ctx);
		ret = kvm_arm_hyp_map(stack + PAGE_SIZE, PAGE_SIZE, false);
		if (ret)
			return ret;
	}
	return 0;
}

static int hyp_init(void)
{
	int ret;

	ret = kvm_arm_hyp_mmu_init();
	if (ret)
		goto out;
	ret = alloc_host_contexts();
	if (ret) {
		free_host_contexts();
		kvm_arm_hyp_mmu_free();
	}
out:
	if (ret == -EBUSY)
		pr_err("KVM is not available: the kernel's text at its physical address overlaps kernel data.\n");
	return ret;
}

static void hyp_exit(void)
{
	free_host_contexts();
	kvm_arm_hyp_mmu_free();
}

static int __init kvm_arm_init(void)
{
	const char *reason = missing_feature();
	int ret;

	if (reason) {
		pr_info("KVM is not available: %s.\n", reason);
		return -ENODEV;
	}

	ret = hyp_init();
	if (ret)
		return ret;
	kvm_arm_target_probe();
	kvm_arm_debug_probe();
	ret = kvm_arm_vgic_probe();
	if (ret)
		goto err_hyp;
	ret = kvm_arm_timer_probe();
	if (ret)
		goto err_vgic;
	ret = cpu_pm_register_notifier(&cpu_pm_nb);
	if (ret)
		goto err_timer;
	ret = kvm_init(sizeof(struct kvm_vcpu), 0, THIS_MODULE);
	if (ret)
		goto err_pm;

	pr_info("KVM is available: split mode, GICv2, up to %d vCPUs for each VM.\n",
		KVM_MAX_VCPUS);
	return 0;

err_pm:
	cpu_pm_unregister_notifier(&cpu_pm_nb);
err_timer:
	kvm_arm_timer_remove();
err_vgic:
	kvm_arm_vgic_remove();
err_hyp:
	hyp_exit();
	return ret;
}
module_init(kvm_arm_init);
