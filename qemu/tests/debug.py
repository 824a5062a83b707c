# SPDX-License-Identifier: GPL-2.0-only
"""For gdb in tests/qemu-gdb: debugs the guest of debug.c, then Linux; prints TAP."""

import os
import time
import gdb

results = []


def run(command):
    return gdb.execute(command, to_string=True)


def value(expression):
    return int(gdb.parse_and_eval(expression))


def line():
    return gdb.selected_frame().find_sal().line


def check(name, got, want=True):
    results.append(got == want)
    if got != want:
        print(f"# wanted {want}, got {got}")
    print(("ok" if got == want else "not ok") + f" {len(results)} - {name}", flush=True)


def stops(name, command, function):
    """A command after which the guest stops in this function."""
    try:
        run(command)
        got = gdb.selected_frame().name()
    except gdb.error as error:
        got = str(error)
    check(name, got, function)


def connect(symbols):
    """QEMU may still have to start: until then nobody answers."""
    run("file " + symbols)
    for _ in range(60):
        try:
            run("target remote " + os.environ["STUB"])
            return
        except gdb.error as error:
            reason = error
            time.sleep(0.5)
    raise reason


def disconnect():
    run("delete")
    try:
        run("kill")
    except gdb.error:
        pass


def breakpoints():
    run("break in_arm")
    stops("software breakpoint, Arm code", "continue", "in_arm")
    rounds = value("rounds")
    run("break in_thumb")
    stops("software breakpoint, Thumb code", "continue", "in_thumb")
    stops("finish, from Thumb into Arm code", "finish", "in_arm")
    check("... with the function's value", value("$"), (rounds + 3) + (rounds + 3) % 2 * 2)
    run("delete")

    run("hbreak in_arm")
    stops("hardware breakpoint, Arm code", "continue", "in_arm")
    rounds = value("rounds")
    stops("... and around to it", "continue", "in_arm")
    check("... once", value("rounds"), rounds + 1)
    run("delete")
    run("hbreak in_thumb")
    stops("hardware breakpoint, Thumb code", "continue", "in_thumb")
    rounds = value("rounds")
    stops("... and around to it", "continue", "in_thumb")
    check("... once", value("rounds"), rounds + 1)
    run("delete")


def steps():
    run("tbreak in_thumb")
    stops("temporary breakpoint", "continue", "in_thumb")
    pc = value("(int)$pc")
    stops("stepi", "stepi", "in_thumb")
    check("... one instruction of Thumb code", value("(int)$pc") - pc in (2, 4))
    before = line()
    stops("next", "next", "in_thumb")
    check("... one line", line() > before)

    run("tbreak in_arm")
    stops("temporary breakpoint, Arm code", "continue", "in_arm")
    pc = value("(int)$pc")
    stops("stepi", "stepi", "in_arm")
    check("... one instruction of Arm code", value("(int)$pc") - pc, 4)
    stops("step, into a function", "step", "in_thumb")
    stops("finish", "finish", "in_arm")
    aborts = value("aborts")
    stops("next, to the guest's own BKPT", "next", "in_arm")
    check("... which is not executed", value("aborts"), aborts)
    stops("next, over it", "next", "in_arm")
    check("... whose Prefetch Abort the guest took", value("aborts"), aborts + 1)


def watchpoints():
    rounds = value("rounds")
    run("watch rounds")
    stops("watchpoint, written", "continue", "main")
    check("... once", value("rounds"), rounds + 1)
    run("delete")
    run("rwatch bytes[6]")
    stops("watchpoint, one byte, read", "continue", "main")
    check("... not written, not its neighbour",
          (value("bytes[6]"), value("bytes[11]")), (rounds + 1, rounds))
    run("delete")
    run("awatch bytes[11]")
    stops("watchpoint, any access", "continue", "main")
    check("... after it was made", value("bytes[11]"), rounds + 1)
    run("delete")


def nobody_debugs():
    aborts, rounds = value("aborts"), value("rounds")
    run("tbreak in_arm")
    stops("breakpoint", "continue", "in_arm")
    run("tbreak in_arm if rounds >= %d" % (rounds + 3))
    stops("conditional breakpoint", "continue", "in_arm")
    check("... when its condition holds", value("rounds"), rounds + 3)
    check("a BKPT of its own for each round", value("aborts"), aborts + 2)


def bare_metal():
    connect(os.environ["GUEST"])
    check("it waits at its first instruction", value("(int)$pc"), value("(int)&_start"))
    breakpoints()
    steps()
    watchpoints()
    nobody_debugs()
    disconnect()


def linux():
    connect(os.environ["VMLINUX"])
    run("hbreak start_kernel")
    stops("Linux: hardware breakpoint, set before it is in memory", "continue", "start_kernel")
    run("delete")
    pc = value("(int)$pc")
    stops("Linux: stepi", "stepi", "start_kernel")
    check("... one instruction", value("(int)$pc") - pc, 4)
    state = value("*(int *)&system_state")
    run("watch *(int *)&system_state")
    stops("Linux: watchpoint", "continue", "rest_init")
    check("... of what was written", value("*(int *)&system_state"), state + 1)
    run("delete")
    run("break kernel_init")
    stops("Linux: software breakpoint", "continue", "kernel_init")
    run("delete")
    run("break panic")
    stops("Linux: it ran to where it finds no disk", "continue", "panic")
    disconnect()


print("TAP version 13")
for part in bare_metal, linux:
    try:
        part()
    except gdb.error as error:
        check(part.__name__, str(error), "no error")
print(f"1..{len(results)}", flush=True)
gdb.execute("quit %d" % (not all(results)))
