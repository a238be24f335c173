#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Take the protection from deletion from instance a-lxops-old
lxops query -X PATCH -d '{"config":{"security.protection.delete":"false"}}' /1.0/instances/a-lxops-old
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
