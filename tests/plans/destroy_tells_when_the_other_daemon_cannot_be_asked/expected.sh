#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys dataset tank/lxops/a (size unknown), 0 snapshots, 0 clones, at /tank/lxops/a
# note: destroys directory /srv/lxops/a (5M)
# note: Whether an instance of LXD uses what goes could not be looked at: /var/lib/lxd/unix.socket: no permission
# Destroy dataset tank/lxops/a
tries=0; until zfs destroy -r tank/lxops/a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Destroy directory /srv/lxops/a
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a
