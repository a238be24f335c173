exit 8
lxops: Cannot rename "a" to "b": "/srv/lxops/b" exists, "tank/lxops/b" exists, profile "b.lxops" exists
  Nothing was changed.
  Choose another name, or move away what has this one
