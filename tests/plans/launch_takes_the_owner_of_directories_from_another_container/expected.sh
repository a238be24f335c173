#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create directory /srv/a
mkdir -p -m 755 -- /srv/a.partial
# Change the owner of /srv/a to the container's root
chown -h 231072:300000 -- /srv/a.partial
# Rename the new directory in /srv to /srv/a
mv -T -- /srv/a.partial /srv/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /srv/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
