#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/lxops/a
zfs create -o lxops:unowned=tank/lxops/a tank/lxops/a
# Create dataset tank/whole/a
zfs create -o lxops:unfinished=tank/whole/a tank/whole/a
# Create directories /srv/cache/a, /srv/cache/a/tmp, /srv/lxops/a, /srv/lxops/a/deep, /srv/lxops/a/log
mkdir -p -m 755 -- /srv/cache/a.partial /srv/cache/a.partial/tmp /srv/lxops/a.partial /srv/lxops/a.partial/deep /srv/lxops/a.partial/log
# Change the owner of /tank/lxops/a, /srv/cache/a, /srv/cache/a/tmp, /srv/lxops/a, /srv/lxops/a/deep, /srv/lxops/a/log to the container's root
chown -h 1000000:1000000 -- /tank/lxops/a /srv/cache/a.partial /srv/cache/a.partial/tmp /srv/lxops/a.partial /srv/lxops/a.partial/deep /srv/lxops/a.partial/log
# Rename the new directories in /srv/cache to /srv/cache/a
mv -T -- /srv/cache/a.partial /srv/cache/a
# Rename the new directories in /srv/lxops to /srv/lxops/a
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Mark dataset tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/lxops/a
# Create directory /srv/lxops/a/deep/www.partial
mkdir -m 700 -- /srv/lxops/a/deep/www.partial
# Create directory /srv/plain
mkdir -p -- /srv/plain
# Create directory /srv/plain/a.partial
mkdir -m 700 -- /srv/plain/a.partial
# Create directory /tank/lxops/a/home.partial
mkdir -m 700 -- /tank/lxops/a/home.partial
# Create instance a-lxops-extract from tiny, to take content out of it
lxops query -X POST -d '{"name":"a-lxops-extract","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":[],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.extract":"a"},"devices":{"root":{"type":"disk","path":"/","pool":"default"}},"ephemeral":false,"description":"Out of which lxops takes content for a"}' /1.0/instances
# Back up instance a-lxops-extract
lxops query -X POST -d '{"name":"lxops","instance_only":true,"optimized_storage":false,"compression_algorithm":"none"}' /1.0/instances/a-lxops-extract/backups
# Unpack /srv/www of tiny into /srv/lxops/a/deep/www.partial
{ lxops instance content -backup lxops -ids-of a-lxops-extract a-lxops-extract /srv/www || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/lxops/a/deep/www.partial
# Unpack /etc/app of tiny into /srv/plain/a.partial
{ lxops instance content -backup lxops -ids-of a-lxops-extract a-lxops-extract /etc/app || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/srv/plain/a.partial
# Unpack /home of tiny into /tank/lxops/a/home.partial
{ lxops instance content -backup lxops -ids-of a-lxops-extract a-lxops-extract /home || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/tank/lxops/a/home.partial
# Unpack /var/lib of tiny into /tank/whole/a
{ lxops instance content -backup lxops -ids-of a-lxops-extract a-lxops-extract /var/lib || echo failed; } | tar --extract --file=- --numeric-owner --xattrs '--xattrs-include=*' --same-owner --preserve-permissions --delay-directory-restore --warning=no-timestamp --directory=/tank/whole/a
# Delete instance a-lxops-extract
lxops query -X DELETE /1.0/instances/a-lxops-extract
# Rename the copy to /srv/lxops/a/deep/www
mv -T -- /srv/lxops/a/deep/www.partial /srv/lxops/a/deep/www
# Rename the copy to /srv/plain/a
mv -T -- /srv/plain/a.partial /srv/plain/a
# Rename the copy to /tank/lxops/a/home
mv -T -- /tank/lxops/a/home.partial /tank/lxops/a/home
# Mark dataset tank/whole/a as finished
zfs inherit lxops:unfinished tank/whole/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"etc,home,lib,log,tmp,www"},"devices":{"tmp":{"type":"disk","path":"/var/tmp","source":"/srv/cache/a/tmp"},"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/deep/www"},"log":{"type":"disk","path":"/var/log","source":"/srv/lxops/a/log"},"etc":{"type":"disk","path":"/etc/app","source":"/srv/plain/a"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"},"lib":{"type":"disk","path":"/var/lib","source":"/tank/whole/a"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/lxops/a /srv/cache/a /srv/cache/a/tmp /srv/lxops/a /srv/lxops/a/deep /srv/lxops/a/log
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
