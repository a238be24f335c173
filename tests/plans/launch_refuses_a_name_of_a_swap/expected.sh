exit 2
lxops: Invalid instance name "b-lxops-new": the suffix "-lxops-new" is reserved for instances of a rebuild
