/**
 * The shape of the keys of a configuration about hooks, secrets and kept files.
 *
 * @module
 */

/** The points of an instance's life at which hooks run. */
export const HOOK_POINTS = [
  "before-launch",
  "after-create",
  "after-start",
  "after-configure",
  "before-rebuild",
  "after-rebuild",
  "before-delete",
  "after-delete",
] as const;

/** A point of an instance's life at which hooks run. */
export type HookPoint = typeof HOOK_POINTS[number];

/** The places in which hooks run: the machine of lxops, or the instance. */
export const HOOK_PLACES = ["host", "guest"] as const;

/** A program that runs at a point of an instance's life. */
export interface Hook {
  /** The absolute path of the program. */
  readonly run: string;
  readonly in: typeof HOOK_PLACES[number];
  readonly args: readonly string[];
  /** Time limit in seconds. */
  readonly timeout: number;
}

/** The hooks of a configuration, those of included files first. */
export type Hooks = Readonly<Partial<Record<HookPoint, readonly Hook[]>>>;

/** The keys of a secret that say where its value comes from. */
export const SECRET_SOURCES = ["file", "env", "sops", "age", "command"] as const;

/** A secret: where its value comes from, and who may read it in the instance. Paths are absolute. */
export interface SecretEntry {
  readonly file: string;
  /** Name of a variable of the environment. */
  readonly env: string;
  /** File that `sops` decrypts. */
  readonly sops: string;
  /** Path of the value in that file, with dots; empty: the whole file. */
  readonly key: string;
  /** File that `age` decrypts. */
  readonly age: string;
  /** File with the identity for `age`. */
  readonly identity: string;
  /** Program that prints the value. */
  readonly command: readonly string[];
  /** USER[:GROUP] of the file in the instance. */
  readonly owner: string;
  readonly mode: number;
  /** The directory of the file that names the secret, in which its command runs. */
  readonly directory: string;
}

/** Words of `keep` that stand for files. */
export const KEPT_WORDS = ["ssh-host-keys", "machine-id"] as const;

/** The keys about hooks, secrets and kept files. */
export interface ProvisionKeys {
  readonly hooks: Hooks;
  readonly secrets: Readonly<Record<string, SecretEntry>>;
  /** Files and words for files whose content outlives the instance, each once. */
  readonly keep: readonly string[];
}
