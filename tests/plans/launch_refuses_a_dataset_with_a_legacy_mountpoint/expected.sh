exit 3
a.yaml:3:15 filesystems.d: Dataset "tank/a" has mountpoint "legacy"; device directories need a path
a.yaml:3:37 filesystems.e: Dataset "tank/b" is not mounted; mount it with: zfs mount tank/b
