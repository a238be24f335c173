exit 3
a.yaml:3:3 filesystems.main: On "backup.example.org": The machine has no ZFS pool "tank", in which "tank/lxops/b" is to be created
