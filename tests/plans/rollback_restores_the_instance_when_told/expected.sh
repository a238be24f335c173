#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Note that instance a must be started again
lxops query -X PATCH -d '{"config":{"user.lxops.restart":"true"}}' /1.0/instances/a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Restore instance a to snapshot s1
lxops query -X PUT -d '{"restore":"s1","stateful":false}' /1.0/instances/a
# Remove the notes that were made during the snapshot
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"","user.lxops.snapshot":""}}' /1.0/instances/a
# Note that instance a must be started again
lxops query -X PATCH -d '{"config":{"user.lxops.restart":"true"}}' /1.0/instances/a
# Roll back dataset tank/lxops/a to s1
tries=0; until zfs rollback tank/lxops/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Roll back dataset tank/more/a to s1
tries=0; until zfs rollback tank/more/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/a
