#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Delete the unfinished copy volume:default/a-data.partial
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data.partial
# Copy volume:default/t-data@s1 to volume:default/a-data.partial
lxops query -X POST -d '{"name":"a-data.partial","source":{"type":"copy","pool":"default","name":"t-data/s1","volume_only":true}}' /1.0/storage-pools/default/volumes/custom
# Mark volume:default/a-data.partial as made by lxops
lxops query -X PATCH -d '{"config":{"size":"10GiB","user.lxops.config":"/c/a.yaml"}}' /1.0/storage-pools/default/volumes/custom/a-data.partial
# Rename the copy to volume:default/a-data
lxops query -X POST -d '{"name":"a-data"}' /1.0/storage-pools/default/volumes/custom/a-data.partial
# Copy volume:fast/t-mail@s1 to volume:fast/a-mail.partial
lxops query -X POST -d '{"name":"a-mail.partial","source":{"type":"copy","pool":"fast","name":"t-mail/s1","volume_only":true}}' /1.0/storage-pools/fast/volumes/custom
# Mark volume:fast/a-mail.partial as made by lxops
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml"}}' /1.0/storage-pools/fast/volumes/custom/a-mail.partial
# Rename the copy to volume:fast/a-mail
lxops query -X POST -d '{"name":"a-mail"}' /1.0/storage-pools/fast/volumes/custom/a-mail.partial
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{"user.lxops.devices":"home,mail"},"devices":{"home":{"type":"disk","path":"/home","pool":"default","source":"a-data"},"mail":{"type":"disk","path":"/var/mail","pool":"fast","source":"a-mail","readonly":"true"}}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
