# SPDX-License-Identifier: GPL-2.0-only
#
# KVM for 32-bit Arm hosts. 'make' alone lists what can be made.

help:
	@echo 'make run              build all, boot the board, start Debian as a KVM guest on it'
	@echo '     LIBVIRT=1         by libvirt'
	@echo 'make check            build all, run every test'
	@echo 'make bench            measure what operations cost, into Documentation/virtual/kvm'
	@echo '     ALL=1             the same for Linux as a guest, against the bare board'
	@echo 'make loc              count lines of code, beside the KVM/ARM paper'"'"'s'
	@echo 'make profile EXIT=E   where the instructions of one exit go, for example hypercall'
	@echo 'make apply KDIR=DIR   put the series into a pristine Linux 6.12 tree'
	@echo 'make series           write the series as git format-patch mail'
	@echo 'make deb              build Debian packages of a kernel with KVM and of QEMU'

run:
	board/deps
	board/demo $(if $(LIBVIRT),--libvirt)

check:
	board/deps
	board/check

bench:
	board/deps
	board/bench
	$(if $(ALL),board/bench-linux)

loc:
	series/loc

profile:
	board/deps
	board/profile $(EXIT)

apply:
	series/apply "$(KDIR)"

series:
	series/make

deb:
	board/deps debhelper libssl-dev libelf-dev
	series/deb

.PHONY: help run check bench loc profile apply series deb
