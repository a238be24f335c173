#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# for all instances
# Create dataset tank/shared
zfs create -o lxops:unowned=tank/shared tank/shared

# instance a
# Create directory /tank/shared/a
mkdir -p -m 755 -- /tank/shared/a
# Change the owner of /tank/shared, /tank/shared/a to the container's root
chown -h 1000000:1000000 -- /tank/shared /tank/shared/a
# Mark dataset tank/shared as owned by the container's root
zfs inherit lxops:unowned tank/shared
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"x"},"devices":{"x":{"type":"disk","path":"/x","source":"/tank/shared/a"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/shared /tank/shared/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a

# instance b
# Create directory /tank/shared/b
mkdir -p -m 755 -- /tank/shared/b
# Change the owner of /tank/shared, /tank/shared/b to the container's root
chown -h 1000000:1000000 -- /tank/shared /tank/shared/b
# Mark dataset tank/shared as owned by the container's root
zfs inherit lxops:unowned tank/shared
# Create profile b.lxops
lxops query -X POST -d '{"name":"b.lxops","description":"/c/b.yaml","config":{"user.lxops.devices":"x"},"devices":{"x":{"type":"disk","path":"/x","source":"/tank/shared/b"}}}' /1.0/profiles
# Create instance b from tiny
lxops query -X POST -d '{"name":"b","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","b.lxops"],"config":{"user.lxops.config":"/c/b.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap b)" -- /tank/shared /tank/shared/b
# Start instance b
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/b/state
# Wait for network
lxops instance wait -timeout 60 -until network b
