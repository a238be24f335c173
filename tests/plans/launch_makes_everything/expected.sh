#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/keep
zfs create -p tank/keep
# Create dataset tank/keep/a
zfs create -o lxops:unowned=tank/keep/a tank/keep/a
# Create dataset tank/lxops
zfs create -p tank/lxops
# Create dataset tank/lxops/a
zfs create -o compression=on -o lxops:unowned=tank/lxops/a -o recordsize=16K tank/lxops/a
# Create directories /srv/lxops/a, /srv/lxops/a/deep, /srv/lxops/a/deep/log, /tank/lxops/a/home
mkdir -p -m 755 -- /srv/lxops/a.partial /srv/lxops/a.partial/deep /srv/lxops/a.partial/deep/log /tank/lxops/a/home
# Change the owner of /tank/keep/a, /tank/lxops/a, /srv/lxops/a, /srv/lxops/a/deep, /srv/lxops/a/deep/log, /tank/lxops/a/home to the container's root
chown -h 1000000:1000000 -- /tank/keep/a /tank/lxops/a /srv/lxops/a.partial /srv/lxops/a.partial/deep /srv/lxops/a.partial/deep/log /tank/lxops/a/home
# Rename the new directories in /srv/lxops to /srv/lxops/a
mv -T -- /srv/lxops/a.partial /srv/lxops/a
# Mark datasets tank/keep/a, tank/lxops/a as owned by the container's root
zfs inherit lxops:unowned tank/keep/a tank/lxops/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"all,home,log,ro"},"devices":{"log":{"type":"disk","path":"/var/log","source":"/srv/lxops/a/deep/log"},"ro":{"type":"disk","path":"/media","source":"/srv/media","readonly":"true"},"all":{"type":"disk","path":"/keep","source":"/tank/keep/a"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /tank/keep/a /tank/lxops/a /srv/lxops/a /srv/lxops/a/deep /srv/lxops/a/deep/log /tank/lxops/a/home
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Run echo hello (a.cfg)
batch
