# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A guest that moves between QEMU processes on the board, for tests/qemu-migrate*.
# Sourced. A test has 'start ARGUMENT...', which calls next and starts QEMU
# as pids[$new].
#
# shellcheck disable=SC2034,SC2119,SC2120 # what the tests use
# shellcheck source=qemu/tests/qmp.sh
. "$(dirname "$0")/qmp.sh"
cd /tmp || exit
number=0
failed=0
serial=0
# Which QEMU has the guest: names its QMP socket, console, log and process.
now=
declare -A pids

# check NAME COMMAND...: one test
check() {
	local name=$1

	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number - $name"
		return
	fi
	failed=1
	tail -v -n 5 q*.uart q*.log | sed 's/^/# /'
	echo "not ok $number - $name"
}

# next: names the next QEMU, $new.
next() {
	serial=$((serial + 1))
	new=q$serial
	touch "$new.uart"
}

# end QEMU: it has had its time, and ends as it is told.
end() {
	local status=0

	qmp "$1.qmp" '{"execute":"quit"}' >/dev/null || true
	wait "${pids[$1]}" || status=$?
	[ "$status" = 0 ] || echo "# $1 has ended with status $status"
	return "$status"
}

said() {
	grep -c "$1" "$now.uart" || true
}

# goes_on [BEATS]: the guest beats so many times more (5), and has lost nothing.
goes_on() {
	local until=$(($(said ^beat) + ${1:-5})) end=$((SECONDS + 600))

	while [ "$(said ^beat)" -lt "$until" ]; do
		[ "$(said 'LOST\|Kernel panic')" = 0 ] && [ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
	[ "$(said 'LOST\|Kernel panic')" = 0 ]
}

# may QEMU CAPABILITY BOOL: switches a capability of migrations.
may() {
	local answer

	answer=$(qmp "$1.qmp" '{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"'"$2"'","state":'"$3"'}]}}')
	[[ $answer == '{"return"'* ]] || { echo "# $answer" && return 1; }
}

# limit PARAMETER BYTES: what a migration may take in a second
limit() {
	qmp "$now.qmp" '{"execute":"migrate-set-parameters","arguments":{"'"$1"'":'"$2"'}}' \
		>/dev/null
}

# slowly COMMAND: no migration ends before what is to happen to it has happened.
slowly() {
	limit max-bandwidth 1000000
	"$@" && limit max-bandwidth 134217728
}

# depart URI: the guest sets out from its QEMU.
depart() {
	local answer

	# However slow this machine is, the guest is to stop at some time.
	qmp "$now.qmp" '{"execute":"migrate-set-parameters","arguments":{"downtime-limit":5000}}' \
		>/dev/null
	answer=$(qmp "$now.qmp" '{"execute":"migrate","arguments":{"uri":"'"$1"'"}}')
	[[ $answer == '{"return"'* ]] || { echo "# $answer" && return 1; }
}

# send URI: it leaves its QEMU, which then has not got it any more.
send() {
	depart "$1" || return
	qmp_wait "$now.qmp" query-migrate completed "${pids[$now]}" || return
	qmp "$now.qmp" '{"execute":"query-migrate"}' |
		sed -E 's/.*"downtime": ([0-9]+).*/# downtime \1 ms/'
	[ "$(status_of "$now.qmp" query-status)" = postmigrate ]
}

# arrive: the guest runs in the new QEMU.
arrive() {
	qmp_wait "$new.qmp" query-status running "${pids[$new]}" || return
	end "$now" || return
	now=$new
	goes_on
}

# expect URI ARGUMENT...: one more QEMU, that waits for a guest.
expect() {
	start -incoming "$@"
	qmp_wait "$new.qmp" query-status inmigrate "${pids[$new]}"
}

# through_file: from a QEMU to a file, and from that to another.
through_file() {
	send file:/tmp/state || return
	start -incoming file:/tmp/state
	arrive
}

# move URI: from one QEMU to another while both are there.
move() {
	expect "$1" && send "$1" && arrive
}

# stays WORDS: the guest does not leave, its QEMU says why, and it goes on.
stays() {
	local answer

	! qmp_wait "$now.qmp" query-migrate completed "${pids[$now]}" || return
	answer=$(qmp "$now.qmp" '{"execute":"query-migrate"}')
	[[ $answer == *"$1"* ]] || { echo "# $answer" && return 1; }
	goes_on
}

# ends_with WORDS: the new QEMU gives up, and says why.
ends_with() {
	! wait "${pids[$new]}" && grep -F -- "$1" "$new.log" >/dev/null
}
