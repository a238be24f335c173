exit 9
lxops: Instances "a" and "b" both need "t" frozen while they are worked on
  Nothing was changed.
  Stop "t" first, or name one file at a time
