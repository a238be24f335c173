exit 9
lxops: Cannot rebuild instance "b": it has the profile of another name, and not "b.lxops"
  Nothing was changed.
  Instance "b" has the profile of "a": incus renamed it
  To give everything of it the new name: lxops rename --name a a.yaml b
  Or give it the old name back: incus rename b a
  If that profile is meant to be there, add --move-devices
