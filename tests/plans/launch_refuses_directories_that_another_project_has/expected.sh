exit 9
lxops: Cannot launch instance "a": instance "a" of project "web" has its device "data" ("/srv/a/data") already
  Nothing was changed.
  To have both instances work on the same data, add --adopt
