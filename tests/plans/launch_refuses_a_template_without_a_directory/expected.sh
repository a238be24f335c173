exit 3
a.yaml:13:3 devices.home: Instance "t", the device-template, has no directory "/tank/lxops/t/home"
