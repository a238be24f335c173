exit 9
lxops: An earlier rebuild of instance "a" was not finished: it left "a-lxops-old" (Stopped)
  Nothing was changed.
  To continue it, add --resume
