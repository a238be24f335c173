exit 9
lxops: Cannot rebuild instance "b": device "data" would move from "/srv/a/data" to "/srv/b/data", which is yet to be made
  Nothing was changed.
  Configured at a.yaml:4:3 filesystems.data
  Instance "b" has the profile of "a": incus renamed it
  To give everything of it the new name: lxops rename --name a a.yaml b
  Or give it the old name back: incus rename b a
  To keep its data, use the -P and --name that it was made with, or move the data there first
  To leave the data behind and use the new places, add --move-devices
