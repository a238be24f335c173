exit 9
lxops: Cannot extract device directories of instance "a": it is running
  Nothing was changed.
  Stop the instance first
