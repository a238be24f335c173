exit 9
lxops: Cannot rename "a" to "b": an unfinished rebuild left "a-lxops-old-abc123"
  Nothing was changed.
  To continue it: lxops rebuild --resume --name a a.yaml
