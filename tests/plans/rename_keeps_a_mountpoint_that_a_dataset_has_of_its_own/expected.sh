#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "a.yaml" still means "a"; from now on add --name b, or rename the file to b.yaml
# Note that instance a is being renamed
lxops query -X PATCH -d '{"config":{"user.lxops.rename":"a b"}}' /1.0/instances/a
# Rename instance a to b
lxops query -X POST -d '{"name":"b"}' /1.0/instances/a
# Remove profile a.lxops from instance b
lxops query -X PATCH -d '{"profiles":["default"]}' /1.0/instances/b
# Rename directory /srv/lxops/a@s1 to /srv/lxops/b@s1
mv -T -- /srv/lxops/a@s1 /srv/lxops/b@s1
# Rename directory /srv/lxops/a to /srv/lxops/b
mv -T -- /srv/lxops/a /srv/lxops/b
# Unmount dataset tank/lxops/a
tries=0; until zfs unmount tank/lxops/a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Rename dataset tank/lxops/a to tank/lxops/b
tries=0; until zfs rename tank/lxops/a tank/lxops/b; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Mount dataset tank/lxops/b
zfs mount tank/lxops/b
# Rename profile a.lxops to b.lxops
lxops query -X POST -d '{"name":"b.lxops"}' /1.0/profiles/a.lxops
# Update profile b.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"home,shared,www"},"devices":{"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/b/www"},"shared":{"type":"disk","path":"/shared","source":"/srv/shared/shared"},"home":{"type":"disk","path":"/home","source":"/elsewhere/home"}}}' /1.0/profiles/b.lxops
# Add profile b.lxops to instance b
lxops query -X PATCH -d '{"profiles":["default","b.lxops"]}' /1.0/instances/b
# Remove the note that instance b was renamed
lxops query -X PATCH -d '{"config":{"user.lxops.rename":""}}' /1.0/instances/b
