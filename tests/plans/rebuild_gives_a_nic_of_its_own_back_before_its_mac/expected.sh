#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create instance a-lxops-new from tiny
lxops query -X POST -d '{"name":"a-lxops-new","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","volatile.lan.name":"lan","boot.autostart":"false","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"volatile.lan.hwaddr\":\"00:16:3e:00:00:02\",\"boot.autostart\":\"\"},\"devices\":{\"lan\":{\"type\":\"nic\",\"network\":\"br1\",\"ipv4.address\":\"10.0.0.5\"}}}","user.lxops.image":"tiny"},"devices":{"lan":{"type":"none"},"gpu":{"type":"gpu"}},"ephemeral":false,"description":""}' /1.0/instances
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rename instance a to a-lxops-old
lxops query -X POST -d '{"name":"a-lxops-old"}' /1.0/instances/a
# Take network addresses and autostart from instance a-lxops-old
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"","volatile.lan.hwaddr":"","boot.autostart":"false","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"volatile.lan.hwaddr\":\"00:16:3e:00:00:02\",\"boot.autostart\":\"\"},\"devices\":{\"lan\":{\"type\":\"nic\",\"network\":\"br1\",\"ipv4.address\":\"10.0.0.5\"}}}"}}' /1.0/instances/a-lxops-old
# Take NICs from instance a-lxops-old
lxops query -X PATCH -d '{"devices":{"lan":{"type":"none"}}}' /1.0/instances/a-lxops-old
# Rename instance a-lxops-new to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new
# Give NICs to instance a
lxops query -X PATCH -d '{"devices":{"lan":{"type":"nic","network":"br1","ipv4.address":"10.0.0.5"}}}' /1.0/instances/a
# Give network addresses and autostart to instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","volatile.lan.hwaddr":"00:16:3e:00:00:02","boot.autostart":"","user.lxops.nics":""}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Delete instance a-lxops-old
lxops query -X DELETE /1.0/instances/a-lxops-old
