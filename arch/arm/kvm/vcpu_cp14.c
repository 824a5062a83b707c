// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's own debug registers: all accesses to CP14 trap (HDCR.TDA, TDRA,
 * TDOSA). Breakpoints and watchpoints that the guest has in use are brought to
 * where hyp/debug.S finds them, in a form that can match in nothing but the guest.
 */
#include <linux/kvm_host.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/target.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>

/* The number of a debug register: CRn, opc2 and CRm of MCR and MRC (C6.4) */
#define DBG_REG(crn, crm, opc2)	((crn) << 7 | (opc2) << 4 | (crm))

#define DBGDIDR			DBG_REG(0, 0, 0)
#define DBGDSCRINT		DBG_REG(0, 1, 0)
#define DBGDTRINT		DBG_REG(0, 5, 0)
#define DBGDSCREXT		DBG_REG(0, 2, 2)
#define DBGBVR			DBG_REG(0, 0, 4)	/* 16 each, by CRm */
#define DBGBCR			DBG_REG(0, 0, 5)
#define DBGWVR			DBG_REG(0, 0, 6)
#define DBGWCR			DBG_REG(0, 0, 7)
#define DBGDRAR			DBG_REG(1, 0, 0)
#define DBGOSLAR		DBG_REG(1, 0, 4)
#define DBGOSLSR		DBG_REG(1, 1, 4)
#define DBGOSDLR		DBG_REG(1, 3, 4)
#define DBGDSAR			DBG_REG(2, 0, 0)
#define DBGCLAIMSET		DBG_REG(7, 8, 6)
#define DBGCLAIMCLR		DBG_REG(7, 9, 6)
#define DBGAUTHSTATUS		DBG_REG(7, 14, 6)
#define DBGDEVID		DBG_REG(7, 2, 7)
#define NR_DEBUG_REGS		1024

/* What guests can write */
#define DSCR_BITS	(DBGDSCR_MDBGEN | DBGDSCR_UDCCDIS | DBGDSCR_MOE_MASK)
#define BCR_BITS	(DBG_ENABLE | DBG_PL_MASK | DBGBCR_BAS_MASK | DBG_LBN_MASK | \
			 DBGBCR_BT_MASK)
#define WVR_BITS	(~3U)
#define WCR_BITS	(DBG_ENABLE | DBG_PL_MASK | DBGWCR_LSC_MASK | DBGWCR_BAS_MASK | \
			 DBG_LBN_MASK | DBG_LINKED)
#define CLAIM_BITS	0xff
#define OSDLR_DLK	BIT(0)
#define OSLSR_OSLK	BIT(1)

/* An OS Lock that does nothing but lock: v7.1 */
#define OSLSR_MODEL	BIT(3)
#define OSLAR_KEY	0xc5acce55

/* Invasive and non-invasive debug, in Non-secure state, there and enabled */
#define AUTHSTATUS	0x0f
/* An OS Double Lock; neither breakpoints nor watchpoints with an address mask */
#define DEVID		0x00100ff0

/* BAS[7:4] of DBGWCR: the second word of a doubleword */
#define DBGWCR_BAS_SECOND	0x00001e00

/*
 * A register that guests read as they have written it, and user space, too. Return:
 * where it is, with the bits that can be written; NULL: @nr is none of those.
 */
static u32 *debug_state(struct kvm_vcpu *vcpu, unsigned int nr, u32 *bits)
{
	struct kvm_vcpu_debug *debug = &vcpu->arch.debug;
	unsigned int n = nr % KVM_ARM_MAX_DEBUG_PAIRS;

	if (!kvm_arm_ids.dbgdidr)
		return NULL;

	switch (nr) {
	case DBGDSCREXT:
		*bits = DSCR_BITS;
		return &debug->dscr;
	case DBGOSLSR:
		*bits = OSLSR_OSLK;
		return &debug->oslsr;
	case DBGOSDLR:
		*bits = OSDLR_DLK;
		return &debug->osdlr;
	case DBGCLAIMCLR:
		*bits = CLAIM_BITS;
		return &debug->claim;
	}

	switch (nr - n) {
	case DBGBVR:
		*bits = ~0;
		return n < kvm_arm_debug_breakpoints() ? &debug->breakpoints[n].value : NULL;
	case DBGBCR:
		*bits = BCR_BITS;
		return n < kvm_arm_debug_breakpoints() ? &debug->breakpoints[n].control : NULL;
	case DBGWVR:
		*bits = WVR_BITS;
		return n < kvm_arm_debug_watchpoints() ? &debug->watchpoints[n].value : NULL;
	case DBGWCR:
		*bits = WCR_BITS;
		return n < kvm_arm_debug_watchpoints() ? &debug->watchpoints[n].control : NULL;
	default:
		return NULL;
	}
}

