/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared between the files of the lowvisor */
#ifndef __ARM_KVM_HYP_HYP_H
#define __ARM_KVM_HYP_HYP_H

#ifdef __ASSEMBLY__

/* On the Hyp stack while the guest runs: its context; ELR, SPSR, SP_svc of the host */
#define FRAME_SIZE	16
#define FRAME_CTX	0

	/* r2-r12 to and from struct kvm_guest_cp15, first group */
	.macro	write_cp15
	mcr	p15, 0, r2, c1, c0, 0	@ SCTLR
	mcr	p15, 0, r3, c2, c0, 2	@ TTBCR
	mcrr	p15, 0, r4, r5, c2	@ TTBR0
	mcrr	p15, 1, r6, r7, c2	@ TTBR1
	mcr	p15, 0, r8, c10, c2, 0	@ PRRR, MAIR0
	mcr	p15, 0, r9, c10, c2, 1	@ NMRR, MAIR1
	mcr	p15, 0, r10, c12, c0, 0	@ VBAR
	mcr	p15, 0, r11, c13, c0, 3	@ TPIDRURO
	mcr	p15, 0, r12, c13, c0, 4	@ TPIDRPRW
	.endm

	.macro	read_cp15
	mrc	p15, 0, r2, c1, c0, 0	@ SCTLR
	mrc	p15, 0, r3, c2, c0, 2	@ TTBCR
	mrrc	p15, 0, r4, r5, c2	@ TTBR0
	mrrc	p15, 1, r6, r7, c2	@ TTBR1
	mrc	p15, 0, r8, c10, c2, 0	@ PRRR, MAIR0
	mrc	p15, 0, r9, c10, c2, 1	@ NMRR, MAIR1
	mrc	p15, 0, r10, c12, c0, 0	@ VBAR
	mrc	p15, 0, r11, c13, c0, 3	@ TPIDRURO
	mrc	p15, 0, r12, c13, c0, 4	@ TPIDRPRW
	.endm

	/* SP at the frame: all that the host needs back; SP at struct kvm_host_ctx */
	.macro	restore_host
	pop	{r1-r4}
	msr	ELR_hyp, r2
	msr	SPSR_cxsf, r3
	msr	SP_svc, r4
	ldm	sp, {r2-r12}
	write_cp15
	add	r0, sp, #HOST_HDCR
	ldm	r0!, {r1-r10}
	mcr	p15, 4, r1, c1, c1, 1	@ HDCR
	mcr	p15, 4, r2, c0, c0, 0	@ VPIDR
	mcr	p15, 4, r3, c0, c0, 5	@ VMPIDR
	mcr	p15, 4, r4, c14, c1, 0	@ CNTHCTL
	mcr	p15, 4, r5, c12, c0, 0	@ HVBAR
	msr	SP_abt, r7
	msr	SP_und, r8
	msr	SP_irq, r9
	msr	SP_fiq, r10
#ifdef CONFIG_FIQ
	add	r0, sp, #HOST_FIQ
	ldm	r0, {r2-r7}
	msr	R8_fiq, r2
	msr	R9_fiq, r3
	msr	R10_fiq, r4
	msr	R11_fiq, r5
	msr	R12_fiq, r6
	msr	LR_fiq, r7
#endif
	mov	r0, #0
	mcr	p15, 4, r0, c1, c1, 0	@ HCR
	mcr	p15, 4, r0, c1, c1, 2	@ HCPTR
	mcr	p15, 4, r0, c1, c1, 3	@ HSTR
	mcrr	p15, 6, r0, r0, c2	@ VTTBR: VMID 0 is of the host
	.endm

#else

/* Mapped in Hyp mode; not to be traced, inlined elsewhere or instrumented */
#define __hyp	__section(".kvm.hyp.text") noinline notrace

#endif /* __ASSEMBLY__ */
#endif /* __ARM_KVM_HYP_HYP_H */
