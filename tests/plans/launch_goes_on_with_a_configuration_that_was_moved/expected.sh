#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
