#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The instance is frozen while it is packed; --snapshot packs a snapshot instead
# Create directory /out
mkdir -p -m 700 -- /out
# Write manifest.json
install -D -m 600 /dev/stdin /out/manifest.json <<'END'
{
  "format": 1,
  "lxops": "dev",
  "server": "incus 6.0.4",
  "instance": "a",
  "project": "default",
  "snapshot": "",
  "filesystems": [
    {
      "id": "main",
      "kind": "zfs",
      "path": "tank/a",
      "archive": "main.tar.gz"
    },
    {
      "id": "data",
      "kind": "volume",
      "path": "volume:default/a-data",
      "archive": "data.tar.gz"
    }
  ]
}
END
# Note that instance a must be unfrozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":"true"}}' /1.0/instances/a
# Freeze instance a
lxops query -X PUT -d '{"action":"freeze","timeout":-1,"force":false}' /1.0/instances/a/state
# Create /out/main.tar.gz.partial
install -m 600 -- /dev/null /out/main.tar.gz.partial
# Pack /tank/a
tar --create --gzip --file=/out/main.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/tank/a -- .
# Rename the archive to /out/main.tar.gz
mv -T -f -- /out/main.tar.gz.partial /out/main.tar.gz
# Create a backup of volume:default/a-data
lxops query -X POST -d '{"name":"lxops-export","volume_only":true,"optimized_storage":false,"compression_algorithm":"gzip"}' /1.0/storage-pools/default/volumes/custom/a-data/backups
# Unfreeze instance a
lxops query -X PUT -d '{"action":"unfreeze","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was frozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":""}}' /1.0/instances/a
# Download it to /out/data.tar.gz
lxops volume export -project default -backup lxops-export default/a-data /out/data.tar.gz
# Delete the backup of volume:default/a-data
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data/backups/lxops-export
# Write SHA256SUMS
(cd /out && sha256sum -- main.tar.gz data.tar.gz manifest.json >SHA256SUMS)
