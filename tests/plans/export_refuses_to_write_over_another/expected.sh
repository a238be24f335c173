exit 8
lxops: Cannot export "a": "/out" holds an export already
  Nothing was changed.
  To write over it, add --overwrite
