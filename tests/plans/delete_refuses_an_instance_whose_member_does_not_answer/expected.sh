exit 4
lxops: Cannot delete instance "a": its cluster member "m2" does not answer, and without it the daemon knows no more than the instance's name
  Nothing was changed.
  Bring the member back, and run the same command again
