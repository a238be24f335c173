#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"deep,home,tmp,www"},"devices":{"www":{"type":"disk","path":"/srv/www","source":"/srv/lxops/a/deep/www"},"deep":{"type":"disk","path":"/srv/more","source":"/srv/lxops/a/deep/www/more"},"tmp":{"type":"disk","path":"/var/cache","source":"/tank/cache/a/tmp"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"}}}' /1.0/profiles
