exit 9
lxops: Cannot destroy filesystem "data" (volume:default/a-data): instance "b" has it, profile "x" of project "web" has it
  Nothing was changed.
  To keep it, take "destroy: true" from the configuration
