/**
 * The introductions of the help topics about hooks, secrets and kept files.
 *
 * @module
 */

/** The introduction of the topic about hooks. */
export const HOOKS =
  `A hook is a program that runs at a point of an instance's life. Its path is relative to the directory of the file that
names it; hooks of included files come first. A value is the path of a program of the host, a map, or a list of both.

A hook that fails stops the command: nothing was changed before before-launch, before-rebuild and before-delete, and a
rebuild returns to the old instance, except after --in-place or with --no-return. After a launch that was stopped,
"lxops up" or "launch --resume" runs the hooks of the launch from after-create on, so each must be able to run twice.
What a hook prints is progress, and is shown with --trace. "rebuild --back" runs no hooks.

A hook of the host runs as the user who runs lxops, in the directory of the configuration, with the environment of lxops
and without a terminal. When its time is over, all that it has started is ended with it. It is refused before anything
changes if it or a directory above it can be written by others or by any group (chmod g-w), or, for root, if it belongs
to another user than root or the one who used sudo. A hook of the guest is a script whose first line names its
interpreter, and runs as root of the instance. Neither may be in a directory that an instance can write to. Both have
these variables:

  LXOPS_HOOK      the point, such as after-start
  LXOPS_NAME      name of the instance
  LXOPS_INSTANCE  its name at that time; a rebuild creates it as NAME-lxops-new-...
  LXOPS_PROJECT   its project
  LXOPS_DIR       directory of the configuration
  LXOPS_CONFIG    file of the configuration
  LXOPS_PROGRAM   lxops-incus or lxops-lxd

These are the points:`;

/** The introduction of the topic about secrets. */
export const SECRETS =
  `A secret is a file in the instance's memory, /run/lxops/secrets/NAME, that is there before its cloud-config is applied.
A value is the path of a file, or a map with one of file, env, sops, age and command, which say where it comes from. Paths
are relative to the directory of the file that names them. An owner who is made by the cloud-config gets the file
afterwards; until then it belongs to root.

lxops reads all secrets before the first change. It gives them to the instance over the input of a program: no argument,
variable, key or operation of the daemon has them, nor what lxops prints, records or publishes. A dry run shows them with
--show-secrets only. Programs that print secrets are run once, as hooks are: with the environment of lxops, and only if
nobody else can change them. The same holds for files of secrets, and nothing that a secret names may be in a directory
that an instance can write to. The last end of line of what a command prints is left out. A secret has at most 1 MiB.

launch, rebuild, configure, up, start, restart and other commands of lxops that start the instance deliver them. After a
start by others (the daemon at boot, a reboot inside) the instance has none until "lxops up FILE", "lxops start" or
"lxops restart" is run; "lxops plan" shows what it lacks. To have them after a boot of the host, run "lxops up FILE"
there, as by a unit of systemd; in the instance, a service can wait for a file with systemd's path units, or
ConditionPathExists. A change is seen by a hash that is beside the secrets, for the instance's root only.

A secret that is a map has these keys:`;

/** The topic about kept files. */
export const KEEP = `keep lists files of the root filesystem that outlive it:

  ssh-host-keys   /etc/ssh/ssh_host_*_key and their public keys
  machine-id      /etc/machine-id
  /a/path         a file, or a directory with what is in it

They survive "rebuild" and "delete" with a later "launch": known_hosts of
clients stay right, and the system is the same to its services.

Each launch, rebuild, configure or "up" that does something saves them when the
instance is configured, and delete, destroy and down before they stop it. The
instance itself has them in .lxops/keep on a device of its data, for its root
only: the first device that is not read-only and is in a dataset or directory
of the host that is not transient. Without such a device, the command is
refused before the first change. A backup of the data has the keys, too. The
saved files name their instance: an instance that shares the data neither gets
the files of another one nor replaces them. If "destroy" removes the
filesystem, it removes them, too. Where the files of an instance cannot be
saved, delete and down stop before the first change (stop the instance to
delete it without them), and destroy continues with a note.

A new root filesystem gets them before its first start: that of a rebuild from
the old instance, and that of a launch from the data. What an instance no
longer has stays saved as long as keep lists it. Links are not followed, only
files and directories are kept, with owners and modes, and of all files
together at most 512 KiB in 256 files. A configuration with "host" and virtual
machines are refused.
`;
