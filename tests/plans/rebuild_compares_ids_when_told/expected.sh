#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Note the ids of the users of instance a
lxops query -X PATCH -d '{"config":{"user.lxops.ids":"f:1002\ng:anna:1001\ng:nginx:102\nu:anna:1001:1001:/home/anna:/bin/sh\nu:nginx:101:102:/var/lib/nginx:/sbin/nologin\n"}}' /1.0/instances/a
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.state":"rebuilt"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 4 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Set up user bert (a.cfg)
  Set up user anna (a.cfg)
  Compare the ids of users and groups
batch
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.ids":"f:1002\n","user.lxops.state":"configured"}}' /1.0/instances/a
