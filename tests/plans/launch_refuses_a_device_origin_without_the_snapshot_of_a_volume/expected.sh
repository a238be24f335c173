exit 3
a.yaml:5:3 filesystems.data: There is no snapshot "volume:default/t-data@s1"
a.yaml:9:3 filesystems.mail: Instance "t", the source of devices, has no "volume:fast/t-mail"
