#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "tank/lxops/b" on "backup.example.org" has the snapshot already
# note: whether an instance runs with them on "backup.example.org" is not known; stop it there first
# Set properties of tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs set compression=on tank/lxops/b' </dev/null
# Mount tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs mount tank/lxops/b' </dev/null
