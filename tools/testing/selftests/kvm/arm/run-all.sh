#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run-all [TEST]...: runs the suite's programs, or those named, as root, and
# prints TAP: a line for each program, with its own lines indented. A program
# fails too when the kernel has written a warning into its log meanwhile.
# Ends with "# N passed, N failed" and status 1 if any has failed.

here=$(cd "$(dirname "$0")" && pwd)
tests="@TESTS@"
limit=${TEST_TIMEOUT:-1200}
splat='WARNING: |BUG: |INFO: .* detected|INFO: task .* blocked'
splat="$splat|possible recursive locking|possible circular locking|inconsistent lock state"
splat="$splat|Internal error|Unable to handle|KASAN: |suspicious RCU usage|Oops"

if [ ! -c /dev/kvm ]; then
	echo "Bail out! There is no /dev/kvm here. The kernel's log says why:"
	dmesg | grep -i kvm
	exit 1
fi
[ $# -eq 0 ] || tests=$*
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

echo "TAP version 13"
# shellcheck disable=SC2086 # names without blanks
set -- $tests
echo "1..$#"
n=0 passed=0 failed=0
for test; do
	n=$((n + 1))
	if [ ! -x "$here/$test" ]; then
		echo "not ok $n $test # there is no such test"
		failed=$((failed + 1))
		continue
	fi
	lines=$(dmesg | wc -l)
	began=$(date +%s)
	{
		timeout -k 10 "$limit" "$here/$test" 2>&1
		echo $? >"$out"
	} | sed -u 's/^/    /'
	status=$(cat "$out")
	why=
	case $status in
	0) ;;
	4) why=" # SKIP" ;;
	124 | 137) why=" # not finished after $limit s" ;;
	*) why=" # status $status" ;;
	esac
	verdict=ok
	[ "$status" = 0 ] || [ "$status" = 4 ] || verdict="not ok"
	# A log that was rotated away is shorter: then look at all of it
	[ "$(dmesg | wc -l)" -ge "$lines" ] || lines=0
	if dmesg | tail -n +$((lines + 1)) | grep -E "$splat" >"$out"; then
		sed 's/^/    # /' "$out"
		verdict="not ok"
		why=" # the kernel's log has warnings"
	fi
	echo "    # took $(($(date +%s) - began)) s"
	echo "$verdict $n $test$why"
	if [ "$verdict" = ok ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo "# $passed passed, $failed failed"
[ $failed -eq 0 ]
