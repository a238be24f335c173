#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Take snapshot volume:default/a-data@s1
lxops query -X POST -d '{"name":"s1"}' /1.0/storage-pools/default/volumes/custom/a-data/snapshots
