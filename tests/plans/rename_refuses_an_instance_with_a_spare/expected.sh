exit 9
lxops: Cannot rename "a" to "b": a rebuild kept "a-lxops-old-abc123" beside it
  Nothing was changed.
  To delete it: lxops prune --name a a.yaml
