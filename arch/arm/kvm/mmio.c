// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses of the guest to addresses where there is no memory: to a device in
 * the kernel, or to user space as KVM_EXIT_MMIO.
 *
 * The syndrome describes the access: one general-purpose register of 1, 2 or 4
 * bytes, no writeback. It is not valid for others (load and store multiple,
 * double, exclusive, and those with writeback): these are mmio_insn.c's.
 */
#include <linux/bitops.h>
#include <linux/kvm_host.h>
#include <linux/string.h>
#include <linux/swab.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include <asm/ptrace.h>
#include <trace/events/kvm.h>

static unsigned int mmio_len(u32 hsr)
{
	return 1 << ((hsr & HSR_ABT_SAS_MASK) >> HSR_ABT_SAS_SHIFT);
}

static unsigned int mmio_rt(u32 hsr)
{
	return (hsr & HSR_ABT_SRT_MASK) >> HSR_ABT_SRT_SHIFT;
}

static u32 mmio_store(struct kvm_vcpu *vcpu, u32 hsr)
{
	return kvm_arm_mmio_convert(vcpu, *kvm_arm_vcpu_reg(vcpu, mmio_rt(hsr)),
				    mmio_len(hsr));
}

static void mmio_load(struct kvm_vcpu *vcpu, u32 hsr, u32 val)
{
	unsigned int len = mmio_len(hsr);

	val = kvm_arm_mmio_convert(vcpu, val, len);
	if (hsr & HSR_ABT_SSE)
		val = sign_extend32(val, 8 * len - 1);
	*kvm_arm_vcpu_reg(vcpu, mmio_rt(hsr)) = val;
}

/**
 * kvm_arm_mmio_fast() - the vCPU's own accesses to the distributor
 * @vcpu: the vCPU, which took a data abort
 *
 * Called with interrupts off, between two runs of the guest.
 *
 * Return: true if that is what it was and it is done, false if the abort has to
 * be handled by kvm_arm_stage2_abort().
 */
bool kvm_arm_mmio_fast(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);
	bool write = hsr & HSR_ABT_WNR;
	phys_addr_t ipa;
	u32 val = 0;

	if ((hsr & (HSR_ABT_ISV | HSR_ABT_CM | HSR_ABT_S1PTW | FSC_TYPE_MASK)) !=
	    (HSR_ABT_ISV | FSC_TRANSLATION))
		return false;
	ipa = vcpu_fault_ipa(vcpu);
	if ((ipa & PAGE_MASK) != vcpu->kvm->arch.vgic.dist_base)
		return false;
	if (mmio_rt(hsr) == 15)
		return false;

	if (write)
		val = mmio_store(vcpu, hsr);
	if (!kvm_arm_vgic_mmio_fast(vcpu, ipa, mmio_len(hsr), write, &val))
		return false;
	if (!write)
		mmio_load(vcpu, hsr, val);
	trace_kvm_mmio(write ? KVM_TRACE_MMIO_WRITE : KVM_TRACE_MMIO_READ,
		       mmio_len(hsr), ipa, &val);
	vcpu->stat.mmio_exit_kernel++;
	kvm_arm_vcpu_skip_instr(vcpu);
	return true;
}

/**
 * kvm_arm_mmio_no_syndrome() - nothing is known of an access but its address
 * @vcpu: the vCPU, after a data abort
 * @ipa: the address
 *
 * To user space if it wants it, else an external abort.
 *
 * Return: as kvm_arm_exit().
 */
int kvm_arm_mmio_no_syndrome(struct kvm_vcpu *vcpu, phys_addr_t ipa)
{
	struct kvm_run *run = vcpu->run;

	if (!vcpu->kvm->arch.nisv_to_user) {
		kvm_arm_inject_dabt(vcpu, vcpu->arch.ctx->hxfar);
		return 1;
	}
	run->exit_reason = KVM_EXIT_ARM_NISV;
	run->arm_nisv.esr_iss = vcpu_hsr(vcpu) & HSR_ISS_MASK;
	run->arm_nisv.fault_ipa = ipa;
	return 0;
}

static __always_inline bool mmio_in_kernel(struct kvm_vcpu *vcpu, phys_addr_t ipa,
					   unsigned int len, bool write, u32 *val)
{
	if (kvm_arm_vgic_mmio(vcpu, ipa, len, write, val))
		return true;
	if (write)
		return !kvm_io_bus_write(vcpu, KVM_MMIO_BUS, ipa, len, val);
	return !kvm_io_bus_read(vcpu, KVM_MMIO_BUS, ipa, len, val);
}

