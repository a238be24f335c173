exit 3
a.yaml:3:3 filesystems.main: On "backup.example.org": There is no ZFS pool "tank" for dataset "tank/lxops/b"; if a directory is meant, begin it with "/"
