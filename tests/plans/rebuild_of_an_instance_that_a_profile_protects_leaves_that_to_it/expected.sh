#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create instance a-lxops-new from tiny
lxops query -X POST -d '{"name":"a-lxops-new","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","security.protection.delete":"false","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"security.protection.delete\":\"\"},\"devices\":{}}"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rename instance a to a-lxops-old
lxops query -X POST -d '{"name":"a-lxops-old"}' /1.0/instances/a
# Take network addresses from instance a-lxops-old
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\"},\"devices\":{}}"},"devices":{}}' /1.0/instances/a-lxops-old
# Rename instance a-lxops-new to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new
# Give network addresses and protection from deletion to instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","security.protection.delete":"","user.lxops.nics":""},"devices":{}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Take the protection from deletion from instance a-lxops-old
lxops query -X PATCH -d '{"config":{"security.protection.delete":"false"}}' /1.0/instances/a-lxops-old
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
