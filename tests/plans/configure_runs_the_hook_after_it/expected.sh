#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Run echo hello (a.cfg)
batch
# Run hook after-configure of a: announce
(cd /c && env LXOPS_HOOK=after-configure LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /opt/site/announce)
