exit 9
lxops: Cannot launch instance "a": its profile "a.lxops" exists, and was not made by lxops
  Nothing was changed.
  To look at it: incus profile show a.lxops
  To give the instance another one: change "profile-pattern:" in its configuration
  To make it the instance's own, which is changed and deleted with the instance: add --adopt