/* The last ones of the breakpoints can compare CONTEXTIDR */
static bool context_aware(unsigned int n)
{
	unsigned int contexts = (kvm_arm_ids.dbgdidr >> DBGDIDR_CTX_SHIFT & 0xf) + 1;

	return n < kvm_arm_debug_breakpoints() &&
	       n + contexts >= kvm_arm_debug_breakpoints();
}

/* Is there a context where a breakpoint or watchpoint says that it is linked to one? */
static bool context_linked(const struct kvm_vcpu_debug *debug, u32 control)
{
	unsigned int n = (control & DBG_LBN_MASK) >> DBG_LBN_SHIFT;
	const u32 used = DBG_ENABLE | DBGBCR_CONTEXT | DBG_LINKED;

	return context_aware(n) &&
	       (debug->breakpoints[n].control & (DBGBCR_BT_MASK | DBG_ENABLE)) == used;
}

/*
 * A breakpoint of the guest as the CPU can have it: in PL1 and PL0 alone, as it has
 * neither DBGBCR.HMC nor SSC; off if it is UNPREDICTABLE (C3.3, C11.11.2).
 */
static struct kvm_debug_pair cpu_breakpoint(const struct kvm_vcpu_debug *debug,
					    unsigned int n)
{
	struct kvm_debug_pair pair = debug->breakpoints[n];
	u32 type = pair.control & DBGBCR_BT_MASK;
	u32 bas = (pair.control & DBGBCR_BAS_MASK) >> DBG_BAS_SHIFT;
	bool valid;

	switch (type) {
	case DBG_LINKED:
	case DBG_LINKED | DBGBCR_MISMATCH:
		valid = context_linked(debug, pair.control);
		break;
	case DBGBCR_CONTEXT:
	case DBGBCR_CONTEXT | DBG_LINKED:
		valid = context_aware(n);
		pair.control |= DBGBCR_BAS_MASK;
		break;
	default:
		valid = !(type & ~DBGBCR_MISMATCH);
	}

	if (!(type & DBGBCR_CONTEXT)) {
		pair.value &= ~3;
		/* Halfwords */
		valid &= !((bas ^ bas >> 1) & 5);
	}
	if (!(type & DBG_LINKED))
		pair.control &= ~DBG_LBN_MASK;

	/*
	 * What others are linked to has no modes of its own. What matches nearly
	 * everything is for PL0: in PL1 it would match in its own handler.
	 */
	if (type == (DBGBCR_CONTEXT | DBG_LINKED)) {
		pair.control &= ~DBG_LBN_MASK;
		pair.control |= DBG_PL_MASK;
	} else if (type & (DBGBCR_CONTEXT | DBGBCR_MISMATCH)) {
		pair.control &= ~DBG_PL1;
		valid &= !!(pair.control & DBG_PL0);
	}

	return valid && pair.control & DBG_ENABLE ? pair : (struct kvm_debug_pair){ };
}

/* The same for a watchpoint: C3.4, C11.11.44 */
static struct kvm_debug_pair cpu_watchpoint(const struct kvm_vcpu_debug *debug,
					    unsigned int n)
{
	struct kvm_debug_pair pair = debug->watchpoints[n];
	bool valid = true;

	if (pair.value & 4)
		pair.control &= ~DBGWCR_BAS_SECOND;
	if (pair.control & DBG_LINKED)
		valid = context_linked(debug, pair.control);
	else
		pair.control &= ~DBG_LBN_MASK;

	valid &= pair.control & DBG_ENABLE && pair.control & DBG_PL_MASK &&
		 pair.control & DBGWCR_LSC_MASK && pair.control & DBGWCR_BAS_MASK;
	return valid ? pair : (struct kvm_debug_pair){ };
}

/**
 * kvm_arm_cp14_load - let the guest have the breakpoints and watchpoints it has set
 * @vcpu: from its thread, not in the guest
 *
 * From the next entry, through hyp/debug.S if any of them is in use. Those that
 * user space has set come first: then the guest has none.
 */
