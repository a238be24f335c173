exit 9
lxops: Cannot export "a": an archive has nothing of datasets that lie in another one, and there is "tank/lxops/a/db"
  Nothing was changed.
  Name each of them as a filesystem of its own in the configuration (pattern: NAME), or move it elsewhere: zfs rename
