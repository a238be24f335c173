/**
 * Results of commands that show instances.
 *
 * @module
 */
import { instanceKeys } from "./changes.ts";
import { boolean, integer, list, listing, map, object, result, text, time } from "./shape.ts";

const project = text("Project of the instance");
const name = text("Name of the instance");

/** `ps`. */
export const PS = listing({
  name: "ps",
  version: 1,
  commands: ["ps"],
  about: "Instances at a glance",
  columns: ["name", "state", "addresses", "ports", "image", "age", "changes"],
  keys: {
    project,
    name,
    state: text(
      "The state in the daemon's words, or absent; with (spare) or the like behind it, it stands aside",
    ),
    health: text("With --check, whether its checks pass; otherwise empty", {
      words: ["healthy", "unhealthy", ""],
    }),
    addresses: list("Addresses that others can reach, those of IPv4 first", text("")),
    ports: list("Ports that it publishes, as HOST:PORT->PORT", text("")),
    image: text("The image that it was made from"),
    age: text("Age of the image in its largest unit, such as 3d; - where it is not known"),
    changes: text("Parts that differ from its file, with commas between; - none, ? not known"),
    outdated: boolean("The daemon has a newer image of that name; null where that is not known", {
      orNull: true,
    }),
    fingerprint: text("Fingerprint of the image", { show: "short" }),
    imageCreated: time("Time when the image was added to the daemon; empty where it was deleted"),
    created: time("When the instance was created; empty where it is absent"),
    config: text("Path of its configuration; empty where lxops did not make it"),
  },
});

/** `instance list`. */
export const INSTANCES = listing({
  name: "instances",
  version: 1,
  commands: ["instance list"],
  about: "The instances that lxops created",
  columns: ["name", "state", "age", "image", "config"],
  keys: {
    project,
    name,
    state: text("The state in the daemon's words; with (spare) or the like behind it, it stands aside"),
    age: text("Age of the instance in its largest unit, such as 3d; - where it is not known"),
    created: time("When it was created"),
    image: text("The image that it was made from"),
    config: text("Path of its configuration; empty where lxops did not make it"),
  },
});

/** `instance addresses`. */
export const ADDRESSES = listing({
  name: "addresses",
  version: 1,
  commands: ["instance addresses"],
  about: "The addresses of instances",
  columns: ["address", "name"],
  keys: {
    name: text("Name of the instance, as PROJECT_NAME where another project has the same"),
    project,
    instance: name,
    interface: text("The network interface"),
    address: text("The address"),
  },
});

/** `instance devices`. */
export const DISKS = listing({
  name: "instance-devices",
  version: 1,
  commands: ["instance devices"],
  about: "The disk devices of an instance, with those of its profiles",
  columns: ["source", "path", "name", "readonly"],
  keys: {
    source: text("Directory of the host, or the volume"),
    path: text("Path in the instance"),
    name: text("Name of the device"),
    readonly: boolean("The instance cannot write to it"),
  },
});

/** `instance hwaddr`. */
export const HWADDR = listing({
  name: "hwaddr",
  version: 1,
  commands: ["instance hwaddr"],
  about: "The MAC addresses of instances",
  columns: ["hwaddr", "name", "nic"],
  keys: { hwaddr: text("The MAC address"), name, nic: text("Name of the device") },
});

/** `instance profiles`. */
export const INSTANCE_PROFILES = result(
  { name: "instance-profiles", version: 1, commands: ["instance profiles"] },
  list("The profiles of an instance in their order", text("")),
);

/** The profiles of an instance as rows. */
export const PROFILES_OF = listing({
  name: "instance-profile-rows",
  version: 1,
  commands: ["instance profiles --format"],
  about: "The profiles of an instance",
  columns: ["profile"],
  keys: {
    profile: text("Name of the profile"),
    position: integer("Its place among the profiles of the instance, from 1; later ones override"),
  },
});

/** `instance logs`. */
export const LOG_FILES = listing({
  name: "instance-logs",
  version: 1,
  commands: ["instance logs"],
  about: "The log files that the daemon has of an instance",
  columns: ["log"],
  keys: { log: text("Name of the log file") },
});

/** `instance idmap`. */
export const IDMAP = result(
  { name: "instance-idmap", version: 1, commands: ["instance idmap"] },
  object("The ids that the root of an instance has on the host", {
    uid: integer("Its user id"),
    gid: integer("Its group id"),
  }),
);

/** `instance info`. */
export const INFO = result(
  { name: "instance-info", version: 1, commands: ["instance info"] },
  map("All that the daemon says of an instance, in its own words", { kind: "any", about: "" }),
);

/** `instance get`. */
export const KEYS = result(
  { name: "instance-get", version: 1, commands: ["instance get"] },
  map("The keys of an instance; with KEY only its value, as text", text("")),
);

/** The keys of an instance as rows. */
export const KEY_ROWS = listing({
  name: "instance-keys",
  version: 1,
  commands: ["instance get --format"],
  about: "The keys of an instance",
  columns: ["key", "value"],
  keys: { key: text("Name of the key"), value: text("Its value") },
});

/** `check`. */
export const CHECKS = listing({
  name: "check",
  version: 1,
  commands: ["check"],
  about: "The results of checks",
  columns: ["instance", "check", "result", "seen"],
  keys: {
    ...instanceKeys,
    check: text("The check, such as tcp 80"),
    file: text("File of the check"),
    line: { kind: "integer", about: "Line of the check in that file; 0 where it is not known" },
    result: text("Whether it passed", { words: ["passed", "failed"] }),
    seen: text("What was seen in the place of success; empty where it passed"),
  },
});

/** The files that a rebuild would destroy. */
export const LOST = listing({
  name: "lost",
  version: 1,
  commands: ["lost"],
  about: "The files of running instances that a rebuild would destroy, the largest of each first",
  columns: ["instance", "size", "modified", "path"],
  keys: {
    ...instanceKeys,
    path: text("Path in the instance"),
    size: integer("Bytes", { show: "size" }),
    modified: time("Time of the last change"),
  },
});
