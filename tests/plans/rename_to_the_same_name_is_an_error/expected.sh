exit 2
lxops: Cannot rename "a" to the same name
