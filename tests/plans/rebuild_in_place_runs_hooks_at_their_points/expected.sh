#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Run hook before-rebuild of a: before.sh
(cd /c && env LXOPS_HOOK=before-rebuild LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/before.sh)
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.state":"rebuilt"}}' /1.0/instances/a
# Run hook after-create of a: created.sh
(cd /c && env LXOPS_HOOK=after-create LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/created.sh)
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Run hook after-start of a: inside.sh in the instance
lxops instance exec a -- /bin/sh -s <<batch
batch
# Run hook after-start of a: started.sh
(cd /c && env LXOPS_HOOK=after-start LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/started.sh)
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Run echo hello (a.cfg)
batch
# Run hook after-configure of a: announce
(cd /c && env LXOPS_HOOK=after-configure LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /opt/site/announce)
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a
# Run hook after-rebuild of a: after.sh
(cd /c && env LXOPS_HOOK=after-rebuild LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/after.sh)
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.state":"configured"}}' /1.0/instances/a
