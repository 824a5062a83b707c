# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# QMP for tests on the board. Sourced. Nothing in here depends on how fast the
# machine is: each command waits for its answer, each state is asked for.

# qmp SOCKET COMMAND: sends one command, in JSON, and prints the answer. Fails when
# nobody listens there, or QEMU is gone before it has answered.
qmp() (
	trap '' PIPE
	coproc QMP { exec nc -U "$1" 2>/dev/null; }
	# shellcheck disable=SC2153 # coproc sets it
	nc=$QMP_PID
	exec {from}<&"${QMP[0]}" {to}>&"${QMP[1]}"
	# The greeting comes unasked; events may come at any time.
	status=1
	for command in '' '{"execute":"qmp_capabilities"}' "$2"; do
		[ -z "$command" ] || echo "$command" >&"$to" || break
		while IFS= read -r line <&"$from" || break 2; do
			[[ $line == '{"timestamp"'* ]] || break
		done
		[ "$command" != "$2" ] || status=0
	done
	kill "$nc"
	[ "$status" != 0 ] || printf '%s\n' "${line%$'\r'}"
	exit "$status"
) 2>/dev/null

# hmp SOCKET COMMAND: a command of the monitor for people; prints what it says.
hmp() {
	local answer

	answer=$(qmp "$1" '{"execute":"human-monitor-command","arguments":{"command-line":"'"$2"'"}}') ||
		return
	answer=${answer#'{"return": "'}
	printf '%b' "${answer%'"}'}"
}

# status_of SOCKET QUERY: the "status" of query-status or query-migrate.
status_of() {
	qmp "$1" '{"execute":"'"$2"'"}' | sed 's/.*"status": "\([a-z-]*\)".*/\1/'
}

# qmp_wait SOCKET QUERY STATUS PID: waits until it is so. Fails when QEMU, process
# PID, ends first, or the status is "failed".
qmp_wait() {
	local now

	while kill -0 "$4" 2>/dev/null; do
		now=$(status_of "$1" "$2") || now=
		[ "$now" != "$3" ] || return 0
		[ "$now" != failed ] || return 1
		sleep 0.1
	done
	return 1
}

# make_qcow2 FILE: a disk that can hold snapshots, made by QEMU itself. Prints how many
# errors that had.
make_qcow2() {
	local command

	/overlay/qemu-system-arm -M none -qmp unix:make.qmp,server=on,wait=off \
		-display none &
	for command in \
		'blockdev-create","arguments":{"job-id":"a","options":{"driver":"file","filename":"'"$1"'","size":0}}}' \
		'blockdev-add","arguments":{"driver":"file","filename":"'"$1"'","node-name":"file"}}' \
		'blockdev-create","arguments":{"job-id":"b","options":{"driver":"qcow2","file":"file","size":4194304}}}' \
		'query-jobs"}'; do
		until qmp make.qmp '{"execute":"'"$command"; do
			sleep 0.2
		done
	done >make.log
	# It may be gone before its answer is
	qmp make.qmp '{"execute":"quit"}' >/dev/null || true
	wait "$!"
	grep -c '"error"' make.log || true
}
