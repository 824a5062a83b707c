/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the address map of the guest in bad_input_test.c has what kind of hole */
#ifndef BAD_INPUT_H
#define BAD_INPUT_H

#define HOLE_SIZE	0x1000

#define NOTHING_BASE	0x0a000000
#define READONLY_BASE	0x30000000	/* memory that only the VMM can write */
#define DEVICE_BASE	0x31000000	/* a device of the host's, if it has one */

/* What the VMM answers to a read, and what memory is filled with */
#define FILL		0xa5

/* Arguments of the payloads: of so many registers and immediates one is tried */
#define ARG_STRIDE	0
#define ARG_DEVICE	1	/* 1: there is a device at DEVICE_BASE */
#define ARG_ROUNDS	0	/* the neighbour: how far it is */

#endif
