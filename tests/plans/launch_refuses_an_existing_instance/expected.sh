exit 8
lxops: Cannot launch instance "a": it exists (Running)
  Nothing was changed.
  To apply what changed in its files: lxops up a.yaml
  To give it a new root filesystem: lxops rebuild a.yaml
  To continue a launch that failed: add --resume
