#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys dataset tank/a (1M), 0 snapshots, 0 clones, at /tank/a
# note: destroys volume:default/a-data (5.0M), 1 snapshot
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
# Destroy dataset tank/a
tries=0; until zfs destroy -r tank/a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete volume:default/a-data
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data
