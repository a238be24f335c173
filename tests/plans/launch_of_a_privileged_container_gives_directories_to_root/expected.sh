#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create directory /srv/a
mkdir -p -m 700 -- /srv/a.partial
# Create directory /srv/a/x
mkdir -p -m 755 -- /srv/a.partial/x
# Change the owner of /srv/a/x to the container's root
chown -h 0:0 -- /srv/a.partial/x
# Rename the new directories in /srv to /srv/a
mv -T -- /srv/a.partial /srv/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"x"},"devices":{"x":{"type":"disk","path":"/x","source":"/srv/a/x"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"security.privileged":"true","user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