void kvm_arm_cp14_load(struct kvm_vcpu *vcpu)
{
	const struct kvm_vcpu_debug *debug = &vcpu->arch.debug;
	struct kvm_guest_ctx *ctx = vcpu->arch.ctx;
	bool on = debug->dscr & DBGDSCR_MDBGEN && !(debug->oslsr & OSLSR_OSLK) &&
		  !debug->osdlr;
	u32 used = 0;
	unsigned int i;

	if (vcpu->guest_debug & KVM_GUESTDBG_USE_HW)
		return;

	memset(ctx->breakpoints, 0, sizeof(ctx->breakpoints));
	memset(ctx->watchpoints, 0, sizeof(ctx->watchpoints));
	for (i = 0; on && i < KVM_ARM_MAX_DEBUG_PAIRS; i++) {
		ctx->breakpoints[i] = cpu_breakpoint(debug, i);
		ctx->watchpoints[i] = cpu_watchpoint(debug, i);
		used |= ctx->breakpoints[i].control | ctx->watchpoints[i].control;
	}
	kvm_arm_debug_switch(vcpu, used);
}

/**
 * kvm_arm_cp14_reset - give a vCPU's debug registers their reset values
 * @vcpu: from its thread
 *
 * The OS Lock is open: there is no firmware that would have opened it.
 */
void kvm_arm_cp14_reset(struct kvm_vcpu *vcpu)
{
	vcpu->arch.debug = (struct kvm_vcpu_debug){
		.oslsr = OSLSR_MODEL,
	};
	kvm_arm_cp14_load(vcpu);
}

static u32 read_debug(struct kvm_vcpu *vcpu, unsigned int nr)
{
	u32 *state, bits;

	if (!kvm_arm_ids.dbgdidr)
		return 0;

	switch (nr) {
	case DBGDIDR:
		return kvm_arm_ids.dbgdidr;
	case DBGDSCRINT:
		return vcpu->arch.debug.dscr;
	case DBGCLAIMSET:
		return CLAIM_BITS;
	case DBGAUTHSTATUS:
		return AUTHSTATUS;
	case DBGDEVID:
		return DEVID;
	default:
		state = debug_state(vcpu, nr, &bits);
		return state ? *state : 0;
	}
}

static void write_debug(struct kvm_vcpu *vcpu, unsigned int nr, u32 val)
{
	struct kvm_vcpu_debug *debug = &vcpu->arch.debug;
	u32 *state, bits;

	switch (nr) {
	case DBGOSLAR:
		debug->oslsr = OSLSR_MODEL | (val == OSLAR_KEY ? OSLSR_OSLK : 0);
		break;
	case DBGOSLSR:
		return;
	case DBGCLAIMSET:
		debug->claim |= val & CLAIM_BITS;
		return;
	case DBGCLAIMCLR:
		debug->claim &= ~val;
		return;
	default:
		state = debug_state(vcpu, nr, &bits);
		if (!state)
			return;
		*state = val & bits;
	}
	kvm_arm_cp14_load(vcpu);
}

/* Of PL0, if it may have any: C6.4.1; all else is PL1's */
static bool pl0_allowed(const struct kvm_vcpu *vcpu, unsigned int nr, bool write)
{
	if (vcpu->arch.debug.dscr & DBGDSCR_UDCCDIS)
		return false;

	switch (nr) {
	case DBGDTRINT:
		return true;
	case DBGDIDR:
	case DBGDSCRINT:
	case DBGDRAR:
	case DBGDSAR:
		return !write;
	default:
		return false;
	}
}

/*
 * Registers that there are not read as zero and ignore writes, and without a
 * version of the debug architecture in DBGDIDR (C11.11.15) these are all. Trace,
 * ThumbEE and the transfers to memory are UNDEFINED. Return: false for those.
 */
static bool decode(u32 hsr, unsigned int *nr)
{
	unsigned int crm = (hsr & HSR_CP_CRM_MASK) >> HSR_CP_CRM_SHIFT;

	switch (HSR_EC(hsr)) {
	case HSR_EC_CP14_32:
		*nr = DBG_REG((hsr & HSR_CP_CRN_MASK) >> HSR_CP_CRN_SHIFT, crm,
			      (hsr & HSR_CP_OPC2_MASK) >> HSR_CP_OPC2_SHIFT);
		return !(hsr & HSR_CP_OPC1_MASK);
	case HSR_EC_CP14_64:
		*nr = crm == 1 ? DBGDRAR : DBGDSAR;
		return hsr & HSR_CP_READ && (crm == 1 || crm == 2) &&
		       !(hsr & HSR_CP_OPC1_64_MASK);
	default:
		return false;
	}
}

/**
 * kvm_arm_cp14_trap - answer a trapped access to CP14
 * @vcpu: trapped with HSR_EC_CP14_32, HSR_EC_CP14_64 or HSR_EC_CP14_LS; loaded,
 *	IRQs and preemption on
 *
 * Return: 1.
 */
