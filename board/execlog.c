// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of the emulator: the log of every instruction that is executed
 * between two marks, by whichever CPU. A payload marks with instructions that
 * do nothing and that no compiler makes, in ARM state:
 *
 *   mov r10, r10   the log begins
 *   mov r11, r11   it ends
 *
 * Arguments: out=FILE; any number of skip=FIRST-LAST, hexadecimal addresses of
 * what is left out, such as loops that wait.
 *
 * The log has a line with the address of each instruction, hexadecimal, and lines
 * "begin PC" and "end PC" for the marks. Which CPU it was is not there: with -icount
 * the emulator tells a plugin the one for which the code was translated, but all use
 * it. -icount has one thread, too, so that nothing here needs a lock.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <qemu-plugin.h>

#define MARK_BEGIN	0xe1a0a00a
#define MARK_END	0xe1a0b00b
#define MAX_SKIPS	8

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static FILE *out;
static int logging;
static struct {
	uint64_t first, last;
} skips[MAX_SKIPS];
static int nr_skips;

static void mark_begin(unsigned int cpu, void *pc)
{
	fprintf(out, "begin %" PRIxPTR "\n", (uintptr_t)pc);
	logging = 1;
}

static void mark_end(unsigned int cpu, void *pc)
{
	logging = 0;
	fprintf(out, "end %" PRIxPTR "\n", (uintptr_t)pc);
}

static void executed(unsigned int cpu, void *pc)
{
	if (logging)
		fprintf(out, "%" PRIxPTR "\n", (uintptr_t)pc);
}

static int skipped(uint64_t pc)
{
	int i;

	for (i = 0; i < nr_skips; i++)
		if (pc >= skips[i].first && pc <= skips[i].last)
			return 1;
	return 0;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		void *addr = (void *)(uintptr_t)pc;
		uint32_t code = 0;

		if (qemu_plugin_insn_size(insn) == sizeof(code))
			qemu_plugin_insn_data(insn, &code, sizeof(code));
		if (code == MARK_BEGIN)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_begin,
							       QEMU_PLUGIN_CB_NO_REGS, addr);
		else if (code == MARK_END)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_end,
							       QEMU_PLUGIN_CB_NO_REGS, addr);
		else if (!skipped(pc))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, executed,
							       QEMU_PLUGIN_CB_NO_REGS, addr);
	}
}

static void finish(qemu_plugin_id_t id, void *unused)
{
	fclose(out);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
					   int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		uint64_t first, last;

		if (!strncmp(argv[i], "out=", 4)) {
			out = fopen(argv[i] + 4, "w");
		} else if (nr_skips < MAX_SKIPS &&
			   sscanf(argv[i], "skip=%" SCNx64 "-%" SCNx64, &first, &last) == 2) {
			skips[nr_skips].first = first;
			skips[nr_skips++].last = last;
		} else {
			fprintf(stderr, "execlog: '%s' is no argument of this plugin.\n", argv[i]);
			return -1;
		}
	}
	if (!out) {
		fprintf(stderr, "execlog: say where to write the log, with out=FILE.\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
