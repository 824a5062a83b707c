/* SPDX-License-Identifier: GPL-2.0-only */
/* Stolen time, ARM DEN 0057 */
#ifndef PVTIME_H
#define PVTIME_H

#include "guest.h"

#define PV_TIME_FEATURES	0xc5000020
#define PV_TIME_ST		0xc5000021
#define NOT_SUPPORTED		((u32)-1)

struct stolen_time {
	u32 revision;
	u32 attributes;
	u64 stolen;
};

#endif
