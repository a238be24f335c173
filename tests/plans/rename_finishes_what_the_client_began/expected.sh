#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "a.yaml" still means "a"; from now on add --name b, or rename the file to b.yaml
# Note that instance b must be started again
lxops query -X PATCH -d '{"config":{"user.lxops.restart":"true"}}' /1.0/instances/b
# Stop instance b
lxops instance stop -wait-stop 5 b
# Note that instance b is being renamed
lxops query -X PATCH -d '{"config":{"user.lxops.rename":"a b"}}' /1.0/instances/b
# Remove profile a.lxops from instance b
lxops query -X PATCH -d '{"profiles":["default"]}' /1.0/instances/b
# Create directory /srv
mkdir -p -- /srv
# Rename directory /srv/a to /srv/b
mv -T -- /srv/a /srv/b
# Rename profile a.lxops to b.lxops
lxops query -X POST -d '{"name":"b.lxops"}' /1.0/profiles/a.lxops
# Update profile b.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"data"},"devices":{"data":{"type":"disk","path":"/data","source":"/srv/b/data"}}}' /1.0/profiles/b.lxops
# Add profile b.lxops to instance b
lxops query -X PATCH -d '{"profiles":["default","b.lxops"]}' /1.0/instances/b
# Start instance b
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/b/state
# Remove the note that instance b was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/b
# Remove the note that instance b was renamed
lxops query -X PATCH -d '{"config":{"user.lxops.rename":""}}' /1.0/instances/b
