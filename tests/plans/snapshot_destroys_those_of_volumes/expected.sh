#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Delete snapshot volume:default/a-data@s1
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data/snapshots/s1
