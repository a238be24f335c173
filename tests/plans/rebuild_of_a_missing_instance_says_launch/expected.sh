exit 7
lxops: Cannot rebuild instance "a": there is no such instance
  Make it with: lxops launch, and the same flags and file
