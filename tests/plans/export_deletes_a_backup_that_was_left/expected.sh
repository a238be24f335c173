#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
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
      "id": "data",
      "kind": "volume",
      "path": "volume:default/a-data",
      "archive": "data.tar.gz"
    },
    {
      "id": "mail",
      "kind": "volume",
      "path": "volume:fast/a-mail",
      "archive": "mail.tar.gz"
    }
  ]
}
END
# Delete the backup of volume:default/a-data left by an interrupted run
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data/backups/lxops-export
# Create a backup of volume:default/a-data
lxops query -X POST -d '{"name":"lxops-export","volume_only":true,"optimized_storage":false,"compression_algorithm":"gzip"}' /1.0/storage-pools/default/volumes/custom/a-data/backups
# Create a backup of volume:fast/a-mail
lxops query -X POST -d '{"name":"lxops-export","volume_only":true,"optimized_storage":false,"compression_algorithm":"gzip"}' /1.0/storage-pools/fast/volumes/custom/a-mail/backups
# Download it to /out/data.tar.gz
lxops volume export -project default -backup lxops-export default/a-data /out/data.tar.gz
# Delete the backup of volume:default/a-data
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data/backups/lxops-export
# Download it to /out/mail.tar.gz
lxops volume export -project default -backup lxops-export fast/a-mail /out/mail.tar.gz
# Delete the backup of volume:fast/a-mail
lxops query -X DELETE /1.0/storage-pools/fast/volumes/custom/a-mail/backups/lxops-export
# Write SHA256SUMS
(cd /out && sha256sum -- data.tar.gz mail.tar.gz manifest.json >SHA256SUMS)
