exit 9
lxops: Cannot rebuild instance "a": it is ephemeral, so stopping it would delete it
  Nothing was changed.
  Launch it anew instead
