#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The new instance was not complete; the old one gets its name back
# Rename instance a-lxops-old to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-old
# Set network addresses of instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
