exit 9
lxops: Cannot copy filesystems of "a" on "ann@backup" to "b": instance "b" runs with its devices
  Nothing was changed.
