#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Device "data" moves from "/srv/prod/a/data" to "/srv/test/a/data"
# note: Device "home" moves from "/tank/prod/a/home" to "/tank/test/a/home"
# note: Device "vol" moves from "volume:default/prod-a" to "volume:default/test-a"
# Create volume:default/test-a
lxops query -X POST -d '{"name":"test-a","config":{"user.lxops.config":"/c/a.yaml"}}' /1.0/storage-pools/default/volumes/custom
# Create dataset tank/test
zfs create -p tank/test
# Create dataset tank/test/a
zfs create -o lxops:unowned=tank/test/a tank/test/a
# Create directories /srv/test/a, /srv/test/a/data, /tank/test/a/home
mkdir -p -m 755 -- /srv/test/a.partial /srv/test/a.partial/data /tank/test/a/home
# Give /tank/test/a, /srv/test/a, /srv/test/a/data, /tank/test/a/home to the container's root
chown -h 1000000:1000000 -- /tank/test/a /srv/test/a.partial /srv/test/a.partial/data /tank/test/a/home
# Give directories in /srv/test the name /srv/test/a
mv -T -- /srv/test/a.partial /srv/test/a
# Mark dataset tank/test/a as given to the container's root
zfs inherit lxops:unowned tank/test/a
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/test/a /srv/test/a /srv/test/a/data /tank/test/a/home
# Update profile a.lxops
lxops query -X PUT -d '{"description":"/c/a.yaml","config":{"user.lxops.devices":"data,home,vol"},"devices":{"data":{"type":"disk","path":"/data","source":"/srv/test/a/data"},"home":{"type":"disk","path":"/home","source":"/tank/test/a/home"},"vol":{"type":"disk","path":"/vol","pool":"default","source":"test-a"}}}' /1.0/profiles/a.lxops
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.properties":"{\"env\":\"test\"}"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
