exit 7
lxops: There is nothing of instance "a" to take a snapshot of
  It has no filesystem that exists and is not transient; -c takes a snapshot of the instance itself
