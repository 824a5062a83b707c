/*
 * KVM on Arm: gdb debugs a guest on a 32-bit kernel
 *
 * Copyright (C) 2026 the KVM for ARMv7 hosts project
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"

#include <linux/kvm.h>

#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "exec/cpu-common.h"
#include "exec/breakpoint.h"
#include "gdbstub/enums.h"
#include "hw/core/cpu.h"
#include "system/kvm.h"
#include "kvm-arch.h"
#include "cpu.h"
#include "internals.h"
#include "syndrome.h"

/* BKPT; in an IT block it is executed whatever the condition */
#define ARM_BKPT    0xe1200070
#define THUMB_BKPT  0xbe00

/* What gdb gives as the length of a breakpoint in Arm code */
#define KIND_ARM    4

/* DBGBCR, DBGWCR: enabled, in PL1 and PL0 (DDI 0406C, C11.11) */
#define DBG_ENABLED 0x7

static size_t insn_size(vaddr kind)
{
    return kind == KIND_ARM ? 4 : 2;
}

static bool read_insn(CPUState *cs, vaddr pc, vaddr kind, uint32_t *insn)
{
    uint8_t buf[4] = { };

    if (cpu_memory_rw_debug(cs, pc, buf, insn_size(kind), false)) {
        return false;
    }
    *insn = ldl_le_p(buf);
    return true;
}

/* The guest's instruction cache holds what was there before */
static bool write_insn(CPUState *cs, vaddr pc, vaddr kind, uint32_t insn)
{
    hwaddr page = cpu_get_phys_page_debug(cs, pc & TARGET_PAGE_MASK);
    uint8_t buf[4];

    stl_le_p(buf, insn);
    if (cpu_memory_rw_debug(cs, pc, buf, insn_size(kind), true)) {
        return false;
    }
    if (page != -1) {
        cpu_flush_icache_range(page + (pc & ~TARGET_PAGE_MASK),
                               insn_size(kind));
    }
    return true;
}

static uint32_t bkpt_insn(vaddr kind)
{
    return kind == KIND_ARM ? ARM_BKPT : THUMB_BKPT;
}

int kvm_arch_insert_sw_breakpoint(CPUState *cs, struct kvm_sw_breakpoint *bp)
{
    uint32_t insn;

    if (!read_insn(cs, bp->pc, bp->len, &insn) ||
        !write_insn(cs, bp->pc, bp->len, bkpt_insn(bp->len))) {
        return -EINVAL;
    }
    bp->saved_insn = insn;
    return 0;
}

int kvm_arch_remove_sw_breakpoint(CPUState *cs, struct kvm_sw_breakpoint *bp)
{
    uint32_t insn;

    if (!read_insn(cs, bp->pc, bp->len, &insn) || insn != bkpt_insn(bp->len) ||
        !write_insn(cs, bp->pc, bp->len, bp->saved_insn)) {
        return -EINVAL;
    }
    return 0;
}

static int insert_breakpoint(vaddr addr, vaddr kind)
{
    HWBreakpoint bp = { .bvr = addr & ~3, .bcr = DBG_ENABLED };

    if (cur_hw_bps >= max_hw_bps) {
        return -ENOBUFS;
    }
    /* Byte address select: a word, or one of its halfwords */
    if (kind == KIND_ARM) {
        bp.bcr |= 0xf << 5;
    } else {
        bp.bcr |= (addr & 2 ? 0xc : 0x3) << 5;
    }
    g_array_append_val(hw_breakpoints, bp);
    return 0;
}

static vaddr breakpoint_addr(const HWBreakpoint *bp)
{
    return bp->bvr + ctz32(extract32(bp->bcr, 5, 4));
}

/* The index of a breakpoint, or -1 */
static int find_breakpoint(vaddr addr)
{
    int i;

    for (i = 0; i < cur_hw_bps; i++) {
        if (breakpoint_addr(get_hw_bp(i)) == addr) {
            return i;
        }
    }
    return -1;
}

static int watchpoint_flags(int type)
{
    switch (type) {
    case GDB_WATCHPOINT_READ:
        return BP_MEM_READ;
    case GDB_WATCHPOINT_WRITE:
        return BP_MEM_WRITE;
    default:
        return BP_MEM_ACCESS;
    }
}

static int insert_watchpoint(vaddr addr, vaddr len, int flags)
{
    HWWatchpoint wp = {
        .wvr = addr & ~7,
        .wcr = DBG_ENABLED,
        .details = { .vaddr = addr, .len = len, .flags = flags },
    };

    /* Not more than the bytes of an aligned doubleword */
    if (!len || (addr & 7) + len > 8 || cur_hw_wps >= max_hw_wps) {
        return -ENOBUFS;
    }
    wp.wcr |= (MAKE_64BIT_MASK(0, len) << (addr & 7)) << 5;
    if (flags & BP_MEM_READ) {
        wp.wcr |= 1 << 3;
    }
    if (flags & BP_MEM_WRITE) {
        wp.wcr |= 2 << 3;
    }
    g_array_append_val(hw_watchpoints, wp);
    return 0;
}

