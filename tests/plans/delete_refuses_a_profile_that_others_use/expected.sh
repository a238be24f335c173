exit 9
lxops: Cannot delete profile "a.lxops" of instance "a": it is used by "b"
  Nothing was changed.
  Take it from there first, and run the same command again; to show it: lxops profile export a.lxops
