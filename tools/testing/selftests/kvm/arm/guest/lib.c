// SPDX-License-Identifier: GPL-2.0-only
/*
 * The common part of the payloads.
 */
#include <stdarg.h>
#include "gic.h"

extern const struct guest_test __tests_start[], __tests_end[];

struct cpu cpus[MAX_CPUS];
static shared u32 failed;

static void put(char c)
{
	io_write32(TESTDEV_BASE + DEV_PUTC, c);
}

static void put_number(u64 val, unsigned int base, unsigned int width)
{
	char buf[24];
	unsigned int n = 0;

	do {
		/* No 64-bit division without a library: long division by bits */
		u64 quot = 0, rem = 0;
		int i;

		for (i = 63; i >= 0; i--) {
			rem = rem << 1 | (val >> i & 1);
			if (rem >= base) {
				rem -= base;
				quot |= 1ULL << i;
			}
		}
		buf[n++] = "0123456789abcdef"[rem];
		val = quot;
	} while (val);
	while (n < width && n < sizeof(buf))
		buf[n++] = '0';
	while (n)
		put(buf[--n]);
}

/* %s, %c, %d, %u, %x, %08x and the like, %llu and %llx */
void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		unsigned int width = 0;
		bool wide = false;
		const char *s;
		s32 d;

		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		while (*++fmt >= '0' && *fmt <= '9')
			width = width * 10 + *fmt - '0';
		for (; *fmt == 'l'; fmt++)
			wide = fmt[1] == 'l' || wide;
		switch (*fmt) {
		case 's':
			for (s = va_arg(ap, const char *); *s; s++)
				put(*s);
			break;
		case 'c':
			put(va_arg(ap, int));
			break;
		case 'd':
			d = va_arg(ap, s32);
			if (d < 0)
				put('-');
			put_number(d < 0 ? -(u32)d : (u32)d, 10, width);
			break;
		case 'u':
			put_number(wide ? va_arg(ap, u64) : va_arg(ap, u32), 10, width);
			break;
		case 'x':
			put_number(wide ? va_arg(ap, u64) : va_arg(ap, u32), 16, width);
			break;
		}
	}
	va_end(ap);
}

void check(int line, const char *what, bool ok)
{
	if (ok)
		return;
	print("line %d: not true: %s\n", line, what);
	failed = 1;
}

void check_eq(int line, const char *what, u64 got, u64 want)
{
	if (got == want)
		return;
	print("line %d: %s is 0x%llx, should be 0x%llx\n", line, what, got, want);
	failed = 1;
}

bool have_vmm(void)
{
	return io_read32(TESTDEV_BASE + DEV_MAGIC) == IMAGE_MAGIC;
}

/* A machine without the test device shows the result as text */
void done(u32 result)
{
	if (!have_vmm())
		print("RESULT %s\n", result == RESULT_PASS ? "pass" :
		      result == RESULT_SKIP ? "skip" : "fail");
	io_write32(TESTDEV_BASE + DEV_DONE, result);
	hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		wfi();
}

void skip(const char *why)
{
	print("SKIP %s\n", why);
	done(failed ? RESULT_FAIL : RESULT_SKIP);
}

/* xen.c has its own */
void __weak guest_main(void)
{
	const struct guest_test *test = __tests_start + *(shared u32 *)TEST_INDEX_ADDR;

	if (test >= __tests_end) {
		print("There is no test of this number in the image.\n");
		done(RESULT_FAIL);
	}
	test->fn();
	done(failed ? RESULT_FAIL : RESULT_PASS);
}

static void irq_default(void)
{
	u32 iar = gicc_read(GICC_IAR);

	me()->iar = iar;
	if ((iar & 0x3ff) < 1020)
		gicc_write(GICC_EOIR, iar);
}

