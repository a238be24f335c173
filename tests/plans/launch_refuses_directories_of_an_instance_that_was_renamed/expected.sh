exit 9
lxops: Cannot launch instance "a": instance "b" has its device "data" ("/srv/a/data") already
  Nothing was changed.
  Instance "b" has the profile of "a": incus renamed it
  To give everything of it the new name: lxops rename --name a a.yaml b
  Or give it the old name back: incus rename b a
  Data that both are to have needs a device of its own in both configurations, at a place without their names, as dir: /PATH
