# SPDX-License-Identifier: GPL-2.0-only
# What the emulator is built with: the two boards, and the devices that they are given
CONFIG_ARM_VIRT=y
CONFIG_VEXPRESS=y
CONFIG_GENERIC_LOADER=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_NET=y
