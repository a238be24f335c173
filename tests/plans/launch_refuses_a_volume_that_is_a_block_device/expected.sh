exit 3
a.yaml:6:5 filesystems.data.pattern: "volume:default/a-data" is a volume of type "block", which has no directories
