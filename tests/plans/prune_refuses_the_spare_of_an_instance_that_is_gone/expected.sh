exit 9
lxops: Cannot prune instance "a": it is gone, and spare "a-lxops-old-abc123" is its last root filesystem
  Nothing was changed.
  To bring it back: lxops rebuild --back --name a a.yaml
  To delete it: lxops delete --name a a.yaml
