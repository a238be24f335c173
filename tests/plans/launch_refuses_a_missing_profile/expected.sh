exit 3
a.yaml:5:3 profiles.1: The daemon has no profile "webb"; it has default
