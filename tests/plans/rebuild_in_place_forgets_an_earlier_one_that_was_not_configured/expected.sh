#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Remove the notes of an earlier rebuild of instance a
lxops query -X PATCH -d '{"config":{"user.lxops.state":""}}' /1.0/instances/a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.state":"rebuilt"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Run echo hello (a.cfg)
batch
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.state":"configured"}}' /1.0/instances/a
