#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Destroy snapshot tank/lxops/a@s1
tries=0; until zfs destroy tank/lxops/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Destroy snapshot tank/more/a@s1
tries=0; until zfs destroy tank/more/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Remove snapshot /srv/lxops/a@s1
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a@s1/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a@s1
# Delete snapshot s1 of instance a
lxops query -X DELETE /1.0/instances/a/snapshots/s1
