#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys dataset tank/a (size unknown), 0 snapshots, 0 clones, at /tank/a
# Destroy dataset tank/a
tries=0; until zfs destroy -r tank/a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
