#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/lxops/a
zfs create -o lxops:unowned=tank/lxops/a tank/lxops/a
# Create directory /srv/lxops/a
mkdir -p -m 700 -- /srv/lxops/a.partial
# Create directories /srv/lxops/a/home, /tank/lxops/a/log
mkdir -p -m 755 -- /srv/lxops/a.partial/home /tank/lxops/a/log
# Change the owner of /tank/lxops/a, /tank/lxops/a/log to the container's root
chown -h 1000000:1000000 -- /tank/lxops/a /tank/lxops/a/log
# Rename the new directories in /srv/lxops to /srv/lxops/a
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Mark dataset tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/lxops/a
# Create directory /srv/lxops/a/www.partial
mkdir -m 700 -- /srv/lxops/a/www.partial
# Create instance a-lxops-extract from tiny, to take content out of it
lxops query -X POST -d '{"name":"a-lxops-extract","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":[],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.extract":"a"},"devices":{"root":{"type":"disk","path":"/","pool":"default"}},"ephemeral":false,"description":"Out of which lxops takes content for a"}' /1.0/instances
# Back up instance a-lxops-extract
lxops query -X POST -d '{"name":"lxops","instance_only":true,"optimized_storage":false,"compression_algorithm":"none"}' /1.0/instances/a-lxops-extract/backups
# Unpack /srv/www of tiny into /srv/lxops/a/www.partial
{ lxops instance content -backup lxops -owner 0:0 a-lxops-extract /srv/www || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/lxops/a/www.partial
# Delete instance a-lxops-extract
lxops query -X DELETE /1.0/instances/a-lxops-extract
# Rename the copy to /srv/lxops/a/www
mv -T -- /srv/lxops/a/www.partial /srv/lxops/a/www
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"home,log,www"},"devices":{"home":{"type":"disk","path":"/home","source":"/srv/lxops/a/home","shift":"true"},"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/www","shift":"true"},"log":{"type":"disk","path":"/var/log","source":"/tank/lxops/a/log"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/lxops/a /tank/lxops/a/log
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