static __always_inline bool mmio_access(struct kvm_vcpu *vcpu, phys_addr_t ipa,
					unsigned int len, bool write, u32 *val)
{
	struct kvm_run *run = vcpu->run;

	if (write)
		trace_kvm_mmio(KVM_TRACE_MMIO_WRITE, len, ipa, val);

	if (mmio_in_kernel(vcpu, ipa, len, write, val)) {
		vcpu->stat.mmio_exit_kernel++;
		if (!write)
			trace_kvm_mmio(KVM_TRACE_MMIO_READ, len, ipa, val);
		return true;
	}

	if (!write)
		trace_kvm_mmio(KVM_TRACE_MMIO_READ_UNSATISFIED, len, ipa, NULL);
	vcpu->stat.mmio_exit_user++;
	run->exit_reason = KVM_EXIT_MMIO;
	run->mmio.phys_addr = ipa;
	run->mmio.is_write = write;
	run->mmio.len = len;
	memcpy(run->mmio.data, val, sizeof(*val));
	return false;
}

/**
 * kvm_arm_mmio_access() - one access to a device
 * @vcpu: the vCPU, loaded, in its thread; kvm->srcu is held for reading
 * @ipa: the address
 * @len: bytes: 1, 2, 4
 * @write: false: a read
 * @val: what to write, or where to put what was read: as a little-endian
 *	machine has it
 *
 * Return: true if it is done, false if user space has to do it: vcpu->run is
 * filled, the caller sets vcpu->arch.mmio_pending.
 */
bool kvm_arm_mmio_access(struct kvm_vcpu *vcpu, phys_addr_t ipa, unsigned int len,
			 bool write, u32 *val)
{
	return mmio_access(vcpu, ipa, len, write, val);
}

/*
 * Of the shared page only the data are used: the rest may have changed. More than
 * @len bytes of it, as kvm_arm_mmio_convert() drops the others.
 */
static __always_inline u32 mmio_read_data(struct kvm_vcpu *vcpu, phys_addr_t ipa,
					  unsigned int len)
{
	u32 val;

	memcpy(&val, vcpu->run->mmio.data, sizeof(val));
	trace_kvm_mmio(KVM_TRACE_MMIO_READ, len, ipa, &val);
	return val;
}

/**
 * kvm_arm_mmio_read_data() - what user space read for the guest
 * @vcpu: the vCPU
 * @ipa: the address
 * @len: bytes: 1, 2, 4
 *
 * Return: it, as a little-endian machine has it, for kvm_arm_mmio_convert().
 */
u32 kvm_arm_mmio_read_data(struct kvm_vcpu *vcpu, phys_addr_t ipa, unsigned int len)
{
	return mmio_read_data(vcpu, ipa, len);
}

/**
 * kvm_arm_mmio() - emulate the access that a data abort reports
 * @vcpu: the vCPU
 * @ipa: the address; there is no memory, or it is read-only and this a write
 *
 * An exit handler, in the context of kvm_arm_exit().
 *
 * Return: as kvm_arm_exit(). If it is 0, user space is asked to do it, and
 * kvm_arm_mmio_return() completes it.
 */
int kvm_arm_mmio(struct kvm_vcpu *vcpu, phys_addr_t ipa)
{
	u32 hsr = vcpu_hsr(vcpu);
	unsigned int len = mmio_len(hsr);
	bool write = hsr & HSR_ABT_WNR;
	u32 val = 0;

	if (!(hsr & HSR_ABT_ISV) || mmio_rt(hsr) == 15 || len > sizeof(val))
		return kvm_arm_mmio_insn(vcpu, ipa);
	/* Unaligned, or it may have begun in the page before */
	if (unlikely(ipa & (len - 1) || offset_in_page(ipa) < len - 1) &&
	    !kvm_arm_mmio_regular(vcpu, len))
		return kvm_arm_mmio_insn(vcpu, ipa);

	if (write)
		val = mmio_store(vcpu, hsr);
	if (mmio_access(vcpu, ipa, len, write, &val)) {
		if (!write)
			mmio_load(vcpu, hsr, val);
		kvm_arm_vcpu_skip_instr(vcpu);
		return 1;
	}
	vcpu->arch.mmio_pending = KVM_ARM_MMIO_SYNDROME;
	return 0;
}

/**
 * kvm_arm_mmio_return() - user space has emulated an access
 * @vcpu: the vCPU, not loaded, with vcpu->arch.mmio_pending set
 *
 * First thing in KVM_RUN.
 *
 * Return: 1 if the instruction is done, 0 if it has another access for user
 * space.
 */
int kvm_arm_mmio_return(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);

	if (unlikely(vcpu->arch.mmio_pending == KVM_ARM_MMIO_INSN))
		return kvm_arm_mmio_insn_return(vcpu);
	vcpu->arch.mmio_pending = KVM_ARM_MMIO_NONE;

	if (!(hsr & HSR_ABT_WNR))
		mmio_load(vcpu, hsr, mmio_read_data(vcpu, vcpu_fault_ipa(vcpu),
						    mmio_len(hsr)));
	kvm_arm_vcpu_skip_instr(vcpu);
	return 1;
}
