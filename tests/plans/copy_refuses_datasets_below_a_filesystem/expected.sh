exit 9
lxops: Cannot copy filesystems of "a" to "b" on "backup.example.org": datasets that lie in another one are not sent with it, and there is "tank/lxops/a/db"
  Nothing was changed.
  Name each of them as a filesystem of its own in the configuration (pattern: NAME), or move it elsewhere: zfs rename
