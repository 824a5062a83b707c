# SPDX-License-Identifier: GPL-2.0-only
"""Read the log of executed instructions that the plugin execlog.c writes."""

import bisect
import subprocess
from collections import Counter


class Symbols:
    """Names of the addresses of a kernel (System.map) and of ELF files."""

    def __init__(self):
        self.table = []
        self.addresses = []

    def add_lines(self, lines, prefix=""):
        """Add what a System.map or 'nm' prints: functions and labels alone."""
        for line in lines:
            fields = line.split()
            if len(fields) == 3 and fields[1] in "tTwW" and not fields[2].startswith("$"):
                self.table.append((int(fields[0], 16), prefix + fields[2]))
        self.table.sort()
        self.addresses = [address for address, _ in self.table]

    def add_map(self, path):
        with open(path) as lines:
            self.add_lines(lines)

    def add_elf(self, path, prefix=""):
        """Names of an ELF file, with a prefix that tells where they are from."""
        found = subprocess.run(["arm-linux-gnueabihf-nm", path], check=True,
                               capture_output=True, text=True).stdout
        self.add_lines(found.splitlines(), prefix)

    def name(self, pc):
        i = bisect.bisect_right(self.addresses, pc) - 1
        return self.table[i][1] if i >= 0 else f"{pc:#x}"

    def address(self, name):
        for address, found in self.table:
            if found == name:
                return address
        raise KeyError(name)


def sections(path):
    """Yield what is between two marks: the first one's address, [address]."""
    mark, log = None, []
    with open(path) as lines:
        for line in lines:
            if line.startswith("begin "):
                mark, log = int(line[6:], 16), []
            elif line.startswith("end "):
                if mark is not None:
                    yield mark, log
                mark = None
            else:
                log.append(int(line, 16))


def operations(log, times):
    """Cut the log of a loop that ran so often: where the first address comes that did."""
    counts = Counter(log)
    first = next(pc for pc in log if counts[pc] == times)
    starts = [i for i, pc in enumerate(log) if pc == first]
    return [log[i:j] for i, j in zip(starts, starts[1:])]
