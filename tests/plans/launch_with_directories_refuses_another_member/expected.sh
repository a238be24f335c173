exit 3
a.yaml:3:1 target: The directories of these devices would be made on cluster member "m1", and the instance on "m2": run lxops there, or leave out the target
