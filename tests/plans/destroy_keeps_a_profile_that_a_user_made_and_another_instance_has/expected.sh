#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Profile "a.lxops" stays: lxops did not make it, and the instance does not have it. To delete it: incus profile delete a.lxops
# Delete instance a
lxops query -X DELETE /1.0/instances/a
