/**
 * The schemas of the keys about hooks, secrets and kept files.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { duration, field, list, map, octal, oneBy, oneOf, record, text } from "./fields.ts";
import { HOOK_PLACES, HOOK_POINTS, type HookPoint } from "./provision_keys.ts";

const isMap = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** The time limit of a hook, in seconds. */
const HOOK_SECONDS = 600;

/** Returns the schema of a hook that is a map. */
export const hookSchema = () =>
  record({
    run: field(text, {
      default: "",
      kind: "Path",
      description:
        "The program, relative to the directory of the file that names it. One for the guest is a script.",
      examples: ["hooks/announce.sh"],
    }),
    in: field(preprocess((value) => value || "host", oneOf(HOOK_PLACES)), {
      default: "host",
      description:
        "Where it runs: host (the default), as the user who runs lxops, or guest, as root of the instance. A hook of the " +
        "guest needs a running instance.",
    }),
    args: field(list(text), {
      default: [],
      description: "Arguments of the program.",
    }),
    timeout: field(duration, {
      default: HOOK_SECONDS,
      description: "Time limit. The default is 10m.",
      examples: ["30s"],
    }),
  }).register(z.globalRegistry, { kind: "Hook" });

const POINTS: Readonly<Record<HookPoint, string>> = {
  "before-launch": "Before `launch` or `up` creates the instance and its filesystems.",
  "after-create": "After the instance was created by a launch or a rebuild, before its first start.",
  "after-start": "After a launch, a rebuild or `up` has started the instance, and it is ready.",
  "after-configure": "After its cloud-config was applied, before its checks.",
  "before-rebuild": "Before a rebuild changes anything.",
  "after-rebuild": "After the new root filesystem was configured and checked. The old one is still there.",
  "before-delete": "Before `delete`, `destroy` or `down` changes anything.",
  "after-delete": "After `delete`, `destroy` or `down`.",
};

/** Turns a single hook into a list. */
const several = (value: unknown) => value === null ? [] : Array.isArray(value) ? value : [value];

/** The schema of `hooks`. */
export const hooksSchema = preprocess(
  (value) => value === null ? {} : value,
  record(
    Object.fromEntries(
      HOOK_POINTS.map((point) => [
        point,
        field(
          preprocess(
            several,
            list(oneBy((value) => isMap(value) ? 1 : 0, [text, z.lazy(hookSchema)])),
          ),
          { default: [], kind: "text or Hook", description: POINTS[point] },
        ),
      ]),
    ),
  ),
).register(z.globalRegistry, { kind: "map of hooks by their points" });

/** The mode of a file with a secret. */
const SECRET_MODE = 0o400;

/** Returns the schema of a secret that is a map. */
export const secretSchema = () =>
  record({
    file: field(text, {
      default: "",
      kind: "Path",
      description: "File with the value. Neither the group nor others should be able to read it.",
      examples: ["db.secret"],
    }),
    env: field(text, {
      default: "",
      description: "Variable of the environment of lxops with the value.",
      examples: ["DB_PASSWORD"],
    }),
    sops: field(text, {
      default: "",
      kind: "Path",
      description: "File that `sops` decrypts. Without `key`, all of it is the value.",
      examples: ["secrets.enc.yaml"],
    }),
    key: field(text, {
      default: "",
      description: "Place of the value in the file of `sops`, with dots between the keys of nested maps.",
      examples: ["db.password"],
    }),
    age: field(text, {
      default: "",
      kind: "Path",
      description: "File that `age` decrypts.",
      examples: ["tls.key.age"],
    }),
    identity: field(text, {
      default: "",
      kind: "Path",
      description: "File with the identity for `age`. The default is ~/.config/sops/age/keys.txt.",
    }),
    command: field(list(text), {
      default: [],
      description:
        "Program that prints the value, with its arguments. A name is looked up where lxops finds programs; a path is " +
        "relative to the directory of the file that names it.",
      examples: [["pass", "show", "db"]],
    }),
    owner: field(text, {
      default: "",
      description: "Owner of the file in the instance, as USER or USER:GROUP. The default is root.",
      examples: ["postgres", "999:999"],
    }),
    mode: field(octal, {
      default: SECRET_MODE,
      description: "Mode of the file. The default is 0400.",
    }),
  }).register(z.globalRegistry, { kind: "Secret" });

const secretEntrySchema = oneBy((value) => isMap(value) ? 1 : 0, [text, z.lazy(secretSchema)])
  .register(z.globalRegistry, { kind: "text or Secret" });

/** The keys of a configuration about hooks, secrets and kept files. */
export const provisionFields = {
  hooks: field(hooksSchema, {
    default: {},
    description:
      "Programs that run at points of the instance's life, by these points; see `help hooks`. One that fails stops the " +
      "command, and a rebuild returns to the old instance.",
    examples: [{ "after-configure": ["hooks/announce.sh"] }],
    merge: "appended, those of included files first",
    takes: "nothing",
  }),
  secrets: field(map(secretEntrySchema), {
    default: {},
    description:
      "Secrets, by name: the path of a file, or a map; see `help secrets`. The instance has them as files in " +
      "/run/lxops/secrets, in memory.",
    examples: [{ db: "db.secret", token: { env: "TOKEN" } }],
    merge: "by key, the including file wins",
    takes: "nothing",
  }),
  keep: field(list(text), {
    default: [],
    description:
      "Files of the root filesystem that outlive it: ssh-host-keys, machine-id, or paths of files; see `help keep`. They " +
      "are kept beside the data, and put into each new root filesystem before its first start.",
    examples: [["ssh-host-keys", "machine-id"]],
    merge: "appended, those of included files first",
    daemons: "both; containers only",
    takes: "nothing",
  }),
} as const;
