exit 9
lxops: Cannot configure instance "a": it is stopped
  Start it with: lxops instance start a
