#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The ostype is "centos", as /etc/os-release of instance "a" says
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Install packages curl (a.cfg)
batch
