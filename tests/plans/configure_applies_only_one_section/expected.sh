#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: 2 of 5 items are of other sections and left out
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 3 items
lxops instance exec a -- /bin/sh -s <<batch
  Set the host name web (a.cfg)
  Set up user ann (a.cfg)
  Set 1 SSH key of user ann (a.cfg)
batch
