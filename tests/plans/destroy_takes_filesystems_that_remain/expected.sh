#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Destroy directory /srv/lxops/a
rm -r -f --one-file-system -- /srv/lxops/a
# Destroy dataset tank/lxops/a
zfs destroy -r tank/lxops/a
