/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that the payloads run on: QEMU's -M virt as far as it goes, so
 * that they also run there without KVM, with a test device in the UART's page.
 * The VMM of the suite (vmm.c) includes this file too.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#define BIT(n)		(1U << (n))

#ifdef PLATFORM_XEN	/* a guest without a VMM, see xen.c */
#define GICD_BASE	0x03001000
#define GICC_BASE	0x03002000
#define TESTDEV_BASE	0x22000000	/* a PL011, in Xen */
#else
#define GICD_BASE	0x08000000
#define GICC_BASE	0x08010000
#define TESTDEV_BASE	0x09000000
#endif
#define RAM_BASE	0x40000000
#define RAM_SIZE	0x08000000
#define GUEST_BASE	0x40200000

/* This word holds the number of the test to run; every test, if there is one only */
#define TEST_INDEX_ADDR	0x401ffff0

/* First words of the image */
#define IMAGE_MAGIC	0x4b564d41

#define MAX_CPUS	8

/* Registers of the test device, all 32 bits wide but for the memory */
#define DEV_PUTC	0x000	/* W: a character (UARTDR of a PL011) */
#define DEV_DONE	0x100	/* W: the test is over, RESULT_* */
#define DEV_SYNC	0x104	/* W: leave vcpu_run() with this value */
#define DEV_MAGIC	0x108	/* R: IMAGE_MAGIC; 0 on a real -M virt */
#define DEV_NR_CPUS	0x10c	/* R: vCPUs of the VM */
#define DEV_MPIDR	0x140	/* R: MPIDR of each vCPU */
#define DEV_ARG		0x180	/* R/W: 16 words that guest and VMM share */
#define DEV_MEM		0x200	/* R/W: 256 bytes of memory behind MMIO */
#ifdef PLATFORM_XEN
#define DEV_NULL	0x018	/* UARTFR */
#else
#define DEV_NULL	0x300	/* R: 0, W: nothing, as fast as can be */
#endif
#define DEV_IRQ_LEVEL	0x304	/* W: KVM_IRQ_LINE: irq << 1 | level */
#define DEV_MEM_FROM	0x308	/* W: copy all of DEV_MEM from RAM at this address */
#define DEV_MEM_TO	0x30c	/* W: and to it */

#define RESULT_PASS	0
#define RESULT_FAIL	1
#define RESULT_SKIP	4

/* Layout of an entry of the table of tests in the image */
#define TEST_ENTRY_SIZE	16

#endif
