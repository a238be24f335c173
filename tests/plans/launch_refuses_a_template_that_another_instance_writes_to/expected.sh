exit 9
lxops: Cannot copy devices of "t" for instance "a": instance "other" runs and can write into its directories meanwhile
  Nothing was changed.
  Stop "other" first
