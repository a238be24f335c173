exit 7
lxops: Nothing to destroy: there is no instance "a", no profile "a.lxops" and no filesystem of it that says destroy: true
