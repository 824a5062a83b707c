# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The small guest of qemu/tests/busy.c, for tests/qemu-migrate*. Sourced
# after migrate.sh.
#
# shellcheck disable=SC2034,SC2154 # pids, new: of migrate.sh
disk=disk.qcow2

# start ARGUMENT...: one more QEMU, $new
start() {
	next
	/overlay/qemu-system-arm -M virt -accel kvm -cpu host -smp 2 -m 80 -nic none \
		-display none -serial "file:$new.uart" -qmp "unix:$new.qmp,server=on,wait=off" \
		-kernel /overlay/zImage -initrd busy.cpio -append "console=ttyAMA0 quiet" \
		-drive "if=none,id=disk,format=qcow2,file=$disk" \
		-device virtio-blk-device,drive=disk "$@" >"$new.log" 2>&1 </dev/null &
	pids["$new"]=$!
}

# A disk that can hold snapshots, made by QEMU itself.
make_disk() {
	local command

	/overlay/qemu-system-arm -M none -qmp unix:make.qmp,server=on,wait=off \
		-display none &
	for command in \
		'blockdev-create","arguments":{"job-id":"a","options":{"driver":"file","filename":"disk.qcow2","size":0}}}' \
		'blockdev-add","arguments":{"driver":"file","filename":"disk.qcow2","node-name":"file"}}' \
		'blockdev-create","arguments":{"job-id":"b","options":{"driver":"qcow2","file":"file","size":4194304}}}' \
		'query-jobs"}'; do
		until qmp make.qmp '{"execute":"'"$command"; do
			sleep 0.2
		done
	done >make.log
	qmp make.qmp '{"execute":"quit"}' >/dev/null
	wait
	grep -c '"error"' make.log || true
}

# small_guest: what it is started from.
small_guest() {
	mkdir -p root/dev
	cp /overlay/busy root/init
	mknod root/dev/console c 5 1
	(cd root && find . | busybox cpio -o -H newc 2>/dev/null) >busy.cpio
}
