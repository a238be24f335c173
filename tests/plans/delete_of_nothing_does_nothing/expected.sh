#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Nothing to delete: there is no instance "a", no profile "a.lxops"
# nothing to do
