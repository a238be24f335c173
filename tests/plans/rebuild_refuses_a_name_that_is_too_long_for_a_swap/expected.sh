exit 4
lxops: Cannot rebuild instance "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": with "-lxops-old" its name would exceed 63 characters
