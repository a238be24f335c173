#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/lxops/a/deep" belongs to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /srv/lxops/a/deep; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /srv/lxops/a/deep, with the ids that "lxops instance idmap a" prints
# Create dataset tank/cache/a
zfs create -o lxops:unowned=tank/cache/a tank/cache/a
# Create dataset tank/lxops/a
zfs create -o lxops:unowned=tank/lxops/a tank/lxops/a
# Create directory /tank/cache/a/tmp
mkdir -p -m 755 -- /tank/cache/a/tmp
# Change the owner of /tank/cache/a, /tank/lxops/a, /tank/cache/a/tmp to the container's root
chown -h 1000000:1000000 -- /tank/cache/a /tank/lxops/a /tank/cache/a/tmp
# Mark datasets tank/cache/a, tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/cache/a tank/lxops/a
# Remove the unfinished copy /srv/lxops/a/deep/www.partial
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a/deep/www.partial/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a/deep/www.partial
# Copy /srv/lxops/t/deep/www to /srv/lxops/a/deep/www.partial
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a/deep/www.partial/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete -- /srv/lxops/t/deep/www/ /srv/lxops/a/deep/www.partial/
# Rename the copy to /srv/lxops/a/deep/www
mv -T -- /srv/lxops/a/deep/www.partial /srv/lxops/a/deep/www
# Copy /tank/lxops/t/home to /tank/lxops/a/home.partial
while read -r _ _ _ _ at _; do case $at/ in /tank/lxops/a/home.partial/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete -- /tank/lxops/t/home/ /tank/lxops/a/home.partial/
# Rename the copy to /tank/lxops/a/home
mv -T -- /tank/lxops/a/home.partial /tank/lxops/a/home
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"deep,home,tmp,www"},"devices":{"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/deep/www"},"deep":{"type":"disk","path":"/srv/more","source":"/srv/lxops/a/deep/www/more"},"tmp":{"type":"disk","path":"/var/cache","source":"/tank/cache/a/tmp"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/cache/a /tank/lxops/a /tank/cache/a/tmp
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
