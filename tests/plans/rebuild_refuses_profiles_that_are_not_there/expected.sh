exit 3
a.yaml:3:17 profiles.1: The daemon has no profile "web"; it has default, gpu
