#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/cache/a/tmp", "/srv/lxops/a/deep", "/srv/lxops/a/deep/www", "/srv/lxops/a/log", "/srv/plain/a", "/tank/lxops/a/home", "/tank/whole/a" belong to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /srv/cache/a/tmp /srv/lxops/a/deep /srv/lxops/a/deep/www /srv/lxops/a/log /srv/plain/a /tank/lxops/a/home /tank/whole/a; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /srv/cache/a/tmp /srv/lxops/a/deep /srv/lxops/a/deep/www /srv/lxops/a/log /srv/plain/a /tank/lxops/a/home /tank/whole/a, with the ids that "lxops instance idmap a" prints
# Delete instance a-lxops-extract, left by an earlier run
lxops query -X DELETE /1.0/instances/a-lxops-extract
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"etc,home,lib,log,tmp,www"},"devices":{"tmp":{"type":"disk","path":"/var/tmp","source":"/srv/cache/a/tmp"},"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/deep/www"},"log":{"type":"disk","path":"/var/log","source":"/srv/lxops/a/log"},"etc":{"type":"disk","path":"/etc/app","source":"/srv/plain/a"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"},"lib":{"type":"disk","path":"/var/lib","source":"/tank/whole/a"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
