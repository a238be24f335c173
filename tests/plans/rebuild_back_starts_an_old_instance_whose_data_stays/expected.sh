#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: An earlier rebuild of instance "a" failed, and the old instance did not start again
# Set network addresses and autostart of instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Delete instance a-lxops-new-abc123, left by an unfinished rebuild
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123
