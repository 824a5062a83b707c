// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_ONE_REG, KVM_SET_ONE_REG, KVM_GET_REG_LIST: see
 * Documentation/virtual/kvm/registers.rst for the registers that there are.
 */
#include <linux/kvm_host.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>
#include <asm/kvm/target.h>
#include <asm/kvm/timer.h>
#include <asm/kvm/vcpu.h>
#include <asm/ptrace.h>
#include <asm/vfp.h>

#define NR_CORE_REGS	(sizeof(struct kvm_regs) / sizeof(u32))

#define CORE_ID		(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_CORE)
#define DEMUX_ID	(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_DEMUX)
#define VFP_D_ID	(KVM_REG_ARM | KVM_REG_SIZE_U64 | KVM_REG_ARM_VFP)
#define VFP_SYS_ID	(KVM_REG_ARM | KVM_REG_SIZE_U32 | KVM_REG_ARM_VFP)

#define COPROC(id)	((id) & KVM_REG_ARM_COPROC_MASK)
#define COPROC_CP14	(14 << KVM_REG_ARM_COPROC_SHIFT)
#define COPROC_CP15	(15 << KVM_REG_ARM_COPROC_SHIFT)

/* The timer's part of the list; PTIMER_CNT is the host's counter */
static const u64 timer_ids[] = {
	KVM_REG_ARM_TIMER_CTL,
	KVM_REG_ARM_TIMER_CNT,
	KVM_REG_ARM_TIMER_CVAL,
	KVM_REG_ARM_PTIMER_CTL,
	KVM_REG_ARM_PTIMER_CVAL,
};

static const u16 vfp_sys_regs[] = {
	KVM_REG_ARM_VFP_FPSID,
	KVM_REG_ARM_VFP_FPSCR,
	KVM_REG_ARM_VFP_MVFR1,
	KVM_REG_ARM_VFP_MVFR0,
	KVM_REG_ARM_VFP_FPEXC,
	KVM_REG_ARM_VFP_FPINST,
	KVM_REG_ARM_VFP_FPINST2,
};

static bool is_timer_id(u64 id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(timer_ids); i++)
		if (timer_ids[i] == id)
			return true;
	return id == KVM_REG_ARM_PTIMER_CNT;
}

static u32 *core_reg(struct kvm_vcpu *vcpu, u64 id)
{
	u64 index = id - CORE_ID;

	if (index >= NR_CORE_REGS)
		return NULL;
	return (u32 *)vcpu_regs(vcpu) +
	       array_index_nospec((unsigned long)index, NR_CORE_REGS);
}

/* A CPSR that the lowvisor can go to the guest with: PL1 or PL0, Arm or Thumb */
static bool cpsr_valid(u32 cpsr)
{
	if (cpsr & PSR_J_BIT)
		return false;

	switch (cpsr & MODE_MASK) {
	case USR_MODE:
	case FIQ_MODE:
	case IRQ_MODE:
	case SVC_MODE:
	case ABT_MODE:
	case UND_MODE:
	case SYSTEM_MODE:
		return true;
	default:
		return false;
	}
}

static int core_get(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	const u32 *reg = core_reg(vcpu, id);

	if (!reg)
		return -ENOENT;
	*val = *reg;
	return 0;
}

static int core_set(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	u32 *reg = core_reg(vcpu, id);

	if (!reg)
		return -ENOENT;
	if (reg == (u32 *)vcpu_cpsr(vcpu) && !cpsr_valid(val))
		return -EINVAL;
	*reg = val;
	return 0;
}

/* Cache sizes are the host's: writing another value is an error */
static int demux_get(u64 id, u64 *val)
{
	u64 csselr = id - (DEMUX_ID | KVM_REG_ARM_DEMUX_ID_CCSIDR);

	if (csselr >= KVM_ARM_NR_CCSIDRS || !kvm_arm_ccsidr_valid(csselr))
		return -ENOENT;
	csselr = array_index_nospec((unsigned long)csselr, KVM_ARM_NR_CCSIDRS);
	*val = kvm_arm_ids.ccsidr[csselr];
	return 0;
}

static unsigned int nr_vfp_d_regs(void)
{
	switch (kvm_arm_ids.mvfr0 & MVFR0_A_SIMD_MASK) {
	case 0:
		return 0;
	case 1:
		return 16;
	default:
		return 32;
	}
}

static unsigned int nr_vfp_sys_regs(void)
{
	return nr_vfp_d_regs() ? ARRAY_SIZE(vfp_sys_regs) : 0;
}

static u64 *vfp_d_reg(struct kvm_vcpu *vcpu, u64 id)
{
	u64 index = id - VFP_D_ID;

	if (index >= nr_vfp_d_regs())
		return NULL;
	index = array_index_nospec((unsigned long)index, nr_vfp_d_regs());
	return &vcpu->arch.ctx->vfp.d[index];
}

