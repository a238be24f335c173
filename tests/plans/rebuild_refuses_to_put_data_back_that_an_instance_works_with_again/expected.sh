exit 9
lxops: An earlier rebuild of instance "a" failed, and its data is yet to be put back: the instance runs, and may have written to it since
  Nothing was changed.
  To put it back all the same: lxops instance stop a; then run the same command again
  To leave it as it is: incus config unset a user.lxops.undo-data
