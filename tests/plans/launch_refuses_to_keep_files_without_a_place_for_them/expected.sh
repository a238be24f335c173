exit 3
a.yaml:12:8 keep.0: Nothing outlives the instance: this needs a device that is not read-only, in a dataset or directory of the host that is not transient
