exit 7
lxops: Incus here is not a member of a cluster, so there is no "m2" to create an instance on
  Nothing was changed.
  Leave out target: (--target)
