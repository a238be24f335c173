exit 3
a.yaml:3:22 cloud-config-files.0: Cloud-config files need an "ostype", which this configuration lacks and the instance does not tell; use one of alpine, debian, ubuntu, openwrt, fedora, rocky, almalinux, centos, arch, opensuse, void
