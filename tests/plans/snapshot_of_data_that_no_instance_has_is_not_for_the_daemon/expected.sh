#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Copy /srv/lxops/a to /srv/lxops/a@s2.partial
cp -a -T -x --reflink=auto --sparse=auto -- /srv/lxops/a /srv/lxops/a@s2.partial
# Take snapshots tank/lxops/a@s2, tank/more/a@s2
zfs snapshot tank/lxops/a@s2 tank/more/a@s2
# Rename the copy to /srv/lxops/a@s2
mv -T -- /srv/lxops/a@s2.partial /srv/lxops/a@s2
