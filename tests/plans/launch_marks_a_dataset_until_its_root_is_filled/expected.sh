#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/lxops/a
zfs create -o lxops:unfinished=tank/lxops/a tank/lxops/a
# Create directory /srv/lxops
mkdir -p -- /srv/lxops
# Copy /srv/lxops/t to /srv/lxops/a.partial
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a.partial/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete -- /srv/lxops/t/ /srv/lxops/a.partial/
# Rename the copy to /srv/lxops/a
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Copy /tank/lxops/t to /tank/lxops/a
while read -r _ _ _ _ at _; do case $at/ in /tank/lxops/a/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete -- /tank/lxops/t/ /tank/lxops/a/
# Mark dataset tank/lxops/a as finished
zfs inherit lxops:unfinished tank/lxops/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"all,files"},"devices":{"files":{"type":"disk","path":"/files","source":"/srv/lxops/a"},"all":{"type":"disk","path":"/all","source":"/tank/lxops/a"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
