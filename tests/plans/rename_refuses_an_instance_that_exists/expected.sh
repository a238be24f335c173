exit 8
lxops: Cannot rename "a": instance "b" exists
  Nothing was changed.
  Choose another name; to see what has this one: lxops instance info b
