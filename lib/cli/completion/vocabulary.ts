/**
 * Kinds of the words in usages and of the values of flags, which say how to complete them.
 *
 * @module
 */

/** The kind of candidates of a word. */
export type Kind =
  | "alias"
  | "columns"
  | "command"
  | "config"
  | "directory"
  | "file"
  | "image"
  | "instance"
  | "instance/"
  | "instance/snapshot"
  | "instance:"
  | "instance-snapshot"
  | "member"
  | "pool"
  | "profile"
  | "project"
  | "property"
  | "property="
  | "remote"
  | "remote:"
  | "shell"
  | "snapshot"
  | "topic"
  | "volume"
  | { readonly words: readonly string[] };

type Kinds = readonly Kind[];

/** Words that only the user can know. */
const FREE: Kinds = [];

/** The words of usages, without `[REMOTE:]`, brackets and dots. */
export const OPERANDS: Readonly<Record<string, Kinds>> = {
  "-": FREE,
  ALIAS: ["image"],
  ARGUMENT: FREE,
  COMMAND: ["command"],
  DIR: ["directory"],
  DIRECTORY: ["directory"],
  FILE: ["config"],
  FILTER: FREE,
  IMAGE: ["image"],
  INSTANCE: ["instance"],
  "INSTANCE/SNAPSHOT": ["instance/snapshot"],
  KEY: FREE,
  "KEY=VALUE": FREE,
  LEASE: FREE,
  NAME: ["instance"],
  "NAME/PATH": ["instance/"],
  "NAME:PATH": ["instance:"],
  NEW: FREE,
  "NEW-NAME": FREE,
  NEW_NAME: FREE,
  PATH: FREE,
  POOL: ["pool"],
  "POOL/VOLUME": ["volume"],
  PROFILE: ["profile"],
  PROGRAM: FREE,
  REMOTE: ["remote:"],
  ROOTFS: ["file"],
  SCRIPT: ["file"],
  SHELL: ["shell"],
  SNAPSHOT: ["instance-snapshot"],
  SOURCE: ["file"],
  STAGE: FREE,
  SYSTEM: [{ words: ["gitlab", "garm", "falk", "forgejo"] }],
  TARGET: ["file"],
  TOKEN: FREE,
  TOPIC: ["topic"],
  URL: FREE,
  VALUE: FREE,
  list: [{ words: ["list"] }],
};

/** Commands whose operands have another kind than these words usually have. */
export const OPERANDS_OF: Readonly<Record<string, Readonly<Record<string, Kinds>>>> = {
  cloudconfig: { FILE: ["file"] },
  "cloudconfig lint": { FILE: ["file"] },
  "cloudconfig plan": { FILE: ["file"] },
  create: { NAME: FREE },
  "pool create": { POOL: FREE },
  "file push": { FILE: ["file"] },
  "image alias list": { FILTER: ["alias"] },
  "image list": { FILTER: ["image"] },
  "image instances": { FILTER: ["instance"] },
  "instance addresses": { FILTER: ["instance"] },
  "instance list": { FILTER: ["instance"] },
  "instance profiles": { FILTER: ["profile"] },
  "pool status": { FILTER: ["instance"] },
  "pool list": { FILTER: ["pool"] },
  "project list": { FILTER: ["project"] },
  "property list": { FILTER: ["property"] },
  "remote list": { FILTER: ["remote"] },
  "image alias create": { NAME: FREE },
  "image alias delete": { NAME: ["alias"] },
  "image alias rename": { NAME: ["alias"] },
  "image export": { FILE: ["file"] },
  "image import": { FILE: ["file"] },
  "instance cloudconfig": { FILE: ["file"] },
  "instance keep": { FILE: FREE },
  "instance logs": { FILE: FREE },
  "profile import": { FILE: ["file"] },
  "property get": { KEY: ["property"] },
  "property set": { KEY: ["property"] },
  "property unset": { KEY: ["property"] },
  "remote add": { NAME: FREE },
  "remote remove": { NAME: ["remote"] },
  "volume export": { FILE: ["file"] },
  "volume import": { FILE: ["file"] },
};

