#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "a.yaml" still means "a"; from now on add --name b, or rename the file to b.yaml
# Remove volumes from profile a.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"home,mail"},"devices":{}}' /1.0/profiles/a.lxops
# Rename volume:fast/a-mail to volume:fast/b-mail
lxops query -X POST -d '{"name":"b-mail"}' /1.0/storage-pools/fast/volumes/custom/a-mail
# Rename profile a.lxops to b.lxops
lxops query -X POST -d '{"name":"b.lxops"}' /1.0/profiles/a.lxops
# Update profile b.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"home,mail"},"devices":{"home":{"type":"disk","path":"/home","pool":"default","source":"b-data"},"mail":{"type":"disk","path":"/var/mail","pool":"fast","source":"b-mail","readonly":"true"}}}' /1.0/profiles/b.lxops
# Add profile b.lxops to instance b
lxops query -X PATCH -d '{"profiles":["default","b.lxops"]}' /1.0/instances/b
# Remove the note that instance b was renamed
lxops query -X PATCH -d '{"config":{"user.lxops.rename":""}}' /1.0/instances/b
