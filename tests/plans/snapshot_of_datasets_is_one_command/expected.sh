#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Take snapshots tank/lxops/a@s1, tank/more/a@s1
zfs snapshot tank/lxops/a@s1 tank/more/a@s1
