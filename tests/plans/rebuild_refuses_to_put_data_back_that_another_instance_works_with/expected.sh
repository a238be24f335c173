exit 9
lxops: Cannot rebuild instance "a" with --undo-data: instance "b" runs with a device in it
  Nothing was changed.
  It would lose what that one writes meanwhile: stop it first, or leave out --undo-data
