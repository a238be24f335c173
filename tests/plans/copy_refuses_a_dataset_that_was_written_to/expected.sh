exit 9
lxops: Cannot copy filesystems of "a" to "b" on "backup.example.org": "tank/lxops/b" on "backup.example.org" has changes since "tank/lxops/b@s1"
  Nothing was changed.
  To lose what was written on "backup.example.org" since the newest common snapshot, and all in directories there, add --overwrite
