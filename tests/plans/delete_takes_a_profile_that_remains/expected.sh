#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
