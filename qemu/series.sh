# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How the series is kept and QEMU configured, shared by apply, build, make-series and
# tests/qemu-series. Sourced.
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

# need_qemu_tools: what configure_qemu and a build take, but for arm64's compiler
need_qemu_tools() {
	need ninja ninja-build
	need pkg-config pkg-config
	need ccache ccache
	need "${CROSS_COMPILE}gcc" gcc-arm-linux-gnueabihf
}

# sysroot ARCH: what QEMU is compiled and linked against, Debian 12's packages for such a
# host, unpacked.
sysroot() {
	local dir=$CACHE/sysroot-$1 link

	[ ! -d "$dir" ] || return 0
	one_at_a_time "sysroot-$1"
	[ ! -d "$dir" ] || return 0
	say "unpacking Debian 12's $1 libraries to build against ..."
	unpack_packages "$1" "$dir.tmp" \
		libc6-dev,libglib2.0-dev,libpixman-1-dev,libslirp-dev,libfdt-dev,zlib1g-dev
	# An absolute link would be followed on this machine instead.
	find "$dir.tmp" -type l -lname '/*' | while read -r link; do
		ln -sfnr "$dir.tmp$(readlink "$link")" "$link"
	done
	mv "$dir.tmp" "$dir"
}

# configure_qemu ARCH SOURCE OUT [OPTION]...: QEMU for hosts of Debian's ARCH, armhf or arm64,
# unless OUT is so configured already. Leaves the environment that ninja wants there.
configure_qemu() {
	local arch=$1 source=$2 out=$3 root=$CACHE/sysroot-$1 prefix=$CROSS_COMPILE
	local target=arm triplet cc sum

	if [ "$arch" = arm64 ]; then
		prefix=aarch64-linux-gnu-
		target=aarch64
	fi
	sysroot "$arch"
	# Debian's cross compiler looks into its own C library's folders first, whatever the
	# sysroot: on Debian 13 that is a newer one than the board has. QEMU brings Linux'
	# headers, which come before.
	triplet=${prefix%-}
	cc="ccache ${prefix}gcc --sysroot=$root -B$root/usr/lib/$triplet -L$root/usr/lib/$triplet"
	cc+=" -nostdinc -idirafter $("${prefix}gcc" -print-file-name=include)"
	cc+=" -idirafter $root/usr/include/$triplet -idirafter $root/usr/include"
	# Do not preprocess each file twice: a sixth of a first build
	export CCACHE_DEPEND=1
	export PYTHONPATH=$CACHE/meson/usr/lib/python3/dist-packages
	export PKG_CONFIG=pkg-config
	export PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
	export PKG_CONFIG_SYSROOT_DIR=$root
	sum=$({ cat "${BASH_SOURCE[0]}" "$BOARD/configs/qemu.mak" && echo "$*"; } | sha256sum)
	if [ -f "$out/build.ninja" ] && [ "$(cat "$out/configured-by" 2>/dev/null)" = "$sum" ]; then
		return 0
	fi
	say "configuring QEMU for $arch ..."
	rm -rf "$out"
	mkdir -p "$out"
	(cd "$out" && "$source/configure" \
		--python=/usr/bin/python3 \
		--cross-prefix="$prefix" \
		--cc="$cc" \
		--host-cc="ccache gcc" \
		"$(qemu_devices "$source" "$out" "$target" qemu)" --disable-debug-info \
		--target-list="$target-softmmu" --without-default-features \
		--enable-system --enable-kvm --enable-tcg --enable-slirp \
		--enable-fdt=system --disable-install-blobs \
		--firmwarepath=/usr/share/qemu:/usr/lib/ipxe/qemu "${@:4}" \
		>configure.log 2>&1) || {
		tail -n 20 "$out/configure.log" >&2
		die "QEMU could not be configured; the whole log is $out/configure.log."
	}
	printf '%s\n' "$sum" >"$out/configured-by"
}
