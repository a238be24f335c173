exit 9
lxops: Cannot take a snapshot of "a": instance "b" runs and can write into its directories meanwhile
  Nothing was changed.
  Stop "b" first
