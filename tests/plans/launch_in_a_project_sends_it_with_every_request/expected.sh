#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a (project web)
# Create directories /srv/web/a, /srv/web/a/x
mkdir -p -m 755 -- /srv/web/a.partial /srv/web/a.partial/x
# Change the owner of /srv/web/a, /srv/web/a/x to the container's root
chown -h 1000000:1000000 -- /srv/web/a.partial /srv/web/a.partial/x
# Rename the new directories in /srv/web to /srv/web/a
mv -T -- /srv/web/a.partial /srv/web/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"x"},"devices":{"x":{"type":"disk","path":"/x","source":"/srv/web/a/x"}}}' '/1.0/profiles?project=web'
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' '/1.0/instances?project=web'
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap -project web a)" -- /srv/web/a /srv/web/a/x
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' '/1.0/instances/a/state?project=web'
# Wait for network
lxops instance wait -project web -timeout 60 -until network a
