#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: whether an instance runs with them on "backup.example.org" is not known; stop it there first
# Resume sending tank/lxops/a@s1 to tank/lxops/b on "backup.example.org"
tries=0; until zfs send -t 1-11 | ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs receive -u -s tank/lxops/b'; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Send what changed since s1 to tank/lxops/a@s2 to tank/lxops/b on "backup.example.org"
tries=0; until zfs send -i tank/lxops/a@s1 tank/lxops/a@s2 | ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs receive -u -s tank/lxops/b'; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Set properties of tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs set compression=on tank/lxops/b' </dev/null
# Mount tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs mount tank/lxops/b' </dev/null
