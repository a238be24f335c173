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
  "snapshot": "s1",
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
# Delete volume a-data-lxops-export, left by an interrupted run
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data-lxops-export
# Copy volume:default/a-data@s1 to volume a-data-lxops-export
lxops query -X POST -d '{"name":"a-data-lxops-export","source":{"type":"copy","pool":"default","name":"a-data/s1","volume_only":true}}' /1.0/storage-pools/default/volumes/custom
# Create a backup of volume:default/a-data-lxops-export
lxops query -X POST -d '{"name":"lxops-export","volume_only":true,"optimized_storage":false,"compression_algorithm":"gzip"}' /1.0/storage-pools/default/volumes/custom/a-data-lxops-export/backups
# Copy volume:fast/a-mail@s1 to volume a-mail-lxops-export
lxops query -X POST -d '{"name":"a-mail-lxops-export","source":{"type":"copy","pool":"fast","name":"a-mail/s1","volume_only":true}}' /1.0/storage-pools/fast/volumes/custom
# Create a backup of volume:fast/a-mail-lxops-export
lxops query -X POST -d '{"name":"lxops-export","volume_only":true,"optimized_storage":false,"compression_algorithm":"gzip"}' /1.0/storage-pools/fast/volumes/custom/a-mail-lxops-export/backups
# Download it to /out/data.tar.gz
lxops volume export -project default -backup lxops-export default/a-data-lxops-export /out/data.tar.gz
# Delete volume a-data-lxops-export
lxops query -X DELETE /1.0/storage-pools/default/volumes/custom/a-data-lxops-export
# Download it to /out/mail.tar.gz
lxops volume export -project default -backup lxops-export fast/a-mail-lxops-export /out/mail.tar.gz
# Delete volume a-mail-lxops-export
lxops query -X DELETE /1.0/storage-pools/fast/volumes/custom/a-mail-lxops-export
# Write SHA256SUMS
(cd /out && sha256sum -- data.tar.gz mail.tar.gz manifest.json >SHA256SUMS)
