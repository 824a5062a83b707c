// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to devices by instructions that the syndrome does not describe: the
 * instruction is read from the guest's memory and its accesses are made one by
 * one. Registers, base and PC change when all are done, so that until then the
 * instruction has not been executed and can be restarted.
 */
#include <linux/kvm_host.h>
#include <linux/string.h>
#include <asm/cp15.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>
#include <asm/opcodes.h>
#include <asm/ptrace.h>
#include <asm/vfp.h>

static u32 read_reg(struct kvm_vcpu *vcpu, unsigned int n, bool user)
{
	if (n == 15)
		return *vcpu_pc(vcpu) + (*vcpu_cpsr(vcpu) & PSR_T_BIT ? 4 : 8);
	return user ? vcpu_regs(vcpu)->usr_regs.uregs[n] : *kvm_arm_vcpu_reg(vcpu, n);
}

static void write_reg(struct kvm_vcpu *vcpu, unsigned int n, bool user, u32 val)
{
	if (user)
		vcpu_regs(vcpu)->usr_regs.uregs[n] = val;
	else
		*kvm_arm_vcpu_reg(vcpu, n) = val;
}

/* The word of the floating-point registers that access @i moves, A3.3.2 */
static u32 *fp_word(struct kvm_vcpu *vcpu, unsigned int i)
{
	const struct kvm_arm_ldst *insn = &vcpu->arch.mmio.insn;
	u32 *words = (u32 *)vcpu->arch.ctx->vfp.d;

	/* In memory, the upper word of a big-endian doubleword is the first */
	if (insn->dual && *vcpu_cpsr(vcpu) & PSR_E_BIT)
		i ^= 1;
	return &words[insn->reg[0] + i];
}

static u32 read_data(struct kvm_vcpu *vcpu, unsigned int i)
{
	const struct kvm_arm_ldst *insn = &vcpu->arch.mmio.insn;

	if (insn->fp)
		return *fp_word(vcpu, i);
	return read_reg(vcpu, insn->reg[i], insn->user);
}

/* The address of the first access; @wback is what the base becomes */
static u32 first_address(struct kvm_vcpu *vcpu, u32 *wback)
{
	const struct kvm_arm_ldst *insn = &vcpu->arch.mmio.insn;
	u32 base = read_reg(vcpu, insn->rn, false);
	u32 rm = insn->rm < 15 ? read_reg(vcpu, insn->rm, false) : 0;
	u32 offset;

	if (insn->rn == 15)
		base &= ~3;
	offset = kvm_arm_ldst_offset(insn, rm, *vcpu_cpsr(vcpu) & PSR_C_BIT);
	*wback = base + offset;
	return base + insn->bias + (insn->index ? offset : 0);
}

static u32 total_size(const struct kvm_arm_ldst *insn)
{
	return insn->swap ? insn->size : insn->nr * insn->size;
}

/* Where an instruction is and in which state, to know it again */
static u32 insn_place(struct kvm_vcpu *vcpu)
{
	return *vcpu_pc(vcpu) | (*vcpu_cpsr(vcpu) & PSR_T_BIT ? 1 : 0);
}

static bool fetch(struct kvm_vcpu *vcpu, u32 *insn)
{
	u32 pc = *vcpu_pc(vcpu);
	u16 half[2];

	if (!(*vcpu_cpsr(vcpu) & PSR_T_BIT))
		return kvm_arm_read_virt(vcpu, pc & ~3, insn, 4);

	/* The second half can be in another page */
	if (!kvm_arm_read_virt(vcpu, pc, &half[0], 2))
		return false;
	*insn = half[0];
	if (!kvm_arm_insn_is_wide(half[0]))
		return true;
	*insn = half[0] << 16;
	if (!kvm_arm_read_virt(vcpu, pc + 2, &half[1], 2))
		return false;
	*insn |= half[1];
	return true;
}

/*
 * Find out what the vCPU executed when it took the data abort. What is in memory
 * must be able to have taken it, else it is another instruction by now.
 */
