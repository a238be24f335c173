exit 3
a.yaml:14:3 filesystems.keep: There is no ZFS pool "tank" for dataset "tank/keep/a"; if a directory is meant, begin it with "/"
a.yaml:5:3 filesystems.main: There is no ZFS pool "tank" for dataset "tank/lxops/a"; if a directory is meant, begin it with "/"
