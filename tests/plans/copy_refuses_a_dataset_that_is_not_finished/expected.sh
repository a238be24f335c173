exit 3
a.yaml:3:3 filesystems.main: Dataset "tank/lxops/a" is not finished: an earlier run was cut off
