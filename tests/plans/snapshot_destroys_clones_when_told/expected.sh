#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: dataset tank/clone is a clone, and goes too (5M)
# Destroy snapshot tank/lxops/a@s1
tries=0; until zfs destroy -R tank/lxops/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Destroy snapshot tank/more/a@s1
tries=0; until zfs destroy -R tank/more/a@s1; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Remove snapshot /srv/lxops/a@s1
rm -r -f --one-file-system -- /srv/lxops/a@s1
