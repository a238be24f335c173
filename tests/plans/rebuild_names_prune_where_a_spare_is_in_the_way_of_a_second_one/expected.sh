exit 9
lxops: Cannot rebuild instance "a": project "web" does not allow it: limits.instances is 2, and it has 2
  Nothing was changed.
  To see what it allows: incus project show web
  "a-lxops-old-abc123", which an earlier rebuild kept, takes up room, too; to delete it: lxops prune --name a --project web a.yaml
  A rebuild needs room for two for a time; to let the daemon replace the old one, with its risk: --in-place
