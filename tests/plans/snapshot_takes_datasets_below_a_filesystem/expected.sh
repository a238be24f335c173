#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Take snapshots tank/lxops/a@s1, tank/more/a@s1, tank/lxops/a/db@s1, tank/lxops/a/vol@s1
zfs snapshot tank/lxops/a@s1 tank/more/a@s1 tank/lxops/a/db@s1 tank/lxops/a/vol@s1
