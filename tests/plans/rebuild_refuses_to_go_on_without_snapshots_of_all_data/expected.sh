exit 9
lxops: Cannot go on with the rebuild of instance "a" with --undo-data: the earlier run took no snapshot of "/srv/a"
  Nothing was changed.
  Leave out --undo-data
