// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug exceptions of a guest all go to Hyp mode (HDCR.TDE), and from there to user
 * space if it debugs the guest, or to the guest. Hardware breakpoints and watchpoints
 * are in the CPU while the guest runs: hyp/debug.S.
 */
#include <linux/kvm_host.h>
#include <linux/string.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/target.h>
#include <asm/kvm/trap_bits.h>
#include <asm/kvm/vcpu.h>

/* DBGDIDR, C11.11.15: its numbers, and which core it is */
#define DBGDIDR_NUMBERS		0xfff00000
#define DBGDIDR_V7_1		(5 << 16)
#define DBGDIDR_DEVID		BIT(15)
#define DBGDIDR_CORE		0x000000ff

/* ID_DFR0.CopDbg, B4.1.86: v7.1 */
#define DFR0_COPDBG_V7_1	5

static unsigned int breakpoints __ro_after_init;
static unsigned int watchpoints __ro_after_init;

/**
 * kvm_arm_debug_probe - find out what hardware can be used to debug guests
 *
 * At boot, after the host's own breakpoints were set up: they are not there, nor
 * are the guest's, if that did not succeed in enabling monitor debug-mode. With the
 * Virtualization Extensions there is v7.1 of the debug architecture, and guests have
 * that on later ones, too.
 */
void kvm_arm_debug_probe(void)
{
	u32 didr, dscr;

	asm volatile("mrc p14, 0, %0, c0, c1, 0	@ DBGDSCRint" : "=r" (dscr));
	if (!IS_ENABLED(CONFIG_HAVE_HW_BREAKPOINT) || !(dscr & DBGDSCR_MDBGEN))
		return;

	asm volatile("mrc p14, 0, %0, c0, c0, 0	@ DBGDIDR" : "=r" (didr));
	breakpoints = (didr >> DBGDIDR_BRPS_SHIFT & 0xf) + 1;
	watchpoints = (didr >> DBGDIDR_WRPS_SHIFT & 0xf) + 1;
	kvm_arm_ids.dbgdidr = (didr & (DBGDIDR_NUMBERS | DBGDIDR_CORE)) |
			      DBGDIDR_V7_1 | DBGDIDR_DEVID;
	kvm_arm_ids.dfr0 |= DFR0_COPDBG_V7_1;
}

/**
 * kvm_arm_debug_breakpoints - the number of hardware breakpoints for a guest
 */
unsigned int kvm_arm_debug_breakpoints(void)
{
	return breakpoints;
}

/**
 * kvm_arm_debug_watchpoints - the number of watchpoints for a guest
 */
unsigned int kvm_arm_debug_watchpoints(void)
{
	return watchpoints;
}

/**
 * kvm_arm_debug_switch - choose the world switch of a vCPU
 * @vcpu: not in the guest
 * @breakpoints: there may be some in its context, or the host's must be put aside
 */
void kvm_arm_debug_switch(struct kvm_vcpu *vcpu, bool breakpoints)
{
	struct kvm_guest_ctx *ctx = vcpu->arch.ctx;

	ctx->switch_to = breakpoints ? kvm_hyp_switch_to_debugged :
				       kvm_hyp_switch_to_guest;
	ctx->enter = kvm_arm_vgic_entry(ctx->switch_to);
}

/* Anything else would match in Hyp mode, too, or be UNPREDICTABLE. */
static bool breakpoint_valid(u32 value, u32 control)
{
	u32 bas = (control & DBGBCR_BAS_MASK) >> DBG_BAS_SHIFT;

	return !(control & ~(DBG_ENABLE | DBG_PL_MASK | DBGBCR_BAS_MASK)) &&
	       control & DBG_PL_MASK && !(value & 3) &&
	       (bas == 0xf || bas == 0x3 || bas == 0xc);
}

/* One byte or more, without a gap; those of the upper word need an aligned doubleword */
static bool watchpoint_valid(u32 value, u32 control)
{
	u32 bas = (control & DBGWCR_BAS_MASK) >> DBG_BAS_SHIFT;

	return !(control & ~(DBG_ENABLE | DBG_PL_MASK | DBGWCR_LSC_MASK | DBGWCR_BAS_MASK)) &&
	       control & DBG_PL_MASK && control & DBGWCR_LSC_MASK && !(value & 3) &&
	       bas && !(bas & (bas + (bas & -bas))) && !(bas >> 4 && value & 4);
}

/* Return: false if the guest cannot have what user space asks for */
static bool take_pairs(struct kvm_debug_pair *pairs, unsigned int number,
		       const u64 *value, const u64 *control,
		       bool (*valid)(u32 value, u32 control))
{
	unsigned int i;

	for (i = 0; i < KVM_ARM_MAX_DBG_REGS; i++) {
		if (!(control[i] & DBG_ENABLE))
			continue;
		if (i >= number || upper_32_bits(value[i]) || upper_32_bits(control[i]) ||
		    !valid(value[i], control[i]))
			return false;
		pairs[i].value = value[i];
		pairs[i].control = control[i];
	}
	return true;
}

