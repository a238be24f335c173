#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Delete instance a-lxops-extract
lxops query -X DELETE /1.0/instances/a-lxops-extract
