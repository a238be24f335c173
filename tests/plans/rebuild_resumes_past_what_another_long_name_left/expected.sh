#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# Prevent instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-def456 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-def456
# Wait for network
lxops instance wait -timeout 60 -until network long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# Mark instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# Delete instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-def456
lxops query -X DELETE /1.0/instances/long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-def456
