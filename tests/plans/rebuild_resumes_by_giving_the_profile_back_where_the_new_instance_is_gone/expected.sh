#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The new instance was not complete; the old one gets its name back
# Rename instance a-lxops-old to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-old
# Set network addresses and autostart of instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Restore the earlier content of profile a.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"eth0,port-80","user.lxops.keys":"limits.cpu","limits.cpu":"2","user.mine":"x"},"devices":{"eth0":{"type":"nic","name":"eth0","network":"lan","ipv4.address":"10.0.0.5"},"port-80":{"type":"proxy","listen":"tcp:0.0.0.0:80","connect":"tcp:127.0.0.1:80"}}}' /1.0/profiles/a.lxops
# Remove the note of profile a.lxops
lxops query -X PATCH -d '{"config":{"user.lxops.profile":""}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
