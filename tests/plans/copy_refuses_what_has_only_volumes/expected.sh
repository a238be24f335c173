exit 9
lxops: Cannot copy filesystems of "a" to "b" on "backup.example.org": all of its filesystems are volumes of the daemon, which are not copied so
  Nothing was changed.
  To carry volumes to another machine: lxops export -d DIRECTORY there, and lxops import -d DIRECTORY here
  Between daemons that one client knows: incus storage volume copy, or lxc storage volume copy
