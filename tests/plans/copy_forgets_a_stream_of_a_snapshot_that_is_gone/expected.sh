#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: whether an instance runs with them on "backup.example.org" is not known; stop it there first
# Discard the incomplete stream into tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs receive -A tank/lxops/b' </dev/null
# Send what changed since s0 to tank/lxops/a@s2 to tank/lxops/b on "backup.example.org"
tries=0; until zfs send -i tank/lxops/a@s0 tank/lxops/a@s2 | ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs receive -s tank/lxops/b'; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
