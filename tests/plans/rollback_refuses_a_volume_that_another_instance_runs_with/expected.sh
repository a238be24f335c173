exit 9
lxops: Cannot roll back "a": instance "b" runs with "volume:default/a-data"
  Nothing was changed.
  Stop what runs with it first (lxops stop), and run the same command again
