#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/tank/a/data" belongs to root of the machine, so that the container's root cannot write there. If a run that was cut off left that: chown -h "$(lxops instance idmap a)" -- /tank/a/data
# note: Instance "a" does not run, and is started
# Delete instance a-lxops-new-abc123, left by an unfinished rebuild
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123
# Create instance a-lxops-new-000000 from tiny
lxops query -X POST -d '{"name":"a-lxops-new-000000","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"unfinished","user.lxops.of":"a","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Mark instance a-lxops-new-000000 as complete
lxops query -X PATCH -d '{"config":{"user.lxops.role":"new"}}' /1.0/instances/a-lxops-new-000000
# Take snapshot tank/a@lxops-rebuild-000000-a
zfs snapshot tank/a@lxops-rebuild-000000-a
# Mark instance a as the old one
lxops query -X PATCH -d '{"config":{"user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"old","user.lxops.of":"a"}}' /1.0/instances/a
# Rename instance a to a-lxops-old-000000
lxops query -X POST -d '{"name":"a-lxops-old-000000"}' /1.0/instances/a
# Rename instance a-lxops-new-000000 to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new-000000
# Prevent instance a-lxops-old-000000 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old-000000
# Set autostart of instance a
lxops query -X PATCH -d '{"config":{"boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"new","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Destroy snapshot tank/a@lxops-rebuild-000000-a, as the new instance is configured
tries=0; until zfs destroy tank/a@lxops-rebuild-000000-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete instance a-lxops-old-000000
lxops query -X DELETE /1.0/instances/a-lxops-old-000000
# Destroy snapshot tank/a@lxops-rebuild-abc123-a, taken by an earlier rebuild that failed
tries=0; until zfs destroy tank/a@lxops-rebuild-abc123-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
