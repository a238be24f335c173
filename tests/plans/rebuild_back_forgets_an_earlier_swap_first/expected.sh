#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Spare "a-lxops-old-abc123" comes back; the present root filesystem becomes the spare "a-lxops-old-000000"
# Remove the note that instance a was swapped with its spare
lxops query -X PATCH -d '{"config":{"user.lxops.state":""}}' /1.0/instances/a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Have the daemon start instance a again after a crash of the machine
lxops query -X PATCH -d '{"config":{"volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Take snapshot tank/a@lxops-rebuild-000000-a
zfs snapshot tank/a@lxops-rebuild-000000-a
# Take snapshot volume:default/a@lxops-rebuild-000000-a
lxops query -X POST -d '{"name":"lxops-rebuild-000000-a"}' /1.0/storage-pools/default/volumes/custom/a/snapshots
# Mark instance a as the old one
lxops query -X PATCH -d '{"config":{"user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"kept","user.lxops.of":"a","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Rename instance a to a-lxops-old-000000
lxops query -X POST -d '{"name":"a-lxops-old-000000"}' /1.0/instances/a
# Rename instance a-lxops-old-abc123 to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-old-abc123
# Prevent instance a-lxops-old-000000 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old-000000
# Set autostart of instance a
lxops query -X PATCH -d '{"config":{"boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"back","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":"","user.lxops.state":"swapped"}}' /1.0/instances/a
# Destroy snapshot tank/a@lxops-rebuild-000000-a, as the new instance is configured
tries=0; until zfs destroy tank/a@lxops-rebuild-000000-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete snapshot volume:default/a@lxops-rebuild-000000-a, as the new instance is configured
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a/snapshots/lxops-rebuild-000000-a
# Keep instance a-lxops-old-000000 as a spare
lxops query -X PATCH -d '{"config":{"user.lxops.role":"spare"}}' /1.0/instances/a-lxops-old-000000
