#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Prevent instance a-lxops-old from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old
# Wait for network
lxops instance wait -timeout 60 -until network a
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
