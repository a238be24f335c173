exit 7
lxops: Cannot go back with instance "a": it has no spare
  Nothing was changed.
  To keep one at the next rebuild: --keep-old, or "keep-old: true" in the configuration
