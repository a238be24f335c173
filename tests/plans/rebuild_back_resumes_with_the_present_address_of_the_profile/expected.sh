#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Set network addresses and autostart of instance a
lxops query -X PATCH -d '{"config":{"boot.autostart":"","linux.kernel_modules":"","volatile.eth0.hwaddr":"00:16:3e:00:00:01","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"back","volatile.last_state.power":"RUNNING"},"devices":{"eth0":{"type":"nic","network":"br0","ipv4.address":"10.0.0.9"}}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":"","user.lxops.state":"swapped"}}' /1.0/instances/a
# Keep instance a-lxops-old-def456 as a spare
lxops query -X PATCH -d '{"config":{"user.lxops.role":"spare"}}' /1.0/instances/a-lxops-old-def456
