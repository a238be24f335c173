#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "a" keeps what its devices say: lan.ipv4.address
# note: The profiles of "a" become default, a.lxops; they were default, gpu
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a-lxops-new from tiny
lxops query -X POST -d '{"name":"a-lxops-new","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.nics":"{\"config\":{},\"devices\":{\"lan\":{\"type\":\"nic\",\"network\":\"br1\",\"ipv4.address\":\"10.0.0.5\"}}}","user.lxops.image":"tiny"},"devices":{"lan":{"type":"none"}},"ephemeral":false,"description":""}' /1.0/instances
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rename instance a to a-lxops-old
lxops query -X POST -d '{"name":"a-lxops-old"}' /1.0/instances/a
# Take network addresses from instance a-lxops-old
lxops query -X PATCH -d '{"config":{"user.lxops.nics":"{\"config\":{},\"devices\":{\"lan\":{\"type\":\"nic\",\"network\":\"br1\",\"ipv4.address\":\"10.0.0.5\"}}}"},"devices":{"lan":{"type":"none"}}}' /1.0/instances/a-lxops-old
# Rename instance a-lxops-new to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new
# Give network addresses to instance a
lxops query -X PATCH -d '{"config":{"user.lxops.nics":""},"devices":{"lan":{"type":"nic","network":"br1","ipv4.address":"10.0.0.5"}}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
