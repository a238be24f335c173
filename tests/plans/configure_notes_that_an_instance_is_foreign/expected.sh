#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: lxops did not make this instance; programs of a.yaml run in it as root
# note: 3 of 5 items are of other sections and left out
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Set up user ann (a.cfg)
  Set 1 SSH key of user ann (a.cfg)
batch
