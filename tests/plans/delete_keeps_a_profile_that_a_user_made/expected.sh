#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Nothing to delete: there is no instance "a", no profile "a.lxops" of lxops
# note: Profile "a.lxops" stays: lxops did not make it, and the instance does not have it. To delete it: incus profile delete a.lxops
# nothing to do
