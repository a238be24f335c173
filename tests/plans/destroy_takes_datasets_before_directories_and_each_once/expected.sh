#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys dataset tank/a (size unknown), 0 snapshots, 0 clones, at /srv/a/b
# note: destroys directory /srv/a (5M)
# note: destroys directory /srv/link-a
# note: "/srv/link-a" is a symbolic link: the link goes, and what it leads to stays
# Destroy dataset tank/a
tries=0; until zfs destroy -r tank/a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Destroy directory /srv/a
while read -r _ _ _ _ at _; do case $at/ in /srv/a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/a
# Destroy directory /srv/link-a
while read -r _ _ _ _ at _; do case $at/ in /srv/link-a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/link-a
