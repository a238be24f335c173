#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/tank/lxops/a/home" belongs to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /tank/lxops/a/home; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /tank/lxops/a/home, with the ids that "lxops instance idmap a" prints
# Create dataset tank/cache/a
zfs create -o lxops:unowned=tank/cache/a tank/cache/a
# Create directory /srv/lxops
mkdir -p -- /srv/lxops
# Copy /srv/lxops/t@v1 to /srv/lxops/a.partial
cp -a -T -x --reflink=auto --sparse=auto -- /srv/lxops/t@v1 /srv/lxops/a.partial
# Rename the copy to /srv/lxops/a
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Create directory /tank/cache/a/tmp
mkdir -p -m 755 -- /tank/cache/a/tmp
# Change the owner of /tank/cache/a, /tank/cache/a/tmp to the container's root
chown -h 1000000:1000000 -- /tank/cache/a /tank/cache/a/tmp
# Mark dataset tank/cache/a as owned by the container's root
zfs inherit lxops:unowned tank/cache/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"deep,home,tmp,www"},"devices":{"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/deep/www"},"deep":{"type":"disk","path":"/srv/more","source":"/srv/lxops/a/deep/www/more"},"tmp":{"type":"disk","path":"/var/cache","source":"/tank/cache/a/tmp"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/cache/a /tank/cache/a/tmp
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
