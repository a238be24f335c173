#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/cache/a/tmp", "/srv/lxops/a/deep", "/srv/lxops/a/log", "/srv/plain/a", "/tank/lxops/a/home", "/tank/whole/a" belong to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /srv/cache/a/tmp /srv/lxops/a/deep /srv/lxops/a/log /srv/plain/a /tank/lxops/a/home /tank/whole/a; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /srv/cache/a/tmp /srv/lxops/a/deep /srv/lxops/a/log /srv/plain/a /tank/lxops/a/home /tank/whole/a, with the ids that "lxops instance idmap a" prints
# Delete instance a-lxops-extract, left by an earlier run
lxops query -X DELETE /1.0/instances/a-lxops-extract
# Remove the unfinished copy /srv/lxops/a/deep/www.partial
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a/deep/www.partial/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a/deep/www.partial
# Create directory /srv/lxops/a/deep/www.partial
mkdir -m 700 -- /srv/lxops/a/deep/www.partial
# Empty /tank/whole/a
while read -r _ _ _ _ at _; do case $at/ in /tank/whole/a/?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -rx --delete '--filter=hide *' -- /tank/whole/a/ /tank/whole/a/
# Create instance a-lxops-extract from tiny, to take content out of it
lxops query -X POST -d '{"name":"a-lxops-extract","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":[],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.extract":"a"},"devices":{"root":{"type":"disk","path":"/","pool":"default"}},"ephemeral":false,"description":"Out of which lxops takes content for a"}' /1.0/instances
# Back up instance a-lxops-extract
lxops query -X POST -d '{"name":"lxops","instance_only":true,"optimized_storage":false,"compression_algorithm":"none"}' /1.0/instances/a-lxops-extract/backups
# Unpack /srv/www of tiny into /srv/lxops/a/deep/www.partial
{ lxops instance content -backup lxops -ids-of a-lxops-extract a-lxops-extract /srv/www || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/lxops/a/deep/www.partial
# Unpack /var/lib of tiny into /tank/whole/a
{ lxops instance content -backup lxops -ids-of a-lxops-extract a-lxops-extract /var/lib || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/tank/whole/a
# Delete instance a-lxops-extract
lxops query -X DELETE /1.0/instances/a-lxops-extract
# Rename the copy to /srv/lxops/a/deep/www
mv -T -- /srv/lxops/a/deep/www.partial /srv/lxops/a/deep/www
# Mark dataset tank/whole/a as finished
zfs inherit lxops:unfinished tank/whole/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"etc,home,lib,log,tmp,www"},"devices":{"tmp":{"type":"disk","path":"/var/tmp","source":"/srv/cache/a/tmp"},"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/deep/www"},"log":{"type":"disk","path":"/var/log","source":"/srv/lxops/a/log"},"etc":{"type":"disk","path":"/etc/app","source":"/srv/plain/a"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"},"lib":{"type":"disk","path":"/var/lib","source":"/tank/whole/a"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
