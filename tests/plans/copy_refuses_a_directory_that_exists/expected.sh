exit 8
lxops: Cannot copy filesystems of "a" to "b" on "backup.example.org": directory "/srv/it's b" on "backup.example.org" exists
  Nothing was changed.
  To lose what was written on "backup.example.org" since the newest common snapshot, and all in directories there, add --overwrite
