#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Destroy dataset tank/a
zfs destroy -r tank/a
