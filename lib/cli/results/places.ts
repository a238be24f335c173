/**
 * Results of commands about snapshots, pools of instances, projects and remotes.
 *
 * @module
 */
import { boolean, integer, list, listing, object, result, text, time } from "./shape.ts";

/** `snapshot list`. */
export const SNAPSHOTS = listing({
  name: "snapshots",
  version: 1,
  commands: ["snapshot list"],
  about: "The snapshots of instances and their filesystems",
  columns: ["instance", "snapshot", "of", "used", "created"],
  keys: {
    instance: text("Name of the instance"),
    snapshot: text("Name of the snapshot"),
    of: text("What it is a snapshot of: instance NAME, or a dataset, directory or volume"),
    used: text(
      "The space that it takes, such as 1.5M; empty where that is not known or, without -l, not measured",
      {
        show: "dash",
      },
    ),
    created: text("When it was taken, in the words of zfs or the daemon; empty where that is not known"),
    bytes: integer("The space in bytes, as exact as used is; null where it is not known", { orNull: true }),
    createdAt: time("When it was taken, as exact as created is; null where that is not known", {
      orNull: true,
    }),
  },
});

/** The state of a pool without its instances. */
const poolKeys = {
  pool: text("Name of the pool"),
  project: text("Project of the pool"),
  image: text("The image of its instances"),
  size: integer("Number of instances that are kept ready"),
  max: integer("Most instances that it may have"),
  mode: text("How instances are used", { words: ["lease", "self"] }),
  enabled: boolean("It hands out and makes instances"),
  ready: integer("Number of instances that are ready"),
  warming: integer("Number of instances that are made"),
  leased: integer("Number of instances with a lease"),
  going: integer("Number of instances that are to be removed"),
} as const;

/** The instances of a pool. */
export const MEMBERS = listing({
  name: "pool-instances",
  version: 1,
  commands: ["pool status --format"],
  about: "The instances of a pool",
  columns: ["instance", "state", "status", "owner", "expires", "reason"],
  keys: {
    instance: text("Name of the instance"),
    state: text("Its state in the pool", {
      words: ["ready", "warming", "leased", "kept", "older", "going", "stray"],
    }),
    status: text("Its state in the daemon's words"),
    owner: text("Owner of its lease; empty where it has none"),
    expires: time("When its lease ends; empty where it has none"),
    reason: text("Why it goes, or is left alone; empty otherwise"),
  },
});

/** `pool list`. */
export const POOLS = listing({
  name: "pools",
  version: 1,
  commands: ["pool list"],
  about: "The pools of a project",
  columns: ["pool", "image", "size", "max", "ready", "warming", "leased", "going", "mode", "enabled"],
  keys: poolKeys,
});

/** `pool status`. */
export const POOL = result(
  { name: "pool", version: 1, commands: ["pool status"] },
  object("The state of a pool", {
    ...poolKeys,
    instances: list("Its instances", MEMBERS.shape.of),
  }),
);

/** `pool acquire` and `pool renew`. */
export const LEASE = result(
  { name: "lease", version: 1, commands: ["pool acquire", "pool renew"] },
  object("The right to use an instance of a pool alone", {
    lease: text("Its secret name, by which it is renewed and released"),
    instance: text("Name of the instance"),
    project: text("Its project"),
    pool: text("Name of the pool"),
    owner: text("Who has it"),
    expires: time("When it ends"),
    addresses: list("Addresses of the instance when it became ready", text("")),
    ssh: {
      ...object("How to reach its SSH server; absent where it had none", {
        user: text("The user to log in as"),
        host: text("Address of the server"),
        port: integer("Its port"),
        known_hosts: text("Lines for a known_hosts file"),
      }),
      optional: true,
    },
    exec: list("The words that run a program in it, before those of the program", text("")),
  }),
);

const current = boolean("It is the current one", { show: "star" });

/** `project list`. */
export const PROJECTS = listing({
  name: "projects",
  version: 1,
  commands: ["project list"],
  about: "The projects of a daemon",
  columns: ["name", "current", "own", "restricted"],
  keys: {
    name: text("Name of the project"),
    current,
    own: list("Kinds of objects that it does not share with the default project", text("")),
    restricted: boolean("It is restricted"),
  },
});

/** `remote list`. */
export const REMOTES = listing({
  name: "remotes",
  version: 1,
  commands: ["remote list"],
  about: "The remotes of the client's configuration, and image servers",
  columns: ["name", "current", "address", "protocol", "project", "public"],
  keys: {
    name: text("Name of the remote"),
    current,
    address: text("Its address"),
    protocol: text("What it speaks", { words: ["incus", "lxd", "simplestreams", "oci"] }),
    project: text("Its project; empty for the default one"),
    public: boolean("It asks for no certificate of the client"),
  },
});
