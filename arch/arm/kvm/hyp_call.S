/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's calls of Hyp mode. All of this runs in SVC mode: an address in r0
 * tells the lowvisor, or the boot stub, what to do (hyp/vectors.S).
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/unwind.h>
#include <asm/virt.h>

	.arch_extension virt

	.text

/* void kvm_hyp_enter_guest(struct kvm_guest_ctx *ctx) */
ENTRY(kvm_hyp_enter_guest)
UNWIND(	.fnstart		)
UNWIND(	.save	{r4-r11, lr}	)
	push	{r4-r11, lr}
	mov	r1, r0
	ldr	r0, [r1, #CTX_ENTER]
	hvc	#0
	pop	{r4-r11, pc}
UNWIND(	.fnend			)
ENDPROC(kvm_hyp_enter_guest)

/* u32 kvm_hyp_call(void *fn, unsigned long a, unsigned long b) */
ENTRY(kvm_hyp_call)
	mov	r3, r0
	ldr	r0, =kvm_hyp_run_function
	hvc	#0
	bx	lr
ENDPROC(kvm_hyp_call)

/*
 * void kvm_hyp_init_cpu(unsigned long init, unsigned long pgd_pfn,
 *			 void *vectors, void *stack)
 * The stub jumps to @init, the physical address of kvm_hyp_init.
 */
ENTRY(kvm_hyp_init_cpu)
	mov	r12, r1
	mov	r1, r0
	mov	r0, #HVC_SOFT_RESTART
	hvc	#0
	bx	lr
ENDPROC(kvm_hyp_init_cpu)

/*
 * void kvm_hyp_reset_cpu(unsigned long reset, unsigned long stub)
 * The lowvisor jumps to @reset, the physical address of kvm_hyp_reset; @stub is
 * that of the stub's vectors.
 */
ENTRY(kvm_hyp_reset_cpu)
	hvc	#0
	bx	lr
ENDPROC(kvm_hyp_reset_cpu)

	.ltorg
