exit 7
lxops: Cannot copy filesystems of "a" to "b" on "backup.example.org": there is no snapshot "/srv/it's a@s2"
  Nothing was changed.
  Without -s a snapshot is taken first
