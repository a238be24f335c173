#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create directories /srv/d, /srv/d/x
mkdir -p -m 755 -- /srv/d.partial /srv/d.partial/x
# Change the owner of /srv/d, /srv/d/x to the container's root
chown -h 1000000:1000000 -- /srv/d.partial /srv/d.partial/x
# Rename the new directories in /srv to /srv/d
mv -T -- /srv/d.partial /srv/d
# Update profile web-a
lxops query -X PUT -d '{"description":"by hand","config":{"limits.cpu":"2","user.lxops.devices":"x"},"devices":{"usb":{"type":"usb"},"x":{"type":"disk","path":"/x","source":"/srv/d/x"}}}' /1.0/profiles/web-a
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","web-a"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /srv/d /srv/d/x
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