/** The values of flags by the word that help has for them. */
export const VALUES: Readonly<Record<string, Kinds>> = {
  "ADDR:PORT": FREE,
  ADDRESS: FREE,
  ALGORITHM: [{ words: ["gzip", "zstd", "xz", "bzip2", "none"] }],
  COLUMNS: ["columns"],
  COMMAND: FREE,
  CONDITIONS: [{ words: ["network", "ipv4", "ipv6", "exec", "systemd", "cloud-init"] }],
  CONFIG: ["config"],
  CSV: ["file"],
  DIR: ["directory"],
  DIRECTORY: ["directory"],
  DURATION: FREE,
  FAMILY: [{ words: ["inet", "inet6"] }],
  FILE: ["file"],
  FINGERPRINT: FREE,
  FORMAT: [{ words: ["table", "compact", "csv", "yaml", "json"] }],
  GID: FREE,
  HOST: FREE,
  HOW: [{ words: ["keep", "warn", "refuse"] }],
  ID: FREE,
  INSTANCE: ["instance"],
  JSON: FREE,
  "KEY=VALUE": FREE,
  LINES: [{ words: ["all"] }],
  MEMBER: ["member"],
  METHOD: [{ words: ["GET", "POST", "PUT", "PATCH", "DELETE"] }],
  MIB: FREE,
  MODE: [{ words: ["lease", "self"] }],
  N: FREE,
  NAME: FREE,
  "NAME:PATH": FREE,
  "NAME=VALUE": FREE,
  NET: [{ words: ["isolated", "none"] }],
  OCTAL: FREE,
  ORDER: [{ words: ["lxops", "cloud-init"] }],
  PATH: FREE,
  POOL: ["pool"],
  PORT: FREE,
  "PORT/PATH": FREE,
  PROGRAM: FREE,
  SECONDS: FREE,
  SECTION: FREE,
  SHA256: FREE,
  SIZE: FREE,
  SOURCE: ["file", "image"],
  "SRC:DST": ["file"],
  "SRC:DST[:ro]": ["directory"],
  STATE: [{ words: ["running", "frozen", "stopped"] }],
  STATUS: FREE,
  STYLE: [{ words: ["auto", "tty", "plain", "json", "quiet"] }],
  TEXT: FREE,
  TIME: FREE,
  TYPE: [{ words: ["alpine", "debian", "ubuntu"] }],
  UID: FREE,
  "UID:GID": FREE,
  UUID: FREE,
  USER: FREE,
  WHAT: [{ words: ["exec", "init", "net", "dns"] }],
  WHEN: [{ words: ["never", "on-failure", "always"] }],
  "cpu=N,memory=SIZE": [{ words: ["cpu=", "memory="] }],
  "file|live": [{ words: ["file", "live"] }],
  "new|image": [{ words: ["new", "image"] }],
  "none|NAME": [{ words: ["none"] }],
  "[REMOTE:]POOL": ["pool"],
};

/** Flags whose values have another kind than their word usually has; of one command, or of all. */
export const FLAGS: Readonly<Record<string, Kinds>> = {
  P: ["property="],
  container: ["instance"],
  "from-container": ["instance"],
  "from-project": ["project"],
  "ids-of": ["instance"],
  "instance keep from": ["instance"],
  "instance number project": ["project"],
  name: ["instance"],
  profile: ["profile"],
  project: ["project"],
  "publish name": FREE,
  "pool create reset": [{ words: ["none", "snapshot"] }],
  "publish format": [{ words: ["unified", "split"] }],
  "config convert from": [{ words: ["lxdops-old"] }],
  "remote add protocol": [{ words: ["incus", "lxd", "simplestreams"] }],
  "remote add project": FREE,
  remote: ["remote"],
  "run name": FREE,
  s: ["snapshot"],
  snapshot: ["snapshot"],
  socket: ["file"],
};
