exit 9
lxops: Cannot rebuild instance "a" with --undo-data: "/srv/a" is copied for it, and its size cannot be measured
  Nothing was changed.
  Run lxops as root, or leave out --undo-data
