exit 3
a.yaml:3:1 lxc-options: The daemon has no network "gone"
