#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Rename instance a-lxops-new to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new
# Give protection from deletion to instance a
lxops query -X PATCH -d '{"config":{"security.protection.delete":"true","user.lxops.nics":""},"devices":{}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Take the protection from deletion from instance a-lxops-old
lxops query -X PATCH -d '{"config":{"security.protection.delete":"false"}}' /1.0/instances/a-lxops-old
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
