exit 3
a.yaml:4:10 limits.memory: "limits.memory": lxc-options has it, too, which would win; leave one of them out, or use config convert --keys
