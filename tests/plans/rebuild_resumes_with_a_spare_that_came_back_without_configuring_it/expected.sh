#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":"","user.lxops.state":"swapped"}}' /1.0/instances/a
# Keep instance a-lxops-old-def456 as a spare
lxops query -X PATCH -d '{"config":{"user.lxops.role":"spare"}}' /1.0/instances/a-lxops-old-def456
