exit 9
lxops: Cannot roll back instance "a": it has device "data" at "/srv/prod/a/data", and the configuration says "/srv/test/a/data"; it has device "home" at "/tank/prod/a/home", and the configuration says "/tank/test/a/home"; it has device "vol" at "volume:default/prod-a", and the configuration says "volume:default/test-a"
  Nothing was changed.
  Configured at a.yaml:5:3 filesystems.data
  Configured at a.yaml:6:3 filesystems.main
  Configured at a.yaml:7:3 filesystems.vol
  It was made with -P env=prod, and now it is -P env=test
  Use the -P and --name that it was made with
  To give it the devices of the configuration: lxops profile apply --move-devices
