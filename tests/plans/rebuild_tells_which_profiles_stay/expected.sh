#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The profiles of "a" stay as they are (other); the configuration says web, a.lxops
# note: Instance "a" does not use its profile "a.lxops"
# Stop instance a
lxops instance stop -wait-stop 5 a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