static int remove_watchpoint(vaddr addr, vaddr len, int flags)
{
    int i;

    for (i = 0; i < cur_hw_wps; i++) {
        CPUWatchpoint *wp = &get_hw_wp(i)->details;

        if (wp->vaddr == addr && wp->len == len && wp->flags == flags) {
            g_array_remove_index(hw_watchpoints, i);
            return 0;
        }
    }
    return -ENOENT;
}

/*
 * The watchpoint that an access to @addr has hit. An access of several words
 * is reported with the address of its first: then it is the nearest above.
 */
static CPUWatchpoint *hit_watchpoint(vaddr addr)
{
    CPUWatchpoint *nearest = NULL;
    int i;

    for (i = 0; i < cur_hw_wps; i++) {
        CPUWatchpoint *wp = &get_hw_wp(i)->details;

        if (addr >= wp->vaddr && addr < wp->vaddr + wp->len) {
            return wp;
        }
        if (addr < wp->vaddr && (!nearest || wp->vaddr < nearest->vaddr)) {
            nearest = wp;
        }
    }
    return nearest;
}

int kvm_arch_insert_hw_breakpoint(vaddr addr, vaddr len, int type)
{
    if (type == GDB_BREAKPOINT_HW) {
        return insert_breakpoint(addr, len);
    }
    return insert_watchpoint(addr, len, watchpoint_flags(type));
}

int kvm_arch_remove_hw_breakpoint(vaddr addr, vaddr len, int type)
{
    int i;

    if (type != GDB_BREAKPOINT_HW) {
        return remove_watchpoint(addr, len, watchpoint_flags(type));
    }
    i = find_breakpoint(addr);
    if (i < 0) {
        return -ENOENT;
    }
    g_array_remove_index(hw_breakpoints, i);
    return 0;
}

void kvm_arch_remove_all_hw_breakpoints(void)
{
    g_array_set_size(hw_breakpoints, 0);
    g_array_set_size(hw_watchpoints, 0);
}

void kvm_arch_update_guest_debug(CPUState *cs, struct kvm_guest_debug *dbg)
{
    int i;

    memset(&dbg->arch, 0, sizeof(dbg->arch));
    if (kvm_sw_breakpoints_active(cs)) {
        dbg->control |= KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP;
    }
    if (cur_hw_bps || cur_hw_wps) {
        dbg->control |= KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW;
    }
    for (i = 0; i < cur_hw_bps; i++) {
        dbg->arch.dbg_bvr[i] = get_hw_bp(i)->bvr;
        dbg->arch.dbg_bcr[i] = get_hw_bp(i)->bcr;
    }
    for (i = 0; i < cur_hw_wps; i++) {
        dbg->arch.dbg_wvr[i] = get_hw_wp(i)->wvr;
        dbg->arch.dbg_wcr[i] = get_hw_wp(i)->wcr;
    }
}

/* A BKPT that nobody but the guest has put there: its own Prefetch Abort */
static void inject_bkpt(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);
    ARMMMUFaultInfo fi = { .type = ARMFault_Debug };

    cs->exception_index = EXCP_BKPT;
    env->exception.syndrome = syn_aa32_bkpt(0, env->thumb);
    env->exception.fsr = env->cp15.tcr_el[1] & TTBCR_EAE ?
                         arm_fi_to_lfsc(&fi) : arm_fi_to_sfsc(&fi);
    env->exception.vaddress = 0;
    env->exception.target_el = 1;
    bql_lock();
    arm_cpu_do_interrupt(cs);
    bql_unlock();
}

bool kvm_arm_handle_debug(ARMCPU *cpu, struct kvm_debug_exit_arch *debug_exit)
{
    CPUState *cs = CPU(cpu);
    CPUARMState *env = &cpu->env;
    vaddr kind, pc;
    uint32_t insn;

    kvm_cpu_synchronize_state(cs);

    if (syn_get_ec(debug_exit->hsr) == EC_DATAABORT) {
        cs->watchpoint_hit = hit_watchpoint(debug_exit->far);
        return cs->watchpoint_hit;
    }

    pc = env->regs[15];
    if (kvm_find_sw_breakpoint(cs, pc) || find_breakpoint(pc) >= 0) {
        return true;
    }

    /* The guest's, or one that was removed while the vCPU was on its way */
    kind = env->thumb ? 2 : KIND_ARM;
    if (read_insn(cs, pc, kind, &insn) &&
        (env->thumb ? (insn & 0xff00) == THUMB_BKPT :
                      (insn & 0xfff000f0) == ARM_BKPT)) {
        inject_bkpt(cs);
    }
    return false;
}
