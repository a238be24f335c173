#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Run hook before-delete of a: gone.sh
(cd /c && env LXOPS_HOOK=before-delete LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/gone.sh)
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
# Run hook after-delete of a: gone.sh
(cd /c && env LXOPS_HOOK=after-delete LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /c/hooks/gone.sh)
