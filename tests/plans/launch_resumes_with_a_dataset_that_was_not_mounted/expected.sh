#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Mount dataset tank/a
zfs mount tank/a
# Create directory /tank/a/home
mkdir -p -m 755 -- /tank/a/home
# Change the owner of /tank/a, /tank/a/home to the container's root
chown -h 1000000:1000000 -- /tank/a /tank/a/home
# Mark dataset tank/a as owned by the container's root
zfs inherit lxops:unowned tank/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"home"},"devices":{"home":{"type":"disk","path":"/home","source":"/tank/a/home"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/a /tank/a/home
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
