#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Create instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-new-000000 from tiny
lxops query -X POST -d '{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-new-000000","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"unfinished","user.lxops.of":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Mark instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-new-000000 as complete
lxops query -X PATCH -d '{"config":{"user.lxops.role":"new"}}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-new-000000
# Stop instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
lxops instance stop -wait-stop 5 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Have the daemon start instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx again after a crash of the machine, and note its profile
lxops query -X PATCH -d '{"config":{"volatile.last_state.power":"RUNNING","user.lxops.profile":"{}"}}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Create profile xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.lxops
lxops query -X POST -d '{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Mark instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx as the old one
lxops query -X PATCH -d '{"config":{"user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"old","user.lxops.of":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","volatile.last_state.power":"RUNNING"}}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Rename instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx to xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-old-000000
lxops query -X POST -d '{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-old-000000"}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Rename instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-new-000000 to xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
lxops query -X POST -d '{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-new-000000
# Prevent instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-old-000000 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-old-000000
# Set autostart of instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
lxops query -X PATCH -d '{"config":{"boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"new","volatile.last_state.power":"RUNNING"}}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Start instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/state
# Wait for network
lxops instance wait -timeout 60 -until network xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Mark instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
# Delete instance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-old-000000
lxops query -X DELETE /1.0/instances/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-37d12e35-lxops-old-000000
