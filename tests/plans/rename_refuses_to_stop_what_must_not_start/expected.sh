exit 9
lxops: Cannot stop, and start again, instance "a": it has security.protection.start, so it could not be started again
  Nothing was changed.
  Set security.protection.start of "a" to false first
