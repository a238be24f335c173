#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: snapshot volume:fast/a-mail@s3 is newer, and is destroyed
# note: snapshot volume:fast/a-mail@s2 is newer, and is destroyed
# Note that instance a must be started again
lxops query -X PATCH -d '{"config":{"user.lxops.restart":"true"}}' /1.0/instances/a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Roll back volume:default/a-data to s1
lxops query -X PUT -d '{"restore":"s1"}' /1.0/storage-pools/default/volumes/custom/a-data
# Delete snapshot volume:fast/a-mail@s3, which is newer
lxops query -X DELETE /1.0/storage-pools/fast/volumes/custom/a-mail/snapshots/s3
# Delete snapshot volume:fast/a-mail@s2, which is newer
lxops query -X DELETE /1.0/storage-pools/fast/volumes/custom/a-mail/snapshots/s2
# Roll back volume:fast/a-mail to s1
lxops query -X PUT -d '{"restore":"s1"}' /1.0/storage-pools/fast/volumes/custom/a-mail
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was stopped
lxops query -X PATCH -d '{"config":{"user.lxops.restart":""}}' /1.0/instances/a
