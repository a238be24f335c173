exit 9
lxops: Cannot copy filesystems of "a" to "b" on "backup.example.org": "tank/lxops/b" on "backup.example.org" exists and has no snapshot in common with "tank/lxops/a", so that it cannot be brought up to date; rename or destroy it yourself
  Nothing was changed.
