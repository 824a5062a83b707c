/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __ARM_KVM_TYPES_H
#define __ARM_KVM_TYPES_H

/* Enough for a fault that needs a level 2 and a level 3 table */
#define KVM_ARCH_NR_OBJS_PER_MEMORY_CACHE	4

#endif /* __ARM_KVM_TYPES_H */
