#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Destroy snapshot tank/a@lxops-rebuild-def456-a, taken by an earlier rebuild that failed
tries=0; until zfs destroy tank/a@lxops-rebuild-def456-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
