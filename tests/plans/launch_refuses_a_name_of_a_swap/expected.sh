exit 2
lxops: The instance name "b-lxops-new" cannot be used: names that end in "-lxops-new" are for instances amid a rebuild
