#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Run echo hello (a.cfg)
batch
