exit 9
lxops: Cannot rebuild instance "a": it would need the name of instance "a-lxops-old" for a time, which is another one
  Nothing was changed.
