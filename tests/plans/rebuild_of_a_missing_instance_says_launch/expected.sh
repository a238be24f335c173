exit 7
lxops: There is no instance "a"
  To create it: lxops launch, with the same flags and file
