exit 3
a.yaml:3:12 profiles.0: No profile of instance "a" has a root disk (bare): add one that has, with incus profile device add PROFILE root disk path=/ pool=POOL, or name the pool by lxc-options: [--storage, POOL]
