exit 3
a.yaml:3:1 lxc-options: Option "-d gone": no profile of the instance has a device "gone"
