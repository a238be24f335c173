#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Stop instance a
lxops query -X PUT -d '{"action":"stop","timeout":5,"force":false}' /1.0/instances/a/state || lxops query -X PUT -d '{"action":"stop","timeout":-1,"force":true}' /1.0/instances/a/state
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
