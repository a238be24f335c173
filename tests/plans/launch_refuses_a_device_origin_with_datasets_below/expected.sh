exit 3
a.yaml:27:1 device-origin: A clone of "tank/lxops/t@v1" has nothing of the datasets in it, and there is "tank/lxops/t/db". Name each of them as a filesystem of its own in the configuration (pattern: NAME), or move it elsewhere: zfs rename
