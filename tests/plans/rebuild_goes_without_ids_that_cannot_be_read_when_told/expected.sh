#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The ids of the users and groups of instance "a" are not known: "/etc/passwd" cannot be used: Incus did not answer within 16 s
# note: Instance "a" does not run, and is started
# Create instance a-lxops-new-000000 from tiny
lxops query -X POST -d '{"name":"a-lxops-new-000000","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"unfinished","user.lxops.of":"a","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Mark instance a-lxops-new-000000 as complete
lxops query -X PATCH -d '{"config":{"user.lxops.role":"new"}}' /1.0/instances/a-lxops-new-000000
# Stop reading the files of instance a
lxops query -X POST -already 'snapshot name: ' -d '{"name":"no snapshot","stateful":false}' /1.0/instances/a/snapshots
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
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 3 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Set up user bert (a.cfg)
  Set up user anna (a.cfg)
batch
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Delete instance a-lxops-old-000000
lxops query -X DELETE /1.0/instances/a-lxops-old-000000
