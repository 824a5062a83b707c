/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared between the files of the lowvisor */
#ifndef __ARM_KVM_HYP_HYP_H
#define __ARM_KVM_HYP_HYP_H

#ifdef __ASSEMBLY__

/* On the Hyp stack while the guest runs: its context; ELR, SPSR, SP_svc of the host */
#define FRAME_SIZE	16
#define FRAME_CTX	0

#else

/* Text that Hyp mode maps */
#define __hyp	__section(".kvm.hyp.text")

/* For the vectors alone */
u32 kvm_hyp_walk_stage1(struct kvm_guest_ctx *ctx);

#endif /* __ASSEMBLY__ */
#endif /* __ARM_KVM_HYP_HYP_H */
