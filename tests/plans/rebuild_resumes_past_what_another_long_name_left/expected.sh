#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# Wait for network
lxops instance wait -timeout 60 -until network long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# Mark instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# Delete instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-def456
lxops query -X DELETE /1.0/instances/long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-def456
