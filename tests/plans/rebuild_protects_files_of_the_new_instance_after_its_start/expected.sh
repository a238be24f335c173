#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create instance a-lxops-new from tiny
lxops query -X POST -d '{"name":"a-lxops-new","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","security.protection.shift":"false"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rename instance a to a-lxops-old
lxops query -X POST -d '{"name":"a-lxops-old"}' /1.0/instances/a
# Rename instance a-lxops-new to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Protect the files of instance a from a change of owners
lxops query -X PATCH -d '{"config":{"security.protection.shift":"true"}}' /1.0/instances/a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
