/**
 * The schemas of entries of `filesystems` and `devices`.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { didYouMean } from "../../base/suggest.ts";
import { DEVICE_KINDS } from "./keys.ts";
import { kindOf, kindSchemas } from "./device_schemas.ts";
import { field, flag, map, oneBy, record, text } from "./fields.ts";

const absent = (value: unknown) => value === null || value === "" ? undefined : value;

/** A schema for the kind of a directory. */
const diskOnly = z.enum(["disk"], {
  error: ({ input }) => {
    const kind = typeof input === "string" ? input : JSON.stringify(input);
    const hint = didYouMean(kind, DEVICE_KINDS) ||
      `; the kinds are ${DEVICE_KINDS.join(", ")}, and none for a directory`;
    return `There is no kind of device "${kind}"${hint}`;
  },
});

/** The schema of an entry of `filesystems`. */
export const filesystemSchema = preprocess(
  (value) => value === null ? {} : value,
  record({
    pattern: field(text, {
      default: "",
      kind: "Pattern",
      description:
        "Place of the filesystem: a ZFS dataset, a plain directory if it starts with a slash, or a custom volume of the " +
        "daemon, as volume:POOL/NAME. It should contain (instance), so that each instance has its own.",
      examples: ["(fsroot)/(instance)", "/srv/lxops/(instance)", "volume:default/(instance)"],
    }),
    zfsproperties: field(map(text), {
      default: {},
      description: "ZFS properties of the dataset, set when it is created or cloned.",
      examples: [{ recordsize: "16K", compression: "lz4" }],
    }),
    properties: field(map(text), {
      default: {},
      description:
        "Configuration of a volume of the daemon, set when it is created. The daemon's manual lists the keys.",
      examples: [{ size: "10GiB" }],
    }),
    destroy: field(flag, {
      default: false,
      description: "Allow `destroy` to destroy the filesystem. By default it is kept.",
    }),
    transient: field(flag, {
      default: false,
      description:
        "The filesystem has no data to keep, like /tmp: snapshot, rollback, export, import, copies and clones leave it " +
        "out.",
    }),
  }),
).register(z.globalRegistry, { kind: "Filesystem" });

/** The schema of an entry of `devices` that is a directory. */
export const directorySchema = preprocess(
  (value) => value === null ? {} : value,
  record({
    type: field(preprocess(absent, z.optional(diskOnly)), {
      kind: DEVICE_KINDS.join(", "),
      description:
        "Kind of the device; without one it is a directory of the host. The kinds have the keys that the daemons have for " +
        "them, which are below.",
      examples: ["unix-char"],
    }),
    path: field(text, {
      default: "",
      description: "Path of the directory in the instance.",
      examples: ["/home", "/var/log"],
    }),
    filesystem: field(text, {
      default: "",
      description:
        "Key of the filesystem of the directory. Without it, `dir` is an absolute path of the host, which is attached " +
        "and never created.",
    }),
    dir: field(text, {
      default: "",
      kind: "Pattern",
      description:
        "Directory in the filesystem. The default is the device's key, or for a volume the volume itself. `.` is the " +
        "filesystem itself; an absolute path is used unchanged.",
    }),
    readonly: field(flag, {
      default: false,
      description: "Attach the directory read-only.",
    }),
    shift: field(flag, {
      default: false,
      description:
        "Let the daemon shift ids when it mounts the directory (an idmapped mount), so that files on the host have the " +
        "container's ids, from 0. lxops reports if the daemon, the kernel or the filesystem does not support this.",
    }),
    extract: field(preprocess(absent, z.optional(flag)), {
      description:
        "Fill a new directory with the image's content at `path`, with owners mapped by the instance's id map. The " +
        "default is the configuration's own `extract`, and no for a transient filesystem.",
    }),
  }),
).register(z.globalRegistry, { kind: "Device" });

/** The schema of an entry of `devices`. */
export const deviceSchema = oneBy(
  (value) => kindOf(value) + 1,
  [directorySchema, ...kindSchemas()],
).register(z.globalRegistry, { kind: "Device" });
