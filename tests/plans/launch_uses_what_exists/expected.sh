#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/lxops/a/deep", "/srv/lxops/a/deep/log", "/tank/keep/a", "/tank/lxops/a/home" belong to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /srv/lxops/a/deep /srv/lxops/a/deep/log /tank/keep/a /tank/lxops/a/home; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /srv/lxops/a/deep /srv/lxops/a/deep/log /tank/keep/a /tank/lxops/a/home, with the ids that "lxops instance idmap a" prints
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Run echo hello (a.cfg)
batch
