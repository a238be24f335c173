exit 3
a.yaml:4:3 filesystems.main: Dataset "tank/disk" is a volume, not a filesystem
a.yaml:5:3 filesystems.below: Dataset "tank/disk/below" cannot be created in "tank/disk", which is a volume
