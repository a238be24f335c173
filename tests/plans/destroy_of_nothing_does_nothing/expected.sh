#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Nothing to destroy: there is no instance "a", no profile "a.lxops" and no filesystem of it that says destroy: true
# nothing to do
