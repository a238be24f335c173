#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/d/x" belongs to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /srv/d/x; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /srv/d/x, with the ids that "lxops instance idmap a" prints
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","shared"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
