exit 9
lxops: Cannot tell whether instance "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-abc123" is a part in the rebuild of "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb": an earlier lxops cut its name, so that it may be of another instance whose name begins in the same way
  Nothing was changed.
  If it is a part of this one: incus config set long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-lxops-old-abc123 user.lxops.of=long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
  If it is a part of another one: the same with the name of the other one
