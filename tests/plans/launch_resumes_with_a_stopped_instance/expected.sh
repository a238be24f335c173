#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/lxops/a/deep", "/srv/lxops/a/deep/log", "/tank/keep/a", "/tank/lxops/a/home" belong to root of the machine, so that the container's root cannot write there. If a run that was cut off left that: chown -h "$(lxops instance idmap a)" -- /srv/lxops/a/deep /srv/lxops/a/deep/log /tank/keep/a /tank/lxops/a/home
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Run echo hello (a.cfg)
batch
