#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Mark instance a-lxops-old as the old one
lxops query -X PATCH -d '{"config":{"user.lxops.nics":"{\"config\":{\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"old","user.lxops.of":"a"}}' /1.0/instances/a-lxops-old
# Prevent instance a-lxops-old from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Run echo hello (a.cfg)
batch
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
