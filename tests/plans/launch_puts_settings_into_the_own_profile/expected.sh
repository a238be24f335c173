#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance web
# Create profile web.lxops
lxops query -X POST -d '{"name":"web.lxops","description":"/c/a.yaml","config":{"security.nesting":"true","environment.TZ":"Europe/Berlin","limits.cpu":"2","limits.memory":"1GiB","limits.processes":"500","boot.autostart":"false","raw.idmap":"both 1000 1000","user.lxops.devices":"eth0,lan1,port-5353-udp-127.0.0.1,port-7000-7001-__1,port-8080,root,tty","user.lxops.keys":"boot.autostart,environment.TZ,limits.cpu,limits.memory,limits.processes,raw.idmap,security.nesting"},"devices":{"root":{"type":"disk","path":"/","pool":"default","size":"10GiB"},"tty":{"type":"unix-char","source":"/dev/ttyUSB0","required":"false"},"lan1":{"type":"nic","network":"lan","security.mac_filtering":"true"},"port-8080":{"type":"proxy","listen":"tcp:0.0.0.0:8080","connect":"tcp:127.0.0.1:80"},"port-5353-udp-127.0.0.1":{"type":"proxy","listen":"udp:127.0.0.1:5353","connect":"udp:127.0.0.1:53"},"port-7000-7001-__1":{"type":"proxy","listen":"tcp:[::1]:7000-7001","connect":"tcp:127.0.0.1:9000-9001"},"eth0":{"type":"nic","name":"eth0","network":"lan","ipv4.address":"10.0.0.5"}}}' /1.0/profiles
# Create instance web from tiny
lxops query -X POST -d '{"name":"web","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","web.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance web
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/web/state
# Wait for network
lxops instance wait -timeout 60 -until network web
