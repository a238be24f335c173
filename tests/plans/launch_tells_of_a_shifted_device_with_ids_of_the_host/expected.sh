#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Device "home" has shift, but "/srv/lxops/a/home" belongs to 1000000:1000000 of the host: what it has should belong to the container's own ids, from 0
# note: every user of this machine can reach "/srv/lxops/a", where the root of device "home" is root of the machine: a setuid program made in there would give them root. To close it: chmod 700 /srv/lxops/a
# Create dataset tank/lxops/a
zfs create -o lxops:unowned=tank/lxops/a tank/lxops/a
# Create directory /tank/lxops/a/log
mkdir -p -m 755 -- /tank/lxops/a/log
# Change the owner of /tank/lxops/a, /tank/lxops/a/log to the container's root
chown -h 1000000:1000000 -- /tank/lxops/a /tank/lxops/a/log
# Mark dataset tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/lxops/a
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
