exit 3
a.yaml:3:1 origin: Instance "t" has no snapshot "v1"; it has "v0"
