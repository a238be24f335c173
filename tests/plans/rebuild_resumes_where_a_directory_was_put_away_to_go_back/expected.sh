#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The earlier rebuild failed; its data goes back. To rebuild the instance then, leave out --resume
# Restore dataset tank/a to lxops-rebuild-abc123-a
tries=0; until zfs rollback tank/a@lxops-rebuild-abc123-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Move /srv/a back after an interrupted run
mv -T -- /srv/a.lxops-replaced /srv/a
# Move /srv/a aside
mv -T -- /srv/a /srv/a.lxops-replaced
# Move /srv/a@lxops-rebuild-abc123-a into place
mv -T -- /srv/a@lxops-rebuild-abc123-a /srv/a
# Remove what was in /srv/a
while read -r _ _ _ _ at _; do case $at/ in /srv/a.lxops-replaced/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/a.lxops-replaced
# Restore volume:default/a to lxops-rebuild-abc123-a
lxops query -X PUT -d '{"restore":"lxops-rebuild-abc123-a"}' /1.0/storage-pools/default/volumes/custom/a
# Note that the data of instance a is as it was before
lxops query -X PATCH -d '{"config":{"user.lxops.undo-data":""}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Destroy snapshot tank/a@lxops-rebuild-abc123-a, which the data was restored from
tries=0; until zfs destroy tank/a@lxops-rebuild-abc123-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete snapshot volume:default/a@lxops-rebuild-abc123-a, which the data was restored from
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a/snapshots/lxops-rebuild-abc123-a
# Delete instance a-lxops-new-abc123, left by an unfinished rebuild
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123
