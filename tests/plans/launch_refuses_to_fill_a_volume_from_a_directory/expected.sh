exit 3
a.yaml:5:3 filesystems.main: "tank/a" cannot be filled from "volume:default/t" of "t", which is a volume
a.yaml:6:3 filesystems.data: Volume "volume:default/a-data" cannot be filled from "/srv/t" of "t", which is not a volume
