#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys volume:default/a-data (5.0M), 0 snapshots
# Delete volume:default/a-data
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data
