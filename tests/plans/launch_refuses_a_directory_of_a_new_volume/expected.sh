exit 3
a.yaml:12:3 devices.home: A new volume has no directory "home", and the daemon makes none: give the device a volume of its own, with "dir: ."
