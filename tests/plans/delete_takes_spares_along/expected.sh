#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete instance a-lxops-old-abc123, a spare
lxops query -X DELETE /1.0/instances/a-lxops-old-abc123
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
