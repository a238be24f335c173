#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create directory /srv/a
mkdir -p -m 700 -- /srv/a.partial
# Create directory /srv/a/home
mkdir -p -m 755 -- /srv/a.partial/home
# Change the owner of /srv/a/home to the container's root
chown -h 0:0 -- /srv/a.partial/home
# Rename the new directories in /srv to /srv/a
mv -T -- /srv/a.partial /srv/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"home"},"devices":{"home":{"type":"disk","path":"/home","source":"/srv/a/home"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"virtual-machine","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network, exec
lxops instance wait -timeout 60 -until network,exec a
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Run true (a.cfg)
batch
