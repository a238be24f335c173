exit 7
lxops: The cluster has no member "m3"; it has m1, m2
  Nothing was changed.
