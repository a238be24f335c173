#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "tank/lxops/b" on "backup.example.org" has the snapshot already, and snapshots "later", which are newer than "tank/lxops/b@s2"
# note: whether an instance runs with them on "backup.example.org" is not known; stop it there first
# nothing to do
