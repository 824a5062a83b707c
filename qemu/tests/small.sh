# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The small guest of qemu/tests/busy.c, for tests/qemu-migrate*. Sourced
# after migrate.sh.
#
# shellcheck disable=SC2034,SC2154 # pids, new: of migrate.sh
disk=disk.qcow2
accel=kvm
cpu=host
memory=80
arguments=

# start ARGUMENT...: one more QEMU, $new
start() {
	next
	/overlay/qemu-system-arm -M virt -accel "$accel" -cpu "$cpu" -smp 2 -m "$memory" -nic none \
		-display none -serial "file:$new.uart" -qmp "unix:$new.qmp,server=on,wait=off" \
		-kernel /overlay/zImage -initrd busy.cpio -append "console=ttyAMA0 quiet $arguments" \
		-drive "if=none,id=disk,format=qcow2,file=$disk" \
		-device virtio-blk-device,drive=disk "$@" >"$new.log" 2>&1 </dev/null &
	pids["$new"]=$!
}

# small_guest: what it is started from.
small_guest() {
	mkdir -p root/dev
	cp /overlay/busy root/init
	mknod root/dev/console c 5 1
	(cd root && find . | busybox cpio -o -H newc 2>/dev/null) >busy.cpio
}
