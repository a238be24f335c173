exit 3
a.yaml:10:3 devices.home: Device "home" has "shift", and that of the device-template "t" has none: the copy would have the wrong owners
a.yaml:14:3 devices.www: Device "www" has "shift", and that of the device-template "t" has none: the copy would have the wrong owners
