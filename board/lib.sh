# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the board's tools share. Sourced, never run.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BOARD=$TOP/board
CACHE=${KVMARM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvmarm}
CROSS_COMPILE=arm-linux-gnueabihf-
# Debian packages with what this project's qemu-system-arm is linked to
QEMU_LIBRARIES=libglib2.0-0,libpixman-1-0,libslirp0,libfdt1,zlib1g
# Two jobs unless the caller asks for more: the sources compile in 2 GB.
JOBS=${KVMARM_JOBS:-2}
export TOP BOARD CACHE CROSS_COMPILE QEMU_LIBRARIES JOBS
export CCACHE_DIR=${CCACHE_DIR:-$CACHE/ccache}
# Where mke2fs and depmod are: Debian gives it to root alone.
export PATH=$PATH:/usr/sbin:/sbin

say() {
	printf '[%s] %s\n' "${0##*/}" "$*" >&2
}

die() {
	printf '[%s] error: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# need COMMAND PACKAGE: stop when a command is missing, naming its package.
need() {
	command -v "$1" >/dev/null ||
		die "The command '$1' is missing. Run board/deps, or install the Debian package '$2'."
}

# need_space DIR MEGABYTES WHAT-FOR: stop while nothing has been written yet.
need_space() {
	local dir=$1 free

	while [ ! -d "$dir" ]; do
		dir=$(dirname "$dir")
	done
	free=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$2" ] ||
		die "$3 needs $2 MB in $1, which has $free MB free. Make room, or set KVMARM_CACHE to a folder on a larger disk."
}

# progress FILE PATTERN MOST: what a build says goes to FILE; every 20 s tell the
# user how many lines of it have PATTERN, of how many there will be.
progress() {
	local line next=$((SECONDS + 20)) count=0

	while IFS= read -r line; do
		printf '%s\n' "$line"
		[[ $line =~ $2 ]] || continue
		count=$((count + 1))
		if [ "$SECONDS" -ge "$next" ]; then
			say "... $count of at most $3 files"
			next=$((SECONDS + 20))
		fi
	done >"$1"
}

# one_at_a_time NAME: wait for another run of the same tool on this cache.
one_at_a_time() {
	mkdir -p "$CACHE/lock"
	exec {LOCK_FD}>"$CACHE/lock/$1"
	flock -n "$LOCK_FD" || {
		say "waiting for another run of $1 ..."
		flock "$LOCK_FD"
	}
}

# debian_mirror: the URL this machine's apt takes Debian itself from, whichever
# way it is written there.
debian_mirror() {
	local url

	# shellcheck disable=SC2016 # the $(...) are apt's own
	url=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' 2>/dev/null |
		awk '$2 == "main" && $1 ~ /^(bookworm|trixie|stable|oldstable|testing|sid)$/ {
			print $3; exit }')
	[ -n "$url" ] ||
		die "This machine's apt knows no Debian mirror. Add one to /etc/apt and run 'apt-get update' as root."
	printf '%s\n' "$url"
}

# unpack_packages ARCH DIR PACKAGES [MMDEBSTRAP-ARGUMENT]...: Debian 12's packages for ARCH,
# from main alone.
unpack_packages() {
	local mode=chrootless mirror

	need mmdebstrap mmdebstrap
	mirror=$(debian_mirror) || exit
	# Nothing is run in there; but mmdebstrap wants another name for that from root.
	[ "$(id -u)" != 0 ] || mode=root
	rm -rf "$2"
	mmdebstrap --quiet --mode="$mode" --variant=extract --arch="$1" --include="$3" "${@:4}" \
		bookworm "$2" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" \
		>"$2.log" 2>&1 || {
		cat "$2.log" >&2
		die "Debian 12's packages for $1 could not be unpacked."
	}
	rm -f "$2.log"
}

# qemu_devices SOURCE OUT TARGET NAME: the option that has QEMU built with board/configs/NAME.mak.
# Its configure wants that seen from a folder of the source, and its build the file for ever.
qemu_devices() {
	cp "$BOARD/configs/$4.mak" "$2/"
	printf -- '--with-devices-%s=%s\n' "$3" \
		"$(realpath --relative-to="$1/configs/devices/$3-softmmu" "$2")/$4"
}

# skip_waiting ELF: what execlog.c leaves out of a benchmark's payload.
skip_waiting() {
	local address size name

	arm-none-eabi-nm -S "$1" | while read -r address size _ name; do
		case $name in
		spin | target_loop)
			printf ',skip=%x-%x' $((0x$address)) $((0x$address + 0x$size - 1)) ;;
		esac
	done
}

# linux_source: the pristine kernel tree that board/fetch unpacked.
linux_source() {
	local dir

	dir=$(find -H "$CACHE/src" -maxdepth 1 -type d -name 'linux-6.12.*' 2>/dev/null |
		sort -V | tail -n 1)
	[ -n "$dir" ] || die "The kernel source is not there yet. Run board/fetch first."
	printf '%s\n' "$dir"
}

# Debian 13's apt, private to the project: same mirror, no root, no change to
# the machine's own apt state.
apt13() {
	local dir=$CACHE/apt key=/usr/share/keyrings/debian-archive-keyring.gpg

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	if [ ! -s "$dir/apt.conf" ]; then
		printf '%s [signed-by=%s] %s trixie main\n' \
			deb "$key" "$(debian_mirror)" deb-src "$key" "$(debian_mirror)" \
			>"$dir/sources.list"
		cat >"$dir/apt.conf" <<-END
			Dir::Etc::sourcelist "$dir/sources.list";
			Dir::Etc::sourceparts "/dev/null";
			Dir::State::lists "$dir/lists";
			Dir::State::status "/dev/null";
			Dir::Cache "$dir/cache";
			APT::Sandbox::User "";
			Acquire::Languages "none";
		END
	fi
	APT_CONFIG=$dir/apt.conf apt-get "$@"
}
