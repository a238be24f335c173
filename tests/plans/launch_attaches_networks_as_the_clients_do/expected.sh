#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{"eth0":{"type":"nic","name":"eth0","nictype":"bridged","parent":"lan"}},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a

# instance b
# Create profile b.lxops
lxops query -X POST -d '{"name":"b.lxops","description":"/c/b.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance b from tiny
lxops query -X POST -d '{"name":"b","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","b.lxops"],"config":{"user.lxops.config":"/c/b.yaml","user.lxops.image":"tiny"},"devices":{"eth0":{"type":"nic","name":"eth0","nictype":"macvlan","parent":"eth9"}},"ephemeral":false,"description":""}' /1.0/instances
# Start instance b
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/b/state
# Wait for network
lxops instance wait -timeout 60 -until network b
