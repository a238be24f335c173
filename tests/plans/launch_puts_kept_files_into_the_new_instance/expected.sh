#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/data/a", "/srv/scratch/a/scratch" belong to root of the machine, so that the container's root cannot write there. For an empty one: chown -h "$(lxops instance idmap a)" -- /srv/data/a /srv/scratch/a/scratch; for one with the ids of a container, as a copy has: lxops shiftids -u UID -g GID /srv/data/a /srv/scratch/a/scratch, with the ids that "lxops instance idmap a" prints
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"conf,data,scratch"},"devices":{"data":{"type":"disk","path":"/data","source":"/srv/data/a"},"conf":{"type":"disk","path":"/conf","source":"/srv/data/a/conf","readonly":"true"},"scratch":{"type":"disk","path":"/scratch","source":"/srv/scratch/a/scratch"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.keep":"restore"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Copy kept files into a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -restore /srv/data/a/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Note that instance a has its kept files
lxops query -X PATCH -d '{"config":{"user.lxops.keep":""}}' /1.0/instances/a
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a
