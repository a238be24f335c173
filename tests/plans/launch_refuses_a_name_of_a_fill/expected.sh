exit 2
lxops: The instance name "x-lxops-extract" cannot be used: names that end in "-lxops-extract" are for instances out of which lxops takes content
