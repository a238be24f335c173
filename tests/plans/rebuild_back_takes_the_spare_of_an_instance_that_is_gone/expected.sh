#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Instance "a" is gone; its spare "a-lxops-old-abc123" takes its place
# Rename instance a-lxops-old-abc123 to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-old-abc123
# Set network addresses and autostart of instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":"true","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"","volatile.last_state.power":"RUNNING"},"devices":{"eth0":{"type":"nic","network":"br0","ipv4.address":"10.0.0.5"}}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
