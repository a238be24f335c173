exit 8
lxops: Snapshot "s1" of instance "a" exists: "volume:default/a-data@s1"
  Nothing was changed.
  An earlier run may have been cut off; -d with the same name takes away what it left