static int vfp_sys_get(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	const struct kvm_guest_vfp *vfp = &vcpu->arch.ctx->vfp;

	if (!nr_vfp_sys_regs())
		return -ENOENT;

	switch (id - VFP_SYS_ID) {
	case KVM_REG_ARM_VFP_FPSID:
		*val = kvm_arm_ids.fpsid;
		return 0;
	case KVM_REG_ARM_VFP_MVFR0:
		*val = kvm_arm_ids.mvfr0;
		return 0;
	case KVM_REG_ARM_VFP_MVFR1:
		*val = kvm_arm_ids.mvfr1;
		return 0;
	case KVM_REG_ARM_VFP_FPSCR:
		*val = vfp->fpscr;
		return 0;
	case KVM_REG_ARM_VFP_FPEXC:
		*val = vfp->fpexc;
		return 0;
	case KVM_REG_ARM_VFP_FPINST:
		*val = vfp->fpinst;
		return 0;
	case KVM_REG_ARM_VFP_FPINST2:
		*val = vfp->fpinst2;
		return 0;
	default:
		return -ENOENT;
	}
}

static int vfp_sys_set(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	struct kvm_guest_vfp *vfp = &vcpu->arch.ctx->vfp;
	u64 id_reg;
	int ret;

	switch (id - VFP_SYS_ID) {
	case KVM_REG_ARM_VFP_FPSCR:
		vfp->fpscr = val;
		return 0;
	case KVM_REG_ARM_VFP_FPEXC:
		/*
		 * No core with the Virtualization Extensions bounces VFP
		 * instructions to software: with EX the lowvisor would access
		 * an FPINST that is not there.
		 */
		vfp->fpexc = val & FPEXC_EN;
		return 0;
	case KVM_REG_ARM_VFP_FPINST:
		vfp->fpinst = val;
		return 0;
	case KVM_REG_ARM_VFP_FPINST2:
		vfp->fpinst2 = val;
		return 0;
	default:
		ret = vfp_sys_get(vcpu, id, &id_reg);
		if (ret)
			return ret;
		return val == id_reg ? 0 : -EINVAL;
	}
}

static int vfp_get(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	const u64 *d = vfp_d_reg(vcpu, id);

	if (!d)
		return vfp_sys_get(vcpu, id, val);
	*val = *d;
	return 0;
}

static int vfp_set(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	u64 *d = vfp_d_reg(vcpu, id);

	if (!d)
		return nr_vfp_sys_regs() ? vfp_sys_set(vcpu, id, val) : -ENOENT;
	*d = val;
	return 0;
}

static int get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *val)
{
	if (is_timer_id(id))
		return kvm_arm_timer_get_reg(vcpu, id, val);

	switch (COPROC(id)) {
	case KVM_REG_ARM_CORE:
		return core_get(vcpu, id, val);
	case KVM_REG_ARM_DEMUX:
		return demux_get(id, val);
	case KVM_REG_ARM_VFP:
		return vfp_get(vcpu, id, val);
	case COPROC_CP14:
		return kvm_arm_cp14_get_reg(vcpu, id, val);
	case COPROC_CP15:
		if (kvm_arm_vcpu_has_pmu(vcpu) && !kvm_arm_pmu_get_reg(vcpu, id, val))
			return 0;
		return kvm_arm_cp15_get_reg(vcpu, id, val);
	default:
		return -ENOENT;
	}
}

static int set_reg(struct kvm_vcpu *vcpu, u64 id, u64 val)
{
	u64 ccsidr;
	int ret;

	if (is_timer_id(id))
		return kvm_arm_timer_set_reg(vcpu, id, val);

	switch (COPROC(id)) {
	case KVM_REG_ARM_CORE:
		return core_set(vcpu, id, val);
	case KVM_REG_ARM_DEMUX:
		ret = demux_get(id, &ccsidr);
		if (ret)
			return ret;
		return val == ccsidr ? 0 : -EINVAL;
	case KVM_REG_ARM_VFP:
		return vfp_set(vcpu, id, val);
	case COPROC_CP14:
		return kvm_arm_cp14_set_reg(vcpu, id, val);
	case COPROC_CP15:
		ret = -ENOENT;
		if (kvm_arm_vcpu_has_pmu(vcpu))
			ret = kvm_arm_pmu_set_reg(vcpu, id, val);
		return ret == -ENOENT ? kvm_arm_cp15_set_reg(vcpu, id, val) : ret;
	default:
		return -ENOENT;
	}
}

/* Ids of another architecture are invalid, those of ours may not exist */
static int check_id(u64 id)
{
	if ((id & KVM_REG_ARCH_MASK) != KVM_REG_ARM)
		return -EINVAL;
	if (KVM_REG_SIZE(id) != sizeof(u32) && KVM_REG_SIZE(id) != sizeof(u64))
		return -ENOENT;
	return 0;
}

