#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Destroy snapshot tank/a@lxops-rebuild-abc123-a, taken by an unfinished rebuild
tries=0; until zfs destroy tank/a@lxops-rebuild-abc123-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Remove snapshot /srv/a@lxops-rebuild-abc123-a, taken by an unfinished rebuild
while read -r _ _ _ _ at _; do case $at/ in /srv/a@lxops-rebuild-abc123-a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/a@lxops-rebuild-abc123-a
# Delete snapshot volume:default/a@lxops-rebuild-abc123-a, taken by an unfinished rebuild
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a/snapshots/lxops-rebuild-abc123-a
# Delete instance a-lxops-old-abc123
lxops query -X DELETE /1.0/instances/a-lxops-old-abc123
