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
# Take snapshot volume:default/a-data@s1
lxops query -X POST -d '{"name":"s1"}' /1.0/storage-pools/default/volumes/custom/a-data/snapshots
# Take snapshot tank/a@s1
zfs snapshot tank/a@s1
# Unfreeze instance a
lxops query -X PUT -d '{"action":"unfreeze","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was frozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"","user.lxops.snapshot":""}}' /1.0/instances/a
