#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Stop instance a
lxops instance stop -wait-stop 5 a
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
