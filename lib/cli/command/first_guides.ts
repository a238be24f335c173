/**
 * The help topics for a first day: the terms, a tutorial, and the files and variables of lxops.
 *
 * @module
 */

/** The guides by the name of their topic. */
export const FIRST_GUIDES = {
  concepts: `Concepts

instance       A container or a virtual machine of Incus or LXD.
configuration  A YAML file that begins with #lxops-v1 and describes one
               instance, which has the name of the file, or --name. A directory
               with a file lxops.yaml is one, too, and gives its own name.
image          What a root filesystem is made of. rebuild replaces the root
               filesystem; what is not in a filesystem of lxops is lost.
filesystem     A place for data that stays: a directory of the host
               (/srv/(instance)), a ZFS dataset (tank/(instance)) or a volume
               of the daemon (volume:default/(instance)).
device         A directory of a filesystem that the instance sees: /srv/web/log
               on the host is /var/log in the instance.
profile        NAME.lxops is the profile of one instance, with its devices.
               lxops makes and updates it; others are listed in "profiles".
property       The value of a (name) in a pattern: -P NAME=VALUE, the
               configuration, or lxops property set. The instance remembers
               the -P of its launch.
cloud-config   What happens inside: packages, users, files, commands. The
               journal of the instance says what was applied already.
snapshot       The state of all filesystems of an instance at one time.
remote         A daemon or an image server under a name: far:web, images:alpine

Three things are called a pool:
  storage pool   Of the daemon: root filesystems and volumes are in it
  ZFS pool       Of the machine: datasets are in it
  instance pool  Of lxops: instances that wait to be used (lxops help pools)

Commands that belong together:
  lxops plan web.yaml      What differs between file and instance
  lxops up web.yaml        Make the instance what the file says
  lxops rebuild web.yaml   A new root filesystem; data and addresses stay
  lxops delete web.yaml    Delete the instance; filesystems stay
  lxops destroy web.yaml   Delete filesystems with "destroy: true", too
`,
  tutorial: `The first container, step by step

Needed: Incus or LXD that runs and is initialised, and a user who may use it.

  lxops init web                  Write web/lxops.yaml, with comments
  lxops up --plan web             What would be made; nothing is changed
  lxops up web                    Make it
  lxops ps                        Is it there? At which address?
  lxops exec web -- uname -a      Run a program in it
  lxops shell web                 A shell in it; "exit" ends it

Data that stays needs a directory of the host. The directory web/data is
/usr/local/data of the container:

  lxops exec web -- touch /usr/local/data/note
  lxops rebuild web               A new root filesystem
  lxops exec web -- ls /usr/local/data

Edit web/lxops.yaml or web/cloud-config/main.cfg, then:

  lxops plan web                  What differs
  lxops up web                    Apply it

In the end:

  lxops stop web                  Stop it; start starts it again
  lxops down web                  Delete it; web/data stays

A file with another name works as well, without conf, bin and data beside it:
"lxops launch web.yaml". The image is images:alpine/3.22, and "lxops image list
images:" lists others. Next: "lxops help concepts", "lxops help config".
`,
  files: `Files

Read by lxops, all of them optional:
  ~/.config/lxops/properties.yaml   Properties of this user
  ~/.config/lxops/properties.d/     Further ones: *.yaml, read before it
  ~/.config/incus, ~/.config/lxc    Remotes, certificates and the current
  ~/snap/lxd/common/config          project of the daemon's own client
  DIR/lxops.yaml, .env, conf, ...   A directory: lxops help directory
  /etc/lxops/ci.yaml                What jobs of CI may have: lxops help ci

Written by lxops:
  The directories, datasets and volumes of a configuration's filesystems
  DIR.partial, DIR.lxops-*          While one is made, filled or replaced
  DIR@NAME                          Snapshots of the directory DIR
  What init, config convert, export and remote add say that they write

Kept in the daemon; nothing of it is on the host:
  Profile NAME.lxops                Devices of an instance
  Profile lxops.lock.NAME           While a command works on it
  Keys user.lxops.* of instances    Its file, its -P, what a rebuild kept
  Profiles lxops-pool-*, lxops-lease-*   Instance pools

In an instance:
  /var/lib/lxops/journal            What was applied of cloud-config
  /run/lxops/secrets                Secrets, in memory

  lxops property file               Where properties are
  lxops i filesystems -l web.yaml   Where data is
  lxops config includes web.yaml    What a configuration reads
`,
  environment: `Environment variables

  INCUS_SOCKET, LXD_SOCKET    Socket of the daemon, as --socket
  INCUS_DIR, LXD_DIR          Directory with the file unix.socket
  INCUS_CONF, LXD_CONF        Directory of the client's configuration
  XDG_CONFIG_HOME             lxops/properties.yaml is there, not in ~/.config
  HOME                        For ~
  TERM                        Passed to shell and to exec on a terminal
  NO_COLOR, TERM=dumb         No colours
  SOURCE_DATE_EPOCH           Time of images that image build makes
  SUDO_UID                    User who ran sudo, whose files are trusted, too
  USER, LOGNAME               User that a lock names
  HTTPS_PROXY, NO_PROXY       For image servers and remotes; the socket of the
                              daemon ignores them

Those of CI systems are in lxops help ci. A configuration of a directory reads
\${NAME} from the environment: lxops help directory. Variables of a program in
an instance are only those that are given:

  lxops exec -e TZ=UTC web -- date
  lxops run --env-file .env images:alpine/3.22 -- env
`,
} as const satisfies Readonly<Record<string, string>>;
