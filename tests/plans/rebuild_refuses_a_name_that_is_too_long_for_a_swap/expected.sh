exit 9
lxops: Cannot rebuild instance "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": with "-lxops-old" its name would exceed 63 characters
  Nothing was changed.
