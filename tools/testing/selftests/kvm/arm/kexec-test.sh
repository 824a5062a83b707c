#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kexec-test ZIMAGE: starts the same kernel by kexec twice and sees KVM work each
# time. The kernel's command line tells how often it was done; the board's init
# runs the same command after each start. The second time a guest is running
# while the kernel is replaced.

here=$(cd "$(dirname "$0")" && pwd)
zimage=$1
[ -r "$zimage" ] || {
	echo "Bail out! Say which kernel is to be started: kexec-test ZIMAGE"
	exit 1
}
round=$(sed -n 's/.*kvm_kexec=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${round:=0}"

[ "$round" != 0 ] || printf 'TAP version 13\n1..3\n'
if "$here/smoke_test" >/tmp/smoke 2>&1; then
	echo "ok $((round + 1)) KVM works after kexec number $round"
else
	sed 's/^/# /' /tmp/smoke
	dmesg | grep -i kvm | sed 's/^/# /'
	echo "not ok $((round + 1)) KVM works after kexec number $round"
	exit 1
fi
[ "$round" -lt 2 ] || exit 0

if [ "$round" = 1 ]; then
	"$here/memory_test" -f worker >/dev/null 2>&1 &
	sleep 3
fi
append=$(sed 's/ kvm_kexec=[0-9]*//' /proc/cmdline)
kexec -l "$zimage" --append="$append kvm_kexec=$((round + 1))" || {
	echo "not ok $((round + 2)) kexec -l"
	exit 1
}
sync
kexec -e
echo "not ok $((round + 2)) kexec -e came back"
exit 1
