#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""poke.py SOCKET PC TIMES ADDRESS WORD: when the board comes to the address PC for the
TIMESth time, write WORD to ADDRESS.

Through the emulator's stub for debuggers, which it has at SOCKET and with which it
waits (-S). All numbers but TIMES are hexadecimal, the addresses the kernel's own.
"""
import socket
import sys
import time


class Stub:
    def __init__(self, path):
        # board/run also starts an emulator that writes the device tree and ends
        for _ in range(1200):
            try:
                self.data = b""
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(path)
                self.ask("?", "T")
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("poke.py: there is no emulator")

    def send(self, text):
        packet = text.encode()
        self.socket.sendall(b"$%s#%02x" % (packet, sum(packet) & 0xFF))

    def receive(self):
        """The next packet, without what stands around it"""
        while True:
            start = self.data.find(b"$")
            end = self.data.find(b"#", start)
            if start >= 0 and end >= 0 and len(self.data) >= end + 3:
                break
            more = self.socket.recv(4096)
            if not more:
                raise ConnectionResetError
            self.data += more
        packet = self.data[start + 1:end]
        self.data = self.data[end + 3:]
        self.socket.sendall(b"+")
        return packet.decode()

    def ask(self, text, want=None):
        self.send(text)
        answer = self.receive()
        if want and not answer.startswith(want):
            sys.exit(f"poke.py: {text}: {answer or 'not known'}")
        return answer


def main():
    path, pc, times, address, word = sys.argv[1:]
    stub = Stub(path)
    for i in range(int(times)):
        # One that is hit is stepped over without it
        stub.ask(f"Z1,{pc},4", "OK")
        stub.ask("c", "T")
        stub.ask(f"z1,{pc},4", "OK")
        if i + 1 < int(times):
            stub.ask("s", "T")
    data = int(word, 16).to_bytes(4, "little").hex()
    stub.ask(f"M{address},4:{data}", "OK")
    stub.ask("D", "OK")


main()