/**
 * kvm_arm_vcpu_get_reg - KVM_GET_ONE_REG
 * @vcpu: set up, not loaded
 * @reg: which one, and where to
 *
 * Return: 0, -EINVAL for an id that is not Arm's, -ENOENT for one that no
 * register has, -EFAULT.
 */
long kvm_arm_vcpu_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	u64 val = 0;
	int ret;

	ret = check_id(reg->id);
	if (ret)
		return ret;
	if (COPROC(reg->id) == KVM_REG_ARM_FW)
		return kvm_arm_fw_get_reg(vcpu, reg);

	ret = get_reg(vcpu, reg->id, &val);
	if (ret)
		return ret;
	if (copy_to_user(u64_to_user_ptr(reg->addr), &val, KVM_REG_SIZE(reg->id)))
		return -EFAULT;
	return 0;
}

/**
 * kvm_arm_vcpu_set_reg - KVM_SET_ONE_REG
 * @vcpu: set up, not loaded
 * @reg: which one, and where from
 *
 * Return: 0, -EINVAL for an id that is not Arm's or a value that the register
 * cannot have, -ENOENT for an id that no register has, -EFAULT.
 */
long kvm_arm_vcpu_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	u64 val = 0;
	int ret;

	ret = check_id(reg->id);
	if (ret)
		return ret;
	if (COPROC(reg->id) == KVM_REG_ARM_FW)
		return kvm_arm_fw_set_reg(vcpu, reg);

	if (copy_from_user(&val, u64_to_user_ptr(reg->addr), KVM_REG_SIZE(reg->id)))
		return -EFAULT;
	return set_reg(vcpu, reg->id, val);
}

static unsigned int num_ccsidrs(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < KVM_ARM_NR_CCSIDRS; i++)
		n += kvm_arm_ccsidr_valid(i);
	return n;
}

static int put_vfp_ids(u64 __user **ids)
{
	unsigned int i;

	for (i = 0; i < nr_vfp_d_regs(); i++)
		if (put_user(VFP_D_ID | i, (*ids)++))
			return -EFAULT;
	for (i = 0; i < nr_vfp_sys_regs(); i++)
		if (put_user(VFP_SYS_ID | vfp_sys_regs[i], (*ids)++))
			return -EFAULT;
	return 0;
}

static int put_demux_ids(u64 __user **ids)
{
	unsigned int i;

	for (i = 0; i < KVM_ARM_NR_CCSIDRS; i++) {
		if (!kvm_arm_ccsidr_valid(i))
			continue;
		if (put_user(DEMUX_ID | KVM_REG_ARM_DEMUX_ID_CCSIDR | i, (*ids)++))
			return -EFAULT;
	}
	return 0;
}

static int put_ids(struct kvm_vcpu *vcpu, u64 __user *ids)
{
	unsigned int i;
	int ret;

	for (i = 0; i < NR_CORE_REGS; i++)
		if (put_user(CORE_ID | i, ids++))
			return -EFAULT;

	ret = put_vfp_ids(&ids);
	if (ret)
		return ret;

	ret = kvm_arm_cp15_reg_ids(ids);
	if (ret)
		return ret;
	ids += kvm_arm_cp15_num_regs();

	ret = kvm_arm_cp14_reg_ids(vcpu, ids);
	if (ret)
		return ret;
	ids += kvm_arm_cp14_num_regs(vcpu);

	ret = put_demux_ids(&ids);
	if (ret)
		return ret;

	if (copy_to_user(ids, timer_ids, sizeof(timer_ids)))
		return -EFAULT;
	ids += ARRAY_SIZE(timer_ids);

	if (kvm_arm_vcpu_has_pmu(vcpu)) {
		ret = kvm_arm_pmu_reg_ids(ids);
		if (ret)
			return ret;
		ids += kvm_arm_pmu_num_regs();
	}

	return kvm_arm_fw_reg_ids(vcpu, ids);
}

/**
 * kvm_arm_vcpu_reg_list - KVM_GET_REG_LIST
 * @vcpu: set up
 * @list: in user space; @list->n is how many ids it has room for, and is set to
 *	how many there are
 *
 * The order is always the same.
 *
 * Return: 0, -E2BIG if there is no room for all of them, -EFAULT.
 */
long kvm_arm_vcpu_reg_list(struct kvm_vcpu *vcpu,
			   struct kvm_reg_list __user *list)
{
	u64 room, n;

	n = NR_CORE_REGS + nr_vfp_d_regs() + nr_vfp_sys_regs() +
	    kvm_arm_cp15_num_regs() + kvm_arm_cp14_num_regs(vcpu) + num_ccsidrs() +
	    ARRAY_SIZE(timer_ids) + kvm_arm_fw_num_regs(vcpu);
	if (kvm_arm_vcpu_has_pmu(vcpu))
		n += kvm_arm_pmu_num_regs();

	if (get_user(room, &list->n) || put_user(n, &list->n))
		return -EFAULT;
	if (room < n)
		return -E2BIG;
	return put_ids(vcpu, list->reg);
}
