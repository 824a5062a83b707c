/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once
#include <linux/types.h>

#define BIT(n)			(1U << (n))
#define GENMASK(high, low)	(~0U >> (31 - (high)) & ~0U << (low))

static inline u32 ror32(u32 val, unsigned int n)
{
	return val >> (n & 31) | val << (-n & 31);
}
