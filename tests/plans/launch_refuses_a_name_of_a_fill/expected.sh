exit 2
lxops: Invalid instance name "x-lxops-extract": the suffix "-lxops-extract" is reserved for temporary instances
