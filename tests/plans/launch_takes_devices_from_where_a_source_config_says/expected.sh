#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/lxops/a
zfs create -o lxops:unowned=tank/lxops/a tank/lxops/a
# Change the owner of /tank/lxops/a to the container's root
chown -h 1000000:1000000 -- /tank/lxops/a
# Mark dataset tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/lxops/a
# Copy /tank/src/s/h to /tank/lxops/a/home.partial
while read -r _ _ _ _ at _; do case $at/ in /tank/lxops/a/home.partial/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete -- /tank/src/s/h/ /tank/lxops/a/home.partial/
# Rename the copy to /tank/lxops/a/home
mv -T -- /tank/lxops/a/home.partial /tank/lxops/a/home
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"home"},"devices":{"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/lxops/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
