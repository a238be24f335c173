exit 3
a.yaml image: No image is given for instance "a"
