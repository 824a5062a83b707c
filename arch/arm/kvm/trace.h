/* SPDX-License-Identifier: GPL-2.0-only */
#if !defined(_TRACE_KVM_ARM_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KVM_ARM_H

#include <linux/tracepoint.h>
#include <asm/kvm/hyp.h>
#include <asm/kvm/trap_bits.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm

#define kvm_arm_show_reason(reason)				\
	__print_symbolic(reason,				\
			 { KVM_ARM_EXIT_TRAP, "TRAP" },		\
			 { KVM_ARM_EXIT_IRQ, "IRQ" },		\
			 { KVM_ARM_EXIT_RETRY, "RETRY" },	\
			 { KVM_ARM_EXIT_ABORT, "ABORT" })

#define kvm_arm_show_class(hsr)					\
	__print_symbolic(HSR_EC(hsr),				\
			 { HSR_EC_UNKNOWN, "UNKNOWN" },		\
			 { HSR_EC_WFX, "WFI/WFE" },		\
			 { HSR_EC_CP15_32, "CP15_32" },		\
			 { HSR_EC_CP15_64, "CP15_64" },		\
			 { HSR_EC_CP14_32, "CP14_32" },		\
			 { HSR_EC_CP14_LS, "CP14_LS" },		\
			 { HSR_EC_CP_0_13, "CP_0_13" },		\
			 { HSR_EC_CP10_ID, "CP10_ID" },		\
			 { HSR_EC_CP14_64, "CP14_64" },		\
			 { HSR_EC_HVC, "HVC" },			\
			 { HSR_EC_SMC, "SMC" },			\
			 { HSR_EC_PABT, "PABT" },		\
			 { HSR_EC_DABT, "DABT" })

TRACE_EVENT(kvm_entry,
	    TP_PROTO(unsigned long pc),
	TP_ARGS(pc),

	TP_STRUCT__entry(__field(unsigned long, pc)),

	TP_fast_assign(__entry->pc = pc;
	),

	TP_printk("PC: 0x%08lx", __entry->pc)
);

TRACE_EVENT(kvm_exit,
	    TP_PROTO(u32 reason, u32 hsr, unsigned long pc),
	TP_ARGS(reason, hsr, pc),

	TP_STRUCT__entry(__field(u32, reason)
			 __field(u32, hsr)
			 __field(unsigned long, pc)),

	TP_fast_assign(__entry->reason = reason;
		       __entry->hsr = reason == KVM_ARM_EXIT_TRAP ? hsr : 0;
		       __entry->pc = pc;
	),

	TP_printk("%s: class: %s, HSR: 0x%08x, PC: 0x%08lx",
		  kvm_arm_show_reason(__entry->reason),
		  kvm_arm_show_class(__entry->hsr),
		  __entry->hsr, __entry->pc)
);

TRACE_EVENT(kvm_wfx,
	    TP_PROTO(unsigned long pc, bool is_wfe),
	TP_ARGS(pc, is_wfe),

	TP_STRUCT__entry(__field(unsigned long, pc)
			 __field(bool, is_wfe)),

	TP_fast_assign(__entry->pc = pc;
		       __entry->is_wfe = is_wfe;
	),

	TP_printk("%s at PC: 0x%08lx", __entry->is_wfe ? "WFE" : "WFI",
		  __entry->pc)
);

TRACE_EVENT(kvm_hvc,
	    TP_PROTO(unsigned long pc, unsigned long r0, unsigned long imm),
	TP_ARGS(pc, r0, imm),

	TP_STRUCT__entry(__field(unsigned long, pc)
			 __field(unsigned long, r0)
			 __field(unsigned long, imm)),

	TP_fast_assign(__entry->pc = pc;
		       __entry->r0 = r0;
		       __entry->imm = imm;
	),

	TP_printk("HVC #%lu at PC: 0x%08lx, r0: 0x%08lx", __entry->imm,
		  __entry->pc, __entry->r0)
);

TRACE_EVENT(kvm_guest_fault,
	    TP_PROTO(unsigned long pc, u32 hsr, unsigned long va, u64 ipa),
	TP_ARGS(pc, hsr, va, ipa),

	TP_STRUCT__entry(__field(unsigned long, pc)
			 __field(u32, hsr)
			 __field(unsigned long, va)
			 __field(u64, ipa)),

	TP_fast_assign(__entry->pc = pc;
		       __entry->hsr = hsr;
		       __entry->va = va;
		       __entry->ipa = ipa;
	),

	TP_printk("IPA: 0x%010llx, VA: 0x%08lx, HSR: 0x%08x, PC: 0x%08lx",
		  __entry->ipa, __entry->va, __entry->hsr, __entry->pc)
);

TRACE_EVENT(kvm_irq_line,
	    TP_PROTO(unsigned int type, unsigned int vcpu, unsigned int irq, bool level),
	TP_ARGS(type, vcpu, irq, level),

	TP_STRUCT__entry(__field(unsigned int, type)
			 __field(unsigned int, vcpu)
			 __field(unsigned int, irq)
			 __field(bool, level)),

	TP_fast_assign(__entry->type = type;
		       __entry->vcpu = vcpu;
		       __entry->irq = irq;
		       __entry->level = level;
	),

	TP_printk("%s %u, vCPU %u, level %d",
		  __print_symbolic(__entry->type, { KVM_ARM_IRQ_TYPE_CPU, "CPU" },
				   { KVM_ARM_IRQ_TYPE_SPI, "SPI" },
				   { KVM_ARM_IRQ_TYPE_PPI, "PPI" }),
		  __entry->irq, __entry->vcpu, __entry->level)
);

#endif /* _TRACE_KVM_ARM_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
