exit 4
lxops: Cannot configure instance "a": it is stopped
  Start it with: lxops instance start a
