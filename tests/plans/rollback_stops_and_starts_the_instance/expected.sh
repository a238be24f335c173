#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Copy /srv/lxops/a@s1 to /srv/lxops/a.partial
cp -a -T -x --reflink=auto --sparse=auto -- /srv/lxops/a@s1 /srv/lxops/a.partial
# Note that instance a must be started again
lxops query -X PATCH -d '{"config":{"user.lxops.restart":"true"}}' /1.0/instances/a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Roll back dataset tank/lxops/a to s1
tries=0; until zfs rollback tank/lxops/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Roll back dataset tank/more/a to s1
tries=0; until zfs rollback tank/more/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Move /srv/lxops/a aside
mv -T -- /srv/lxops/a /srv/lxops/a.lxops-replaced
# Move the copy of the snapshot into place
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Remove what was in /srv/lxops/a before
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a.lxops-replaced/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a.lxops-replaced
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/a
