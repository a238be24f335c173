#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Note that instance a must be unfrozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"true","user.lxops.snapshot":"s1"}}' /1.0/instances/a
# Freeze instance a
lxops query -X PUT -d '{"action":"freeze","timeout":-1,"force":false}' /1.0/instances/a/state
# Take snapshot s1 of instance a
lxops query -X POST -d '{"name":"s1","stateful":false}' /1.0/instances/a/snapshots
# Copy /srv/lxops/a to /srv/lxops/a@s1.partial
cp -a -T -x --reflink=auto --sparse=auto -- /srv/lxops/a /srv/lxops/a@s1.partial
# Take snapshots tank/lxops/a@s1, tank/more/a@s1
zfs snapshot tank/lxops/a@s1 tank/more/a@s1
# Rename the copy to /srv/lxops/a@s1
mv -T -- /srv/lxops/a@s1.partial /srv/lxops/a@s1
# Unfreeze instance a
lxops query -X PUT -d '{"action":"unfreeze","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was frozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"","user.lxops.snapshot":""}}' /1.0/instances/a
