# SPDX-License-Identifier: GPL-2.0-only
"""Read the log of executed instructions that the plugin execlog.c writes."""

import bisect
import subprocess


class Symbols:
    """Names of the addresses of a kernel (System.map) and of ELF files."""

    def __init__(self):
        self.table = []
        self.addresses = []

    def add_lines(self, lines):
        """Add what a System.map or 'nm' prints: functions and labels alone."""
        for line in lines:
            fields = line.split()
            if len(fields) == 3 and fields[1] in "tTwW" and not fields[2].startswith("$"):
                self.table.append((int(fields[0], 16), fields[2]))
        self.table.sort()
        self.addresses = [address for address, _ in self.table]

    def add_map(self, path):
        with open(path) as lines:
            self.add_lines(lines)

    def add_elf(self, path, prefix=""):
        """Names of an ELF file, with a prefix that tells where they are from."""
        found = subprocess.run(["arm-linux-gnueabihf-nm", path], check=True,
                               capture_output=True, text=True).stdout
        self.add_lines(" ".join((f[0], f[1], prefix + f[2]))
                       for f in (line.split() for line in found.splitlines()) if len(f) == 3)

    def name(self, pc):
        i = bisect.bisect_right(self.addresses, pc) - 1
        return self.table[i][1] if i >= 0 else f"{pc:#x}"

    def address(self, name):
        for address, found in self.table:
            if found == name:
                return address
        raise KeyError(name)


def sections(path):
    """Yield what is between two marks: the first one's address, [(cpu, pc)]."""
    mark, log = None, []
    with open(path) as lines:
        for line in lines:
            first, second = line.split()
            if first == "begin":
                mark, log = int(second, 16), []
            elif first == "end":
                if mark is not None:
                    yield mark, log
                mark = None
            else:
                log.append((int(first), int(second, 16)))
