exit 9
lxops: Cannot rename "a" to "b": instance "c" has a device in it ("tank/lxops/a")
  Nothing was changed.
  Change what is in the way, and run the same command again