void exception(struct frame *f, u32 type);
void exception(struct frame *f, u32 type)
{
	static const char * const names[EXC_NR] = {
		[EXC_UNDEF] = "undefined instruction",
		[EXC_PABT] = "prefetch abort",
		[EXC_DABT] = "data abort",
		[EXC_IRQ] = "interrupt",
		[EXC_FIQ] = "fast interrupt",
	};
	struct cpu *cpu = me();
	u32 size = f->cpsr & 0x20 ? 2 : 4;

	switch (type) {
	case EXC_UNDEF:
		f->pc -= size;
		break;
	case EXC_PABT:
		f->pc -= 4;
		cpu->fsr = READ_CP(p15, 0, c5, c0, 1);
		cpu->far = READ_CP(p15, 0, c6, c0, 2);
		break;
	case EXC_DABT:
		f->pc -= 8;
		cpu->fsr = READ_CP(p15, 0, c5, c0, 0);
		cpu->far = READ_CP(p15, 0, c6, c0, 0);
		break;
	case EXC_IRQ:
	case EXC_FIQ:
		f->pc -= 4;
		break;
	}
	cpu->count[type]++;

	/* Always to SVC mode: the way back of run_in_mode() */
	if (type == EXC_SVC) {
		f->cpsr = (f->cpsr & ~0x1f) | MODE_SVC;
		return;
	}
	cpu->pc = f->pc;
	cpu->spsr = f->cpsr;
	if (!(cpu->expect & 1 << type)) {
		print("CPU %u: unexpected %s at 0x%08x, SPSR 0x%08x, FSR 0x%x, FAR 0x%08x\n",
		      this_cpu(), names[type], f->pc, f->cpsr, cpu->fsr, cpu->far);
		done(RESULT_FAIL);
	}
	if (type == EXC_IRQ || type == EXC_FIQ) {
		(cpu->irq ? cpu->irq : irq_default)();
		return;
	}
	if (cpu->resume)
		f->pc = cpu->resume;
	else if (size == 2 && (*(u16 *)f->pc >> 11) >= 0x1d)
		f->pc += 4;
	else
		f->pc += size;
	cpu->resume = 0;
}

bool insn_undefined(u32 insn)
{
	u32 n = EXCEPTIONS(EXC_UNDEF, exec_insn(insn, 0, 0));

	if (n) {
		CHECK_EQ(n, 1);
		CHECK_EQ(me()->pc, (u32)insn_buffer);
	}
	return n;
}

u32 hvc(u32 fn, u32 a1, u32 a2, u32 a3)
{
	register u32 r0 asm("r0") = fn;
	register u32 r1 asm("r1") = a1;
	register u32 r2 asm("r2") = a2;
	register u32 r3 asm("r3") = a3;

	asm volatile(".arch_extension virt\n\thvc #0"
		     : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3) : : "memory");
	return r0;
}

u32 cpu_mpidr(u32 n)
{
	if (!have_vmm())
		return n;
	return io_read32(TESTDEV_BASE + DEV_MPIDR + 4 * n) & 0xffffff;
}

u32 nr_cpus(void)
{
	return io_read32(TESTDEV_BASE + DEV_NR_CPUS);
}

void guest_secondary(void);
void guest_secondary(void)
{
	struct cpu *cpu = me();

	cpu->fn();
	dsb();
	cpu->finished = true;
	dsb();
	hvc(PSCI_CPU_OFF, 0, 0, 0);
	print("CPU %u: CPU_OFF has returned\n", this_cpu());
	done(RESULT_FAIL);
}

u32 cpu_on(u32 n, void (*fn)(void))
{
	cpus[n].fn = fn;
	cpus[n].finished = false;
	dsb();
	return hvc(PSCI_CPU_ON, cpu_mpidr(n), (u32)secondary_start, n);
}

/* Waits until a CPU has come to its end and is off */
bool cpu_wait(u32 n, u32 ms)
{
	return WAIT_FOR(cpus[n].finished, ms) &&
	       WAIT_FOR(hvc(PSCI_AFFINITY_INFO, cpu_mpidr(n), 0, 0) == 1, ms);
}

void *memset(void *p, int c, size_t n)
{
	char *d = p;

	while (n--)
		*d++ = c;
	return p;
}

void *memcpy(void *to, const void *from, size_t n)
{
	char *d = to;
	const char *s = from;

	while (n--)
		*d++ = *s++;
	return to;
}
