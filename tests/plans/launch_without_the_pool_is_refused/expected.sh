exit 3
a.yaml:14:3 filesystems.keep: The machine has no ZFS pool "tank", in which "tank/keep/a" is to be created
a.yaml:5:3 filesystems.main: The machine has no ZFS pool "tank", in which "tank/lxops/a" is to be created
