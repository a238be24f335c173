exit 9
lxops: Cannot rebuild instance "a": the ids of its users and groups are not known
  Nothing was changed.
  To rebuild it all the same, set "ids: keep"
  Configured at a.yaml:7:1 ids
