exit 3
a.yaml:3:3 filesystems.main: On "backup.example.org": Dataset "tank/lxops/b" would have mountpoint "none", inherited from "tank"; set "mountpoint" in its zfsproperties
