exit 2
lxops: cannot rename "a" to the same name
