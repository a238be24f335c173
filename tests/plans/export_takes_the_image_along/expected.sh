#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Write manifest.json
install -D -m 600 /dev/stdin /out/manifest.json <<'END'
{
  "format": 1,
  "lxops": "dev",
  "server": "incus 6.0.4",
  "instance": "a",
  "project": "default",
  "snapshot": "s1",
  "image": {
    "file": "image.tar.gz",
    "fingerprint": "beefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeef"
  },
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
# Remove /out/image.tar.gz.root
rm -f -- /out/image.tar.gz.root
# Export image beefbeefbeef
lxops image export -project default beefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeef /out/image.tar.gz
# Clone tank/lxops/a@s1 to look at it
zfs clone -o mountpoint=/out/main.mounted -o readonly=on tank/lxops/a@s1 tank/lxops/a-lxops-export
# Create /out/main.tar.gz.partial
install -m 600 -- /dev/null /out/main.tar.gz.partial
# Pack /out/main.mounted
tar --create --gzip --file=/out/main.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/out/main.mounted -- .
# Rename the archive to /out/main.tar.gz
mv -T -f -- /out/main.tar.gz.partial /out/main.tar.gz
# Destroy dataset tank/lxops/a-lxops-export
tries=0; until zfs destroy -r tank/lxops/a-lxops-export; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Remove /out/main.mounted
tries=0; until rm -d -f -- /out/main.mounted; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Clone tank/more/a@s1 to look at it
zfs clone -o mountpoint=/out/more.mounted -o readonly=on tank/more/a@s1 tank/more/a-lxops-export
# Create /out/more.tar.gz.partial
install -m 600 -- /dev/null /out/more.tar.gz.partial
# Pack /out/more.mounted
tar --create --gzip --file=/out/more.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/out/more.mounted -- .
# Rename the archive to /out/more.tar.gz
mv -T -f -- /out/more.tar.gz.partial /out/more.tar.gz
# Destroy dataset tank/more/a-lxops-export
tries=0; until zfs destroy -r tank/more/a-lxops-export; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Remove /out/more.mounted
tries=0; until rm -d -f -- /out/more.mounted; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Create /out/files.tar.gz.partial
install -m 600 -- /dev/null /out/files.tar.gz.partial
# Pack /srv/lxops/a@s1
tar --create --gzip --file=/out/files.tar.gz.partial --numeric-owner --acls --xattrs '--xattrs-include=*' --sparse --one-file-system --directory=/srv/lxops/a@s1 -- .
# Rename the archive to /out/files.tar.gz
mv -T -f -- /out/files.tar.gz.partial /out/files.tar.gz
# Write SHA256SUMS
(cd /out && sha256sum -- main.tar.gz more.tar.gz files.tar.gz manifest.json >SHA256SUMS)
