#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Device "home" has content in "/tank/lxops/a/home", which stays as it is
# note: "/srv/lxops/a/deep", "/srv/lxops/a/log", "/tank/lxops/a/home", "/tank/whole/a" belong to root of the machine, so that the container's root cannot write there. If a run that was cut off left that: chown -h "$(lxops instance idmap a)" -- /srv/lxops/a/deep /srv/lxops/a/log /tank/lxops/a/home /tank/whole/a
# Create directories /srv/cache/a, /srv/cache/a/tmp
mkdir -p -m 755 -- /srv/cache/a.partial /srv/cache/a.partial/tmp
# Change the owner of /srv/cache/a, /srv/cache/a/tmp to the container's root
chown -h 1000000:1000000 -- /srv/cache/a.partial /srv/cache/a.partial/tmp
# Rename the new directories in /srv/cache to /srv/cache/a
mv -T -- /srv/cache/a.partial /srv/cache/a
# Create directory /srv/lxops/a/deep/www.partial
mkdir -m 700 -- /srv/lxops/a/deep/www.partial
# Create directory /srv/lxops/a/log.partial
mkdir -m 700 -- /srv/lxops/a/log.partial
# Create directory /srv/plain
mkdir -p -- /srv/plain
# Create directory /srv/plain/a.partial
mkdir -m 700 -- /srv/plain/a.partial
# Mark dataset tank/whole/a as unfinished
zfs set lxops:unfinished=tank/whole/a tank/whole/a
# Create instance a-lxops-extract from tiny, to take content out of it
lxops query -X POST -d '{"name":"a-lxops-extract","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":[],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.extract":"a"},"devices":{"root":{"type":"disk","path":"/","pool":"default"}},"ephemeral":false,"description":"Out of which lxops takes content for a"}' /1.0/instances
# Back up instance a-lxops-extract
lxops query -X POST -d '{"name":"lxops","instance_only":true,"optimized_storage":false,"compression_algorithm":"none"}' /1.0/instances/a-lxops-extract/backups
# Unpack /srv/www of tiny into /srv/lxops/a/deep/www.partial
{ lxops instance content -backup lxops -ids-of a a-lxops-extract /srv/www || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/lxops/a/deep/www.partial
# Unpack /var/log of tiny into /srv/lxops/a/log.partial
{ lxops instance content -backup lxops -ids-of a a-lxops-extract /var/log || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/lxops/a/log.partial
# Unpack /etc/app of tiny into /srv/plain/a.partial
{ lxops instance content -backup lxops -ids-of a a-lxops-extract /etc/app || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/plain/a.partial
# Unpack /var/lib of tiny into /tank/whole/a
{ lxops instance content -backup lxops -ids-of a a-lxops-extract /var/lib || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/tank/whole/a
# Delete instance a-lxops-extract
lxops query -X DELETE /1.0/instances/a-lxops-extract
# Rename the copy to /srv/lxops/a/deep/www
mv -T -- /srv/lxops/a/deep/www.partial /srv/lxops/a/deep/www
# Rename the copy to /srv/lxops/a/log
mv -T -- /srv/lxops/a/log.partial /srv/lxops/a/log
# Rename the copy to /srv/plain/a
mv -T -- /srv/plain/a.partial /srv/plain/a
# Mark dataset tank/whole/a as finished
zfs inherit lxops:unfinished tank/whole/a
