#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# for all instances
# Create volume:default/shared
lxops query -X POST -d '{"name":"shared","config":{"user.lxops.config":"/c/a.yaml"}}' /1.0/storage-pools/default/volumes/custom

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"data"},"devices":{"data":{"type":"disk","path":"/data","pool":"default","source":"shared"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a

# instance b
# Create profile b.lxops
lxops query -X POST -d '{"name":"b.lxops","description":"/c/b.yaml","config":{"user.lxops.devices":"data"},"devices":{"data":{"type":"disk","path":"/data","pool":"default","source":"shared"}}}' /1.0/profiles
# Create instance b from tiny
lxops query -X POST -d '{"name":"b","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","b.lxops"],"config":{"user.lxops.config":"/c/b.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance b
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/b/state
# Wait for network
lxops instance wait -timeout 60 -until network b
