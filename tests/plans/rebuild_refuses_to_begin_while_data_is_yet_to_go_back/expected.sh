exit 9
lxops: An earlier rebuild of instance "a" failed, and its data is yet to be put back: to snapshot "lxops-rebuild-abc123-a"
  Nothing was changed.
  To do so: lxops rebuild --resume, and the same flags and file
  To leave it as it is: incus config unset a user.lxops.undo-data
