exit 4
lxops: Cannot export "a": "/out" holds an export already
  Nothing was changed.
  To write over it, add --overwrite