/**
 * kvm_arch_vcpu_ioctl_set_guest_debug - let user space debug a vCPU, or no more
 * @vcpu: not loaded
 * @dbg: what user space wants to see, and the breakpoints and watchpoints
 *
 * With KVM_GUESTDBG_USE_HW the guest has none of its own.
 *
 * Return: 0, or -EINVAL for an unknown flag, single step, or a breakpoint or
 * watchpoint that is not there, or not for addresses in PL1 and PL0; then
 * nothing has changed.
 */
int kvm_arch_vcpu_ioctl_set_guest_debug(struct kvm_vcpu *vcpu,
					struct kvm_guest_debug *dbg)
{
	struct kvm_guest_ctx *ctx = vcpu->arch.ctx;
	struct kvm_debug_pair breaks[KVM_ARM_MAX_DBG_REGS] = { };
	struct kvm_debug_pair watches[KVM_ARM_MAX_DBG_REGS] = { };

	BUILD_BUG_ON(KVM_ARM_MAX_DBG_REGS != KVM_ARM_MAX_DEBUG_PAIRS);

	if (dbg->control & ~KVM_ARM_GUESTDBG_FLAGS)
		return -EINVAL;
	if (!(dbg->control & KVM_GUESTDBG_ENABLE))
		dbg->control = 0;
	if (dbg->control & KVM_GUESTDBG_USE_HW &&
	    !(take_pairs(breaks, breakpoints, dbg->arch.dbg_bvr, dbg->arch.dbg_bcr,
			 breakpoint_valid) &&
	      take_pairs(watches, watchpoints, dbg->arch.dbg_wvr, dbg->arch.dbg_wcr,
			 watchpoint_valid)))
		return -EINVAL;

	vcpu->guest_debug = dbg->control;
	if (vcpu->guest_debug & KVM_GUESTDBG_USE_HW) {
		memcpy(ctx->breakpoints, breaks, sizeof(breaks));
		memcpy(ctx->watchpoints, watches, sizeof(watches));
		kvm_arm_debug_switch(vcpu, breakpoints);
	} else {
		kvm_arm_cp14_load(vcpu);
	}
	return 0;
}

/**
 * kvm_arm_debug_note - keep what the CPU says of the cause of a debug exception
 * @vcpu: has just left the guest with a Prefetch Abort, of any kind; IRQs off
 *
 * HSR has the same for BKPT and for a breakpoint, and the next debug exception may be
 * one of the host's.
 */
void kvm_arm_debug_note(struct kvm_vcpu *vcpu)
{
	u32 dscr;

	if (!breakpoints)
		return;
	asm volatile("mrc p14, 0, %0, c0, c1, 0	@ DBGDSCRint" : "=r" (dscr));
	vcpu->arch.debug.moe = (dscr & DBGDSCR_MOE_MASK) >> DBGDSCR_MOE_SHIFT;
}

/* What guests find in DBGDSCR.MOE; without breakpoints it was BKPT */
static u32 method_of_entry(const struct kvm_vcpu *vcpu)
{
	if (HSR_EC(vcpu_hsr(vcpu)) == HSR_EC_DABT)
		return DBGDSCR_MOE_WATCHPOINT;
	return breakpoints ? vcpu->arch.debug.moe : DBGDSCR_MOE_BKPT;
}

/**
 * kvm_arm_debug_exit - handle a debug exception
 * @vcpu: stopped at BKPT, a breakpoint, or an access that is watched
 *
 * An exit handler, in the context of kvm_arm_exit(). The instruction was not
 * executed. HIFAR is UNKNOWN (DDI 0406C, B3.13.5).
 *
 * Return: 1 if the guest goes on, 0 if it is for user space, with vcpu->run set up.
 */
int kvm_arm_debug_exit(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_debug *debug = &vcpu->arch.debug;
	struct kvm_guest_ctx *ctx = vcpu->arch.ctx;
	struct kvm_run *run = vcpu->run;
	u32 hsr = vcpu_hsr(vcpu);
	u32 moe = method_of_entry(vcpu);
	u32 user_wants = KVM_GUESTDBG_USE_HW;

	/* Neither has set anything: it is the host's, whose are put aside from now on */
	if (moe != DBGDSCR_MOE_BKPT && ctx->switch_to == kvm_hyp_switch_to_guest) {
		kvm_arm_debug_switch(vcpu, true);
		return 1;
	}

	if (moe == DBGDSCR_MOE_BKPT)
		user_wants = KVM_GUESTDBG_ENABLE;
	if (!(vcpu->guest_debug & user_wants)) {
		debug->dscr = (debug->dscr & ~DBGDSCR_MOE_MASK) | moe << DBGDSCR_MOE_SHIFT;
		kvm_arm_inject_debug(vcpu);
		return 1;
	}

	run->exit_reason = KVM_EXIT_DEBUG;
	run->debug.arch.hsr = hsr;
	run->debug.arch.hsr_high = 0;
	run->debug.arch.far = HSR_EC(hsr) == HSR_EC_DABT ? ctx->hxfar : 0;
	return 0;
}
