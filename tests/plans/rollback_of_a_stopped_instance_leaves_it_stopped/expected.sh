#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Roll back dataset tank/lxops/a to s1
tries=0; until zfs rollback tank/lxops/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Roll back dataset tank/more/a to s1
tries=0; until zfs rollback tank/more/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
