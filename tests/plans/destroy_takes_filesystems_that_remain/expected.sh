#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Destroy dataset tank/lxops/a
zfs destroy -r tank/lxops/a
# Destroy directory /srv/lxops/a
rm -r -f --one-file-system -- /srv/lxops/a
