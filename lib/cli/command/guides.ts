/**
 * The help topics about tasks: data, cloud-config and other daemons.
 *
 * @module
 */

/** The guides by the name of their topic. */
export const GUIDES = {
  data: `Data of instances

launch uses filesystems that exist as they are, and creates the others. A new
device directory is empty, a copy (device-template), a clone (device-origin),
or has what the image has at its path (extract: true). rebuild and delete keep
all of them; destroy removes filesystems that say destroy: true.

Datasets, plain directories and volumes of the daemon have the same commands:

  lxops i filesystems -l web.yaml            Sizes, snapshots, mountpoints
  lxops snapshot -s monday web.yaml          Datasets at once, then directories
  lxops rollback -s monday web.yaml          All filesystems, or none
  lxops export -d /backup/web web.yaml       Archives, manifest, checksums
  lxops import -d /backup/web --name web2 web.yaml
  lxops copy-filesystems --to-host backup.example.org web.yaml

No command overwrites or destroys data unless a flag says so: --overwrite,
--destroy-newer, --delete-snapshots, --move-devices. A command that would put
another directory in the place of an instance's data is refused. lxops
looks for mounts in a directory before the directory is removed, moved or
packed. After an interruption, the same command continues.

One lxops at a time works on an instance, also of several users and machines. A
second one exits with 11 and says who holds the lock; --lock-timeout 60 waits
up to a minute. The same holds for a filesystem whose place does not have the
instance's name, as other configurations may share it. The lock of a run that
was killed is taken over at once, or after a minute where it was on another
machine. Looking, exec, shell and file need no lock. For root, commands of an
Incus and an LXD of one machine also exclude each other where their instances
have one directory (files in /run/lxops/locks, which go with their commands).

rebuild --keep-old keeps the old root filesystem as a spare, which
rebuild --back swaps in again and prune deletes; both work with the same data,
never at the same time. While a rebuild is at work, datasets and volumes have
the snapshot lxops-rebuild-RANDOM-NAME. Where it fails after the new root
filesystem ran, the snapshot stays, to roll back to; the next rebuild that is
configured removes it. With --undo-data, the data goes back by itself.

copy-filesystems sends only what changed since the newest common snapshot. With
-s it copies a snapshot that exists, or continues a copy that was cut off.
`,
  "cloud-config": `Cloud-config

  lxops configure web.yaml                          What is new or changed
  lxops configure --only users --all web.yaml       One section, in any case
  lxops cloudconfig -i web users.cfg                Files, on any instance
  lxops cloudconfig lint users.cfg                  Unknown keys, passwords
  lxops cloudconfig plan --ostype debian users.cfg  The script it would run

Sections, spellings and results are those of cloud-init, which the image does
not need. A key without effect is a warning with its line. Files are applied
one after another; with "order: cloud-init" in the configuration, sections are
in cloud-init's order. Commands of runcmd run one by one. The first that fails
stops the run, and --resume continues with it.

The instance keeps a journal of what was applied, when, and how long it took:
/var/lib/lxops/journal.
`,
  daemons: `Other daemons, clusters and virtual machines

  lxops remote add far TOKEN               Add a daemon on another machine
  lxops --remote far instance list         Use it; or far:NAME for one instance
  lxops image copy --copy-aliases far:php  Incus and LXD share images

TOKEN is what "incus config trust add NAME" or "lxc config trust add --name
NAME" prints there. Remotes, certificates and the current project are those of
the daemon's own client. To move an instance, use publish and export there, and
image copy, import and launch here.

Filesystems and devices are directories of the daemon's machine. For a daemon
elsewhere, "host: ssh://root@NODE" in the configuration has them created there
by ssh, which must not ask for anything. Volumes need no host.

  lxops launch --target node2 web.yaml     Create it on a cluster member
  lxops launch --vm desktop.yaml           Create a virtual machine

An instance with directories is created on the cluster member that lxops talks
to. A virtual machine is configured when its agent answers; --timeout says how
long lxops waits for that.
`,
  pools: `Pools of instances

  lxops pool create --size 4 --wait dns ci ci/debian   Make and fill one
  lxops pool create --size 4 ci ci.yaml                The same of a file
  lxops run --pool ci -- make test                     Use an instance once
  lxops pool acquire --wait 60s --json ci              Take one for longer
  lxops pool renew LEASE                               Keep it longer
  lxops pool release LEASE                             Give it back
  lxops pool status ci                                 Who has what
  lxops pool tend --interval 5s                        Keep all pools full
  lxops pool set ci size=8 image=ci/debian13           Change it
  lxops pool destroy ci                                Remove it

A pool keeps instances of an image ready. Each is handed out once, to any
number of programs on any number of machines, and removed when it is given
back; with --reset snapshot it is set back in place of that. A lease ends at
its time, also where its owner was killed: the instance is then removed.

Everything is in the daemon: the definition in the profile lxops-pool-NAME,
leases in profiles lxops-lease-INSTANCE, the rest in keys of the instances.
Nothing has to run: where a pool has no tender, acquire asks for another
instance, and acquire --wait finishes it. pool tend, once or with --interval,
keeps pools full, and exits with 12 where it cannot; examples/pool has units of
systemd for it. It replaces
instances when the image, the definition or a profile changes: older ones serve
until newer ones are ready, and instances with a lease are left alone.

Instances wait running, frozen (--ready frozen: they use no processor time, and
are thawed when they are taken) or stopped. Each gets a machine-id, random
seeds and host keys of its own. With --mode self they are not taken: each works
by itself, as a runner of a CI system does, and is replaced when it stops.

Only users who may change the definition (pool set) decide what instances
are like; who may use the project of the daemon may use its pools. Projects
that share the profiles of the default one share the names of pools with it.
`,
  migrate: `From the Go lxops and from lxdops

Files, command lines and scripts work unchanged. First look, then switch:

  lxops migrate check                 Files of this directory, and instances
  lxops migrate check web.yaml        One configuration; nothing is changed
  lxops plan web.yaml                 What lxops up would change
  lxops up --plan web.yaml            The same as steps

Formats. #lxops-v1 is the current one, and #lxdops is read unchanged. A file of
lxdops from before 2023 has no such line and is converted:

  lxops config convert web.yaml       Into #lxops-v1; comments stay
  lxops config convert --from lxdops-old web.yaml

What differs for every setup:
  - The file that includes counts for ostype and image, not the included one.
  - Everything is checked before the first change, for all files.
  - delete and destroy of a running instance are refused without --force, and
    nothing of it is touched. They succeed where there is nothing, as before.
  - rebuild keeps MAC addresses, profiles and devices, and goes back by itself
    where it fails. launch and rebuild update the instance's profile.
  - Ready is an instance with an address, IPv4 or IPv6; --timeout is 60 s, and
    wait: in the configuration says otherwise.
  - New directories belong to the container's root unless device-owner is set.
  - A missing properties.yaml is an empty one.
  - Every key of cloud-init that lxops knows is applied;
    the Go lxops ignored most. SSH keys of users are brought up to date. The
    order of sections is as before, or as order: cloud-init has it.
  - What was applied is noted in the instance. In one of the Go lxops nothing
    is noted, so up and configure apply everything once more.
  - Failures end with other codes than 1: lxops help exit-codes.
  - wait-configure and poll still work; incus and lxc are not needed.

An instance of the Go lxops has a profile NAME.lxops; other instances are
refused without --adopt.
`,
} as const satisfies Readonly<Record<string, string>>;
