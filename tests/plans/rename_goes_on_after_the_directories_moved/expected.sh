#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "a.yaml" still means "a"; from now on add --name b, or rename the file to b.yaml
# Rename profile a.lxops to b.lxops
lxops query -X POST -d '{"name":"b.lxops"}' /1.0/profiles/a.lxops
# Update profile b.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"home,shared,www"},"devices":{"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/b/www"},"shared":{"type":"disk","path":"/shared","source":"/srv/shared/shared"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/b/home"}}}' /1.0/profiles/b.lxops
# Add profile b.lxops to instance b
lxops query -X PATCH -d '{"profiles":["default","b.lxops"]}' /1.0/instances/b
# Start instance b
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/b/state
# Remove the note that instance b was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/b
# Remove the note that instance b was renamed
lxops query -X PATCH -d '{"config":{"user.lxops.rename":""}}' /1.0/instances/b
