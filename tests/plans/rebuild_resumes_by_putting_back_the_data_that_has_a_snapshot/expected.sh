#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The earlier rebuild failed; its data goes back. To rebuild the instance then, leave out --resume
# note: "tank/a" stays as it is: it has no snapshot "lxops-rebuild-abc123-a" any more
# Move /srv/a aside
mv -T -- /srv/a /srv/a.lxops-replaced
# Move /srv/a@lxops-rebuild-abc123-a into place
mv -T -- /srv/a@lxops-rebuild-abc123-a /srv/a
# Remove what was in /srv/a
while read -r _ _ _ _ at _; do case $at/ in /srv/a.lxops-replaced/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/a.lxops-replaced
# Restore volume:default/a to lxops-rebuild-abc123-a
lxops query -X PUT -d '{"restore":"lxops-rebuild-abc123-a"}' /1.0/storage-pools/default/volumes/custom/a
# Allow instance a to start again
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"","user.lxops.state":"returned","user.lxops.undo-data":"","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Delete snapshot volume:default/a@lxops-rebuild-abc123-a, which the data was restored from
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a/snapshots/lxops-rebuild-abc123-a
# Delete instance a-lxops-new-abc123, left by an unfinished rebuild
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123
