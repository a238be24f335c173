#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Roll back dataset tank/lxops/a to s1
tries=0; until zfs rollback tank/lxops/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Roll back dataset tank/more/a to s1
tries=0; until zfs rollback tank/more/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/a
