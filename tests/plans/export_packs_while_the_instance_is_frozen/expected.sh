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
      "path": "tank/lxops/a",
      "archive": "main.tar.gz"
    },
    {
      "id": "more",
      "kind": "zfs",
      "path": "tank/more/a",
      "archive": "more.tar.gz"
    },
    {
      "id": "files",
      "kind": "dir",
      "path": "/srv/lxops/a",
      "archive": "files.tar.gz"
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
# Pack /tank/lxops/a
tar --create --gzip --file=/out/main.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/tank/lxops/a -- .
# Rename the archive to /out/main.tar.gz
mv -T -f -- /out/main.tar.gz.partial /out/main.tar.gz
# Create /out/more.tar.gz.partial
install -m 600 -- /dev/null /out/more.tar.gz.partial
# Pack /tank/more/a
tar --create --gzip --file=/out/more.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/tank/more/a -- .
# Rename the archive to /out/more.tar.gz
mv -T -f -- /out/more.tar.gz.partial /out/more.tar.gz
# Create /out/files.tar.gz.partial
install -m 600 -- /dev/null /out/files.tar.gz.partial
# Pack /srv/lxops/a
tar --create --gzip --file=/out/files.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/srv/lxops/a -- .
# Rename the archive to /out/files.tar.gz
mv -T -f -- /out/files.tar.gz.partial /out/files.tar.gz
# Unfreeze instance a
lxops query -X PUT -d '{"action":"unfreeze","timeout":-1,"force":false}' /1.0/instances/a/state
# Remove the note that instance a was frozen
lxops query -X PATCH -d '{"config":{"user.lxops.frozen":""}}' /1.0/instances/a
# Write SHA256SUMS
(cd /out && sha256sum -- main.tar.gz more.tar.gz files.tar.gz manifest.json >SHA256SUMS)
