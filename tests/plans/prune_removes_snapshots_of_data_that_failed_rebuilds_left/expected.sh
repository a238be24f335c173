#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Delete instance a-lxops-new-abc123
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123
# Destroy snapshot tank/a@lxops-rebuild-abc123-a, taken by an earlier rebuild that failed
tries=0; until zfs destroy tank/a@lxops-rebuild-abc123-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete snapshot volume:default/a@lxops-rebuild-abc123-a, taken by an earlier rebuild that failed
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a/snapshots/lxops-rebuild-abc123-a
# Remove snapshot /srv/a@lxops-rebuild-def456-a, taken by an earlier rebuild that failed
while read -r _ _ _ _ at _; do case $at/ in /srv/a@lxops-rebuild-def456-a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/a@lxops-rebuild-def456-a
# Delete snapshot volume:default/a@lxops-rebuild-def456-a, taken by an earlier rebuild that failed
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a/snapshots/lxops-rebuild-def456-a
# Remove snapshot /srv/a@lxops-rebuild-fff000-a.partial, taken by an earlier rebuild that failed
while read -r _ _ _ _ at _; do case $at/ in /srv/a@lxops-rebuild-fff000-a.partial/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/a@lxops-rebuild-fff000-a.partial
