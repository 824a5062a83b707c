# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How the series is kept, shared by apply, build and make-series. Sourced.
#
# patches/NNNN-name.patch is one patch: its message (subject, empty line, text),
# then "New-file: path" for each file of the overlay that it brings, "---", and
# the diff to existing files, if it has one. The overlay's files stand at the
# path they have in QEMU.

# shellcheck source=board/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../board/lib.sh"

QEMU=$TOP/qemu
mapfile -t PATCHES < <(find "$QEMU/patches" -name '[0-9]*.patch' | sort)
export QEMU PATCHES

# The existing files that the diffs change.
changed_files() {
	sed -n 's,^--- a/,,p' "${PATCHES[@]}" | sort -u
}

# new_files [PATCH...]: the files that these patches, or all, bring.
new_files() {
	[ $# -gt 0 ] || set -- "${PATCHES[@]}"
	sed -s '/^---$/,$d' "$@" | sed -n 's/^New-file: //p' | sort
}
