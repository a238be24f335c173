exit 7
lxops: This Incus is not in a cluster, so there is no member "m2"
  Nothing was changed.
  Leave out "target" (or --target)
