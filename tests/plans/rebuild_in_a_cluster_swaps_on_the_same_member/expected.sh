#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create instance a-lxops-new from tiny
lxops query -X POST -d '{"name":"a-lxops-new","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' '/1.0/instances?target=m2'
# Stop instance a
lxops instance stop -wait-stop 5 a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Rename instance a to a-lxops-old
lxops query -X POST -d '{"name":"a-lxops-old"}' /1.0/instances/a
# Rename instance a-lxops-new to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
