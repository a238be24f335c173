exit 7
lxops: Nothing to delete: there is no instance "a", no profile "a.lxops"
