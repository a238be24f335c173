#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Destroy snapshot tank/a@lxops-rebuild-abc123-a, taken by an unfinished rebuild
tries=0; until zfs destroy tank/a@lxops-rebuild-abc123-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete instance a-lxops-old-abc123
lxops query -X DELETE /1.0/instances/a-lxops-old-abc123
