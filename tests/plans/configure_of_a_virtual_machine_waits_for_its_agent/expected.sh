#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network, exec
lxops instance wait -timeout 60 -until network,exec a
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Run true (a.cfg)
batch
