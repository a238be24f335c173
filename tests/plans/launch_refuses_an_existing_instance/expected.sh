exit 8
lxops: Cannot launch instance "a": it exists (Running)
  Nothing was changed.
  To put it on a new image: lxops rebuild, and the same flags and file
  To go on with a launch that failed, add --resume
