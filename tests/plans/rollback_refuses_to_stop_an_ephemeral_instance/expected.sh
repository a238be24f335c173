exit 9
lxops: Cannot stop, and start again, instance "a": it is ephemeral, so stopping it would delete it
  Nothing was changed.