int kvm_arm_cp14_trap(struct kvm_vcpu *vcpu)
{
	u32 hsr = vcpu_hsr(vcpu);
	bool write = !(hsr & HSR_CP_READ);
	unsigned int nr;

	vcpu->stat.cp_exit_stat++;
	if (!decode(hsr, &nr) ||
	    (!kvm_arch_vcpu_in_kernel(vcpu) && !pl0_allowed(vcpu, nr, write))) {
		kvm_arm_inject_undef(vcpu);
		return 1;
	}

	if (write)
		write_debug(vcpu, nr, *kvm_arm_vcpu_reg(vcpu, HSR_CP_RT(hsr)));
	else
		kvm_arm_vcpu_set_rt(vcpu, HSR_CP_RT(hsr), read_debug(vcpu, nr));
	if (HSR_EC(hsr) == HSR_EC_CP14_64)
		kvm_arm_vcpu_set_rt(vcpu, HSR_CP_RT2(hsr), 0);
	kvm_arm_vcpu_skip_instr(vcpu);
	return 1;
}

/* What user space names like CP15's, with coprocessor 14 */
static u64 reg_id(unsigned int nr)
{
	return KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_ARM_ID_FIELD(14, COPROC) |
	       KVM_ARM_ID_FIELD(nr >> 7, 32_CRN) | KVM_ARM_ID_FIELD(nr & 0xf, CRM) |
	       KVM_ARM_ID_FIELD(nr >> 4 & 7, 32_OPC2);
}

static unsigned int id_nr(u64 id)
{
	return DBG_REG((id & KVM_REG_ARM_32_CRN_MASK) >> KVM_REG_ARM_32_CRN_SHIFT,
		       (id & KVM_REG_ARM_CRM_MASK) >> KVM_REG_ARM_CRM_SHIFT,
		       (id & KVM_REG_ARM_32_OPC2_MASK) >> KVM_REG_ARM_32_OPC2_SHIFT);
}

static bool user_visible(struct kvm_vcpu *vcpu, unsigned int nr)
{
	u32 bits;

	return nr == DBGDIDR ? kvm_arm_ids.dbgdidr : !!debug_state(vcpu, nr, &bits);
}

/**
 * kvm_arm_cp14_num_regs - number of CP14 registers in KVM_GET_REG_LIST
 * @vcpu: any vCPU; all have the same
 *
 * Return: how many ids kvm_arm_cp14_reg_ids() writes.
 */
unsigned int kvm_arm_cp14_num_regs(struct kvm_vcpu *vcpu)
{
	unsigned int nr, n = 0;

	for (nr = 0; nr < NR_DEBUG_REGS; nr++)
		n += user_visible(vcpu, nr);
	return n;
}

/**
 * kvm_arm_cp14_reg_ids - list the CP14 registers
 * @vcpu: any vCPU; all have the same
 * @ids: where to, in user space
 *
 * Return: 0, or -EFAULT.
 */
int kvm_arm_cp14_reg_ids(struct kvm_vcpu *vcpu, u64 __user *ids)
{
	unsigned int nr;

	for (nr = 0; nr < NR_DEBUG_REGS; nr++)
		if (user_visible(vcpu, nr) && put_user(reg_id(nr), ids++))
			return -EFAULT;
	return 0;
}

/**
 * kvm_arm_cp14_get_reg - read a CP14 register for user space
 * @vcpu: not loaded
 * @id: with coprocessor 14
 * @val: filled in
 *
 * Return: 0, or -ENOENT.
 */
int kvm_arm_cp14_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	unsigned int nr = id_nr(id);

	if (id != reg_id(nr) || !user_visible(vcpu, nr))
		return -ENOENT;
	*val = read_debug(vcpu, nr);
	return 0;
}

/**
 * kvm_arm_cp14_set_reg - write a CP14 register for user space
 * @vcpu: not loaded
 * @id: with coprocessor 14
 * @val: new value; bits that the guest cannot write stay as they are
 *
 * Return: 0, -ENOENT, or -EINVAL for another DBGDIDR than the guest's.
 */
int kvm_arm_cp14_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	unsigned int nr = id_nr(id);
	u32 *state, bits;

	if (id != reg_id(nr) || !user_visible(vcpu, nr))
		return -ENOENT;
	if (nr == DBGDIDR)
		return val == kvm_arm_ids.dbgdidr ? 0 : -EINVAL;

	state = debug_state(vcpu, nr, &bits);
	*state = (*state & ~bits) | (val & bits);
	kvm_arm_cp14_load(vcpu);
	return 0;
}
