exit 9
lxops: Cannot rebuild instance "a": device "data" would move from "/srv/prod/a/data" to "/srv/test/a/data", which is yet to be made; device "home" would move from "/tank/prod/a/home" to "/tank/test/a/home", which is yet to be made; device "vol" would move from "volume:default/prod-a" to "volume:default/test-a", which is yet to be made
  Nothing was changed.
  Configured at a.yaml:5:3 filesystems.data
  Configured at a.yaml:6:3 filesystems.main
  Configured at a.yaml:7:3 filesystems.vol
  It was made with -P env=prod, and now it is -P env=test
  To keep its data, use the -P and --name that it was made with, or move the data there first
  To leave the data behind and use the new places, add --move-devices