static bool find_insn(struct kvm_vcpu *vcpu)
{
	struct kvm_arm_mmio *mmio = &vcpu->arch.mmio;
	const struct kvm_arm_ldst *insn = &mmio->insn;
	u32 cpsr = *vcpu_cpsr(vcpu), word, wback, cond;
	bool write = vcpu_hsr(vcpu) & HSR_ABT_WNR;

	mmio->place = ~0;
	if (cpsr & PSR_J_BIT || !fetch(vcpu, &word) ||
	    !kvm_arm_ldst_decode(word, cpsr & PSR_T_BIT, &mmio->insn))
		return false;

	cond = cpsr & PSR_T_BIT ? kvm_arm_vcpu_it_cond(vcpu) : insn->cond;
	if (arm_check_condition(cond << 28, cpsr) == ARM_OPCODE_CONDTEST_FAIL)
		return false;
	if (insn->nr && ((insn->load == write && !insn->swap) ||
			 vcpu->arch.ctx->hxfar - first_address(vcpu, &wback) >=
			 total_size(insn)))
		return false;
	/* It would have been UNDEFINED; the registers may be another process's */
	if (insn->fp && !(vcpu->arch.ctx->vfp.fpexc & FPEXC_EN))
		return false;
	mmio->place = insn_place(vcpu);
	return true;
}

/**
 * kvm_arm_mmio_regular() - can an access be emulated as the syndrome says?
 * @vcpu: the vCPU, after a data abort with a valid syndrome
 * @len: bytes of the access
 *
 * It cannot if it is unaligned, or if it began in the page before: the fault's
 * address is then the first one of its second page. The instruction that was
 * decoded last is known, as devices' first registers are used often.
 */
bool kvm_arm_mmio_regular(struct kvm_vcpu *vcpu, unsigned int len)
{
	u32 va = vcpu->arch.ctx->hxfar, wback;
	bool aligned = !(va & (len - 1));

	if (aligned && vcpu->arch.mmio.place == insn_place(vcpu) &&
	    first_address(vcpu, &wback) == va)
		return true;
	if (!find_insn(vcpu))
		return aligned;
	return aligned && first_address(vcpu, &wback) == va;
}

/* Unaligned accesses to devices fault, DDI 0406C A3.2.1; as do those of lists */
static bool alignment_fault(struct kvm_vcpu *vcpu, u32 va)
{
	const struct kvm_arm_ldst *insn = &vcpu->arch.mmio.insn;
	struct kvm_arm_stage1 walk;

	if (insn->nr > 1 || insn->fp || insn->reg[0] == 15)
		return va & 3;
	return va & (insn->size - 1) &&
	       (vcpu->arch.ctx->cp15.sctlr & CR_A ||
		!kvm_arm_stage1_walk(vcpu, va, &walk) || walk.device);
}

/* All accesses are made: the instruction takes effect */
static void finish_insn(struct kvm_vcpu *vcpu)
{
	struct kvm_arm_mmio *mmio = &vcpu->arch.mmio;
	const struct kvm_arm_ldst *insn = &mmio->insn;
	unsigned int loads = insn->swap ? 1 : insn->load ? insn->nr : 0, i;
	unsigned long *cpsr = vcpu_cpsr(vcpu);
	u32 pc = *vcpu_pc(vcpu) + insn->insn_len, val;

	for (i = 0; i < loads; i++) {
		val = kvm_arm_mmio_convert(vcpu, mmio->data[i], insn->size);
		if (insn->sign)
			val = sign_extend32(val, 8 * insn->size - 1);
		if (insn->fp)
			*fp_word(vcpu, i) = val;
		else if (insn->reg[i] == 15)
			pc = val;
		else
			write_reg(vcpu, insn->reg[i], insn->user, val);
	}
	if (insn->wback)
		write_reg(vcpu, insn->rn, false, mmio->wback);

	if (*cpsr & PSR_T_BIT)
		*cpsr = it_advance(*cpsr);
	if (loads && !insn->fp && insn->reg[loads - 1] == 15) {
		/* BXWritePC(), A2.3.2 */
		*cpsr = pc & 1 ? *cpsr | PSR_T_BIT : *cpsr & ~PSR_T_BIT;
		pc &= pc & 1 ? ~1 : ~3;
	}
	*vcpu_pc(vcpu) = pc;
}

