exit 3
a.yaml:14:3 filesystems.keep: Dataset "tank/keep/a" is not mounted; mount it with: zfs mount tank/keep/a
a.yaml:5:3 filesystems.main: Dataset "tank/lxops/a" would have mountpoint "none", inherited from "tank"; set "mountpoint" in its zfsproperties
