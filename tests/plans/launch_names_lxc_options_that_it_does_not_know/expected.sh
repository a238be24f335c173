exit 3
a.yaml:4:3 lxc-options.0: Unknown option "--console"; lxops knows -c --config -d --device -p --profile -n --network -s --storage -t --type --target --description -e --ephemeral --vm --no-profiles --empty --environment-file --project -q --quiet -v --verbose --debug --force-local
a.yaml:5:3 lxc-options.1: Option "-c": "nonsense" is not of the form key=value
a.yaml:7:3 lxc-options.3: Option "-n" needs a value
