#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create directories /srv/data/a, /srv/data/a/conf, /srv/scratch/a, /srv/scratch/a/scratch
mkdir -p -m 755 -- /srv/data/a.partial /srv/data/a.partial/conf /srv/scratch/a.partial /srv/scratch/a.partial/scratch
# Change the owner of /srv/data/a, /srv/data/a/conf, /srv/scratch/a, /srv/scratch/a/scratch to the container's root
chown -h 1000000:1000000 -- /srv/data/a.partial /srv/data/a.partial/conf /srv/scratch/a.partial /srv/scratch/a.partial/scratch
# Rename the new directories in /srv/data to /srv/data/a
mv -T -- /srv/data/a.partial /srv/data/a
# Rename the new directories in /srv/scratch to /srv/scratch/a
mv -T -- /srv/scratch/a.partial /srv/scratch/a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"conf,data,scratch"},"devices":{"data":{"type":"disk","path":"/data","source":"/srv/data/a"},"conf":{"type":"disk","path":"/conf","source":"/srv/data/a/conf","readonly":"true"},"scratch":{"type":"disk","path":"/scratch","source":"/srv/scratch/a/scratch"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Check that the device directories belong to the container's root
chown -h "$(lxops instance idmap a)" -- /srv/data/a /srv/data/a/conf /srv/scratch/a /srv/scratch/a/scratch
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a
