/* SPDX-License-Identifier: GPL-2.0-only */
/* What arch/arm/kvm/mmio_decode.c needs of the kernel, on the development machine */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
