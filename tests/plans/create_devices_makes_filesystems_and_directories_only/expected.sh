#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/cache/a
zfs create -o lxops:unowned=tank/cache/a tank/cache/a
# Create dataset tank/lxops/a
zfs create -o lxops:unowned=tank/lxops/a tank/lxops/a
# Create directories /srv/lxops/a, /srv/lxops/a/deep, /srv/lxops/a/deep/www, /srv/lxops/a/deep/www/more, /tank/cache/a/tmp, /tank/lxops/a/home
mkdir -p -m 755 -- /srv/lxops/a.partial /srv/lxops/a.partial/deep /srv/lxops/a.partial/deep/www /srv/lxops/a.partial/deep/www/more /tank/cache/a/tmp /tank/lxops/a/home
# Change the owner of /tank/cache/a, /tank/lxops/a, /srv/lxops/a, /srv/lxops/a/deep, /srv/lxops/a/deep/www, /srv/lxops/a/deep/www/more, /tank/cache/a/tmp, /tank/lxops/a/home to the container's root
chown -h 1000000:1000000 -- /tank/cache/a /tank/lxops/a /srv/lxops/a.partial /srv/lxops/a.partial/deep /srv/lxops/a.partial/deep/www /srv/lxops/a.partial/deep/www/more /tank/cache/a/tmp /tank/lxops/a/home
# Rename the new directories in /srv/lxops to /srv/lxops/a
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Mark datasets tank/cache/a, tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/cache/a tank/lxops/a
