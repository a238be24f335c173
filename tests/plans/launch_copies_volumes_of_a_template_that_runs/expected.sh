#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Note that instance t must be unfrozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"true"}}' /1.0/instances/t
# Freeze instance t
lxops query -X PUT -d '{"action":"freeze","timeout":-1,"force":false}' /1.0/instances/t/state
# Copy volume:default/t-data to volume:default/a-data.partial
lxops query -X POST -d '{"name":"a-data.partial","source":{"type":"copy","pool":"default","name":"t-data","volume_only":true}}' /1.0/storage-pools/default/volumes/custom
# Mark volume:default/a-data.partial as made by lxops
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml"}}' /1.0/storage-pools/default/volumes/custom/a-data.partial
# Rename the copy to volume:default/a-data
lxops query -X POST -d '{"name":"a-data"}' /1.0/storage-pools/default/volumes/custom/a-data.partial
# Unfreeze instance t
lxops query -X PUT -d '{"action":"unfreeze","timeout":-1,"force":false}' /1.0/instances/t/state
# Remove the note that instance t was frozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":""}}' /1.0/instances/t
# Create dataset tank/a
zfs create -o lxops:unowned=tank/a tank/a
# Change the owner of /tank/a to the container's root
chown -h 1000000:1000000 -- /tank/a
# Mark dataset tank/a as owned by the container's root
zfs inherit lxops:unowned tank/a
# Note that instance t must be unfrozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"true"}}' /1.0/instances/t
# Freeze instance t
lxops query -X PUT -d '{"action":"freeze","timeout":-1,"force":false}' /1.0/instances/t/state
# Copy /tank/t/srv to /tank/a/srv.partial
while read -r _ _ _ _ at _; do case $at/ in /tank/a/srv.partial/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete -- /tank/t/srv/ /tank/a/srv.partial/
# Rename the copy to /tank/a/srv
mv -T -- /tank/a/srv.partial /tank/a/srv
# Unfreeze instance t
lxops query -X PUT -d '{"action":"unfreeze","timeout":-1,"force":false}' /1.0/instances/t/state
# Remove the note that instance t was frozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":""}}' /1.0/instances/t
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"home,srv"},"devices":{"srv":{"type":"disk","path":"/srv","source":"/tank/a/srv"},"home":{"type":"disk","path":"/home","pool":"default","source":"a-data"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
