#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Instance "b" continues to use a volume while its snapshot is taken
# Note that a snapshot of instance a is being taken
lxops query -X PATCH -d '{"config":{"user.lxops.snapshot":"s1"}}' /1.0/instances/a
# Take snapshot volume:default/a-data@s1
lxops query -X POST -d '{"name":"s1"}' /1.0/storage-pools/default/volumes/custom/a-data/snapshots
# Take snapshot volume:fast/a-mail@s1
lxops query -X POST -d '{"name":"s1"}' /1.0/storage-pools/fast/volumes/custom/a-mail/snapshots
# Remove the note that a snapshot was being taken
lxops query -X PATCH -d '{"config":{"user.lxops.snapshot":""}}' /1.0/instances/a
