#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Note that instance a must be started again
lxops query -X PATCH -d '{"config":{"user.lxops.restart":"true"}}' /1.0/instances/a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Roll back volume:default/a-data to s1
lxops query -X PUT -d '{"restore":"s1"}' /1.0/storage-pools/default/volumes/custom/a-data
# Roll back volume:fast/a-mail to s1
lxops query -X PUT -d '{"restore":"s1"}' /1.0/storage-pools/fast/volumes/custom/a-mail
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/a
