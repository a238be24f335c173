#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "tank/lxops/b" on "backup.example.org" has the snapshot already
# note: whether an instance runs with them on "backup.example.org" is not known; stop it there first
# Remove /srv/it's b.lxops-copied@s2 on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'rm -d -f -- '\''/srv/it'\''\'\'''\''s b.lxops-copied@s2'\''' </dev/null
