#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Download image images:alpine/3.22
lxops query -X POST -already 'Alias already exists' -d '{"source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"alpine/3.22"},"auto_update":false,"public":false}' /1.0/images
# Create instance a-lxops-new-000000 from images:alpine/3.22
lxops query -X POST -d '{"name":"a-lxops-new-000000","type":"container","source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"alpine/3.22"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","security.nesting":"true","boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"unfinished","user.lxops.of":"a","user.lxops.image":"images:alpine/3.22"},"devices":{"gpu":{"type":"gpu"}},"ephemeral":false,"description":""}' /1.0/instances
# Mark instance a-lxops-new-000000 as complete
lxops query -X PATCH -d '{"config":{"user.lxops.role":"new"}}' /1.0/instances/a-lxops-new-000000
# Stop instance a
lxops instance stop -wait-stop 5 a
# Remove network addresses from instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"old","user.lxops.of":"a","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Rename instance a to a-lxops-old-000000
lxops query -X POST -d '{"name":"a-lxops-old-000000"}' /1.0/instances/a
# Rename instance a-lxops-new-000000 to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new-000000
# Prevent instance a-lxops-old-000000 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old-000000
# Set network addresses and autostart of instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"new","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Delete instance a-lxops-old-000000
lxops query -X DELETE /1.0/instances/a-lxops-old-000000
