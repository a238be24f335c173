#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a (project web)
# Create directories /srv/a, /srv/a/d
mkdir -p -m 755 -- /srv/a.partial /srv/a.partial/d
# Change the owner of /srv/a, /srv/a/d to the container's root
chown -h 1000000:1000000 -- /srv/a.partial /srv/a.partial/d
# Rename the new directories in /srv to /srv/a
mv -T -- /srv/a.partial /srv/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"d"},"devices":{"d":{"type":"disk","path":"/d","source":"/srv/a/d"}}}' '/1.0/profiles?project=web'
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' '/1.0/instances?project=web'
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap -project web a)" -- /srv/a /srv/a/d
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' '/1.0/instances/a/state?project=web'
# Wait for network
lxops instance wait -project web -timeout 60 -until network a