/* Make the accesses from mmio->next on, up to one that user space has to make */
static int go_on(struct kvm_vcpu *vcpu)
{
	struct kvm_arm_mmio *mmio = &vcpu->arch.mmio;
	const struct kvm_arm_ldst *insn = &mmio->insn;
	unsigned int i;

	for (; mmio->next < insn->nr; mmio->next++) {
		i = mmio->next;
		if (!kvm_arm_mmio_access(vcpu,
					 mmio->ipa + (insn->swap ? 0 : i * insn->size),
					 insn->size, insn->swap ? i : !insn->load,
					 &mmio->data[i])) {
			vcpu->arch.mmio_pending = KVM_ARM_MMIO_INSN;
			return 0;
		}
	}
	finish_insn(vcpu);
	return 1;
}

/**
 * kvm_arm_mmio_insn() - emulate the instruction that took a data abort
 * @vcpu: the vCPU
 * @ipa: the fault's address; there is no memory, or it is read-only and this a
 *	write
 *
 * An exit handler, in the context of kvm_arm_exit().
 *
 * Return: as kvm_arm_exit(). If it is 0, user space is asked to make an access,
 * and kvm_arm_mmio_insn_return() goes on, or it gets KVM_EXIT_ARM_NISV.
 */
int kvm_arm_mmio_insn(struct kvm_vcpu *vcpu, phys_addr_t ipa)
{
	struct kvm_arm_mmio *mmio = &vcpu->arch.mmio;
	const struct kvm_arm_ldst *insn = &mmio->insn;
	u32 hxfar = vcpu->arch.ctx->hxfar, va;
	unsigned int i;

	if (!find_insn(vcpu)) {
		/* It was replaced just now, then run the new one; or cannot be decoded */
		if (mmio->retried != insn_place(vcpu)) {
			mmio->retried = insn_place(vcpu);
			return 1;
		}
		return kvm_arm_mmio_no_syndrome(vcpu, ipa);
	}
	mmio->retried = ~0;

	va = first_address(vcpu, &mmio->wback);
	if (insn->nr && alignment_fault(vcpu, va)) {
		kvm_arm_inject_alignment(vcpu, va);
		return 1;
	}
	/* UNPREDICTABLE if it is to a device, A3.5.5; what is in the other page? */
	if (insn->nr && (va ^ (va + total_size(insn) - 1)) & PAGE_MASK) {
		kvm_arm_inject_dabt(vcpu, hxfar);
		return 1;
	}

	mmio->next = 0;
	mmio->ipa = ipa - hxfar + va;
	memset(mmio->data, 0, sizeof(mmio->data));
	for (i = insn->swap ? 1 : 0; i < insn->nr && (insn->swap || !insn->load); i++)
		mmio->data[i] = kvm_arm_mmio_convert(vcpu, read_data(vcpu, i), insn->size);
	return go_on(vcpu);
}

/**
 * kvm_arm_mmio_insn_return() - user space has made an access: make the others
 * @vcpu: the vCPU, not loaded, with an instruction begun
 *
 * Return: 1 if the instruction is done, 0 if there is another for user space.
 */
int kvm_arm_mmio_insn_return(struct kvm_vcpu *vcpu)
{
	struct kvm_arm_mmio *mmio = &vcpu->arch.mmio;
	const struct kvm_arm_ldst *insn = &mmio->insn;
	int ret;

	vcpu->arch.mmio_pending = KVM_ARM_MMIO_NONE;
	if (insn->load && !(insn->swap && mmio->next))
		mmio->data[mmio->next] =
			kvm_arm_mmio_read_data(vcpu, mmio->ipa + mmio->next * insn->size,
					       insn->size);
	mmio->next++;

	vcpu_load(vcpu);
	kvm_vcpu_srcu_read_lock(vcpu);
	ret = go_on(vcpu);
	kvm_vcpu_srcu_read_unlock(vcpu);
	vcpu_put(vcpu);
	return ret;
}
