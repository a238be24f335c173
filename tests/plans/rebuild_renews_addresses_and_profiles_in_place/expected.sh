#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "a" keeps what its devices say: lan.ipv4.address
# note: The profiles of "a" become default, a.lxops; they were default, gpu
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Stop instance a
lxops instance stop -wait-stop 5 a
# Remove MAC addresses from instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"","volatile.lan.hwaddr":""}}' /1.0/instances/a
# Set the profiles of instance a as in its configuration
lxops query -X PATCH -d '{"profiles":["default","a.lxops"]}' /1.0/instances/a
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
