exit 9
lxops: Cannot update profile "shared" for instance "a": it is used by "b", "a" of project "web" too
  Nothing was changed.
  Give the instance a profile of its own with "profile-pattern:" in its configuration
