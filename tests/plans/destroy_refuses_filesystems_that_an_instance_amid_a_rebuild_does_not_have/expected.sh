exit 9
lxops: Cannot destroy instance "a-lxops-old": it has device "data" at "/srv/prod/a/data", and the configuration says "/srv/test/a/data"; it has device "home" at "/tank/prod/a/home", and the configuration says "/tank/test/a/home"
  Nothing was changed.
  Configured at a.yaml:5:3 filesystems.data
  Configured at a.yaml:6:3 filesystems.main
  It was made with -P env=prod, and now it is -P env=test
  Use the -P and --name that it was made with
  To destroy what the configuration says all the same: first lxops delete, then lxops destroy
