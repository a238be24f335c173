#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.ephemeral":"a.lxops default a"},"devices":{}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"security.nesting":"true","limits.cpu":"2","limits.memory":"1GiB","user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{"root":{"type":"disk","path":"/","pool":"fast","size":"10GiB"},"eth0":{"type":"nic","name":"eth0","network":"br1"}},"ephemeral":true,"description":"","instance_type":"c2-m4"}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
