#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Run hook before-rebuild of a: before.sh
(cd /c && env LXOPS_HOOK=before-rebuild LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/before.sh)
# Create instance a-lxops-new-000000 from tiny
lxops query -X POST -d '{"name":"a-lxops-new-000000","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"unfinished","user.lxops.of":"a","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Run hook after-create of a: created.sh
(cd /c && env LXOPS_HOOK=after-create LXOPS_NAME=a LXOPS_INSTANCE=a-lxops-new-000000 LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/created.sh)
# Mark instance a-lxops-new-000000 as complete
lxops query -X PATCH -d '{"config":{"user.lxops.role":"new"}}' /1.0/instances/a-lxops-new-000000
# Stop instance a
lxops instance stop -wait-stop 5 a
# Mark instance a as the old one
lxops query -X PATCH -d '{"config":{"user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"old","user.lxops.of":"a","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Rename instance a to a-lxops-old-000000
lxops query -X POST -d '{"name":"a-lxops-old-000000"}' /1.0/instances/a
# Rename instance a-lxops-new-000000 to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new-000000
# Prevent instance a-lxops-old-000000 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old-000000
# Set autostart of instance a
lxops query -X PATCH -d '{"config":{"boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"new","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
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
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Delete instance a-lxops-old-000000
lxops query -X DELETE /1.0/instances/a-lxops-old-000000
