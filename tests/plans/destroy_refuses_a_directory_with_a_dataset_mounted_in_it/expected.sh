exit 9
lxops: Cannot destroy "a": dataset "tank/b" is mounted at "/srv/a/b", in "/srv/a", and would be removed with it
  Nothing was changed.
  Unmount it first: zfs unmount tank/b
