exit 3
a.yaml:2:1 image: Unknown image remote "nowhere" in "nowhere:alpine/3.22"; known remotes: "docker", "images"; an image is one of a system, as images:debian/13
