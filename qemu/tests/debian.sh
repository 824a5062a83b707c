# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A busy Debian guest for tests/qemu-migrate-debian and -boards. Sourced after migrate.sh.
#
# shellcheck disable=SC2034,SC2054,SC2119,SC2120,SC2154 # the commas are QEMU's; now, new: of migrate.sh

# The board and the guest are on one network, a TAP device of each QEMU.
board=10.0.2.2
guest=10.0.2.15
port=5000
disk=/guest/disk.img
format=raw

# start ARGUMENT...: one more QEMU, $new
start() {
	next
	/overlay/qemu-system-arm -M virt -accel kvm -cpu host -smp 2 -m 256 \
		-display none -serial "file:$new.uart" -qmp "unix:$new.qmp,server=on,wait=off" \
		-kernel /guest/vmlinuz -initrd /guest/initrd.img \
		-append "console=ttyAMA0 root=/dev/vda panic=-1 net.ifnames=0 watchdog_thresh=60 SYSTEMD_COLORS=0" \
		-drive "if=none,id=disk,format=$format,cache=none,file=$disk" \
		-device virtio-blk-device,drive=disk \
		-netdev "tap,id=net,ifname=$new,script=no,downscript=no" \
		-device virtio-net-device,netdev=net,mac=52:54:00:00:00:02 \
		"$@" >"$new.log" 2>&1 </dev/null &
	pids["$new"]=$!
	until ip link show "$new"; do
		kill -0 "${pids[$new]}" || return
		sleep 0.1
	done >/dev/null 2>&1
	# To the guest the board is the same on each.
	ip link set "$new" address 02:00:00:00:00:01 up
	ip neighbour replace "$guest" lladdr 52:54:00:00:00:02 dev "$new"
}

# home: the guest is where the new QEMU is.
home() {
	ip route replace "$guest" dev "$new"
}

# begin: Debian starts, and with it what keeps it busy.
begin() {
	start || return
	home
	now=$new
	# As in goes_on, but for a system that boots.
	for ((i = 0; i < 900 && $(said ^beat) == 0; i++)); do
		kill -0 "${pids[$now]}" && [ "$(said 'Kernel panic')" = 0 ] || return
		sleep 1
	done
	goes_on
}

# quiet: neither the guests' kernel nor QEMU complains.
quiet() {
	! grep -E 'WARNING: |BUG: |INFO: .* (detected|blocked)|I/O error|EXT4-fs error|Oops|clocksource: .*unstable' \
		q*.uart | sed 's/^/# /' | grep . && [ -z "$(cat q*.log)" ]
}

# prepare_disk: what keeps the guest busy becomes a service of it.
prepare_disk() {
	mount "$disk" /mnt
	cp /overlay/busy /mnt/root/
	mkdir -p /mnt/etc/systemd/system.conf.d /mnt/etc/systemd/system/multi-user.target.wants
	printf '[Manager]\nDefaultTimeoutStartSec=30min\nDefaultDeviceTimeoutSec=30min\n' \
		>/mnt/etc/systemd/system.conf.d/patience.conf
	ln -s ../busy.service /mnt/etc/systemd/system/multi-user.target.wants/
	cat >/mnt/etc/systemd/system/busy.service <<END
[Service]
ExecStart=/bin/sh -c 'exec /root/busy /root/file $board $port >/dev/console'
END
	umount /mnt
}

# echo_server: sends back what comes from the guest.
echo_server() {
	ip link set lo up
	ip address add "$board/32" dev lo
	mkfifo back
	# shellcheck disable=SC2094 # a pipe
	nc -l "$port" <back | cat >back &
}
