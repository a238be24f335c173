#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Delete instance a-lxops-old-abc123
lxops query -X DELETE /1.0/instances/a-lxops-old-abc123
# Delete instance a-lxops-new-def456
lxops query -X DELETE /1.0/instances/a-lxops-new-def456
