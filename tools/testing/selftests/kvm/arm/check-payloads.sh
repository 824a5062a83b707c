#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# EMULATOR ELF...: runs the payloads' tests on -M virt without
# KVM, each in a machine of its own: what an independent implementation of the
# architecture says about them. Tests that need the test device skip themselves.

emulator=$1
shift
failed=0
for elf; do
	# Table of tests in the image, see start.S
	for entry in $(arm-none-eabi-nm "$elf" | awk '/ test_/ { print $1 ":" $3 }' | sort); do
		symbol=${entry#*:}
		addr=0x${entry%%:*}
		start=0x$(arm-none-eabi-nm "$elf" | awk '/ __tests_start$/ { print $1 }')
		index=$(((addr - start) / 16))
		case " ${TESTS:-${symbol#test_}} " in
		*" ${symbol#test_} "*) ;;
		*) continue ;;
		esac
		log=$(timeout 60 "$emulator" -M virt,gic-version=2,highmem=off \
			-cpu cortex-a15 -smp 8 -m 256 -display none -nic none \
			-serial stdio -monitor none -kernel "$elf" \
			-device loader,addr=0x401ffff0,data=$index,data-len=4 2>&1 </dev/null)
		case $log in
		*"RESULT pass"*) echo "ok ${symbol#test_}" ;;
		*"RESULT skip"*) echo "ok ${symbol#test_} # SKIP" ;;
		*)
			echo "not ok $(basename "$elf") ${symbol#test_}"
			echo "$log" | sed 's/^/    /'
			failed=1
			;;
		esac
	done
done
exit $failed
