/**
 * The files of an instance as data that edits change by merge patches (RFC 7396): `null` removes a key, an object is
 * merged, and every other value replaces the earlier one.
 *
 * @module
 */
import type { Ground } from "../support/daemon.ts";

/** A part of a file, or a change of it. */
export interface Tree {
  readonly [key: string]: Tree | readonly unknown[] | string | number | boolean | null;
}

/** The files of an instance. Lists are maps with any keys, so that a patch can change an entry. */
export interface Files {
  /** The configuration. */
  readonly config: Tree;
  /** The configuration that it includes. */
  readonly included: Tree;
  /** Its cloud-config files. */
  readonly cfg: Tree;
  readonly more: Tree;
  /** Properties on the command line. */
  readonly properties: Tree;
}

/** A change of some files. */
export type Patch = { readonly [file in keyof Files]?: Tree };

/** Keys of a configuration that are lists. */
const LISTS = [
  "checks",
  "cloud-config-files",
  "idmap",
  "include",
  "logs",
  "lxc-options",
  "ports",
  "profiles",
  "wait",
];

/** Applies a change to a tree. */
export function merged(tree: Tree, patch: Tree): Tree {
  const result = new Map(Object.entries(tree));
  for (const [key, value] of Object.entries(patch)) {
    const old = result.get(key);
    if (value === null) result.delete(key);
    else if (!isTree(value)) result.set(key, value);
    else result.set(key, merged(isTree(old) ? old : {}, value));
  }
  return Object.fromEntries(result);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Applies a change to files. */
export function changed(files: Files, patch: Patch): Files {
  return merged({ ...files }, { ...patch }) as unknown as Files;
}

/** Returns the text of a file, which is JSON, a kind of YAML. */
function textOf(head: string, tree: Tree, isList: (key: string) => boolean): string {
  const entries = Object.entries(tree).map(([key, value]) =>
    [key, isList(key) && isTree(value) ? Object.values(value) : value] as const
  );
  return `${head}\n${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** Words in files for values that differ between runs, and these values. */
export type Words = Readonly<Record<string, string>>;

/** Writes files with words replaced, and returns the flags of the command line that go with them. */
export async function write(ground: Ground, files: Files, words: Words): Promise<readonly string[]> {
  const real = (text: string) =>
    Object.entries(words).reduce((all, [word, value]) => all.replaceAll(word, value), text);
  const config = (tree: Tree) => real(textOf("#lxops-v1", tree, (key) => LISTS.includes(key)));
  const cloud = (tree: Tree) => real(textOf("#cloud-config", tree, () => true));
  await ground.write("a.yaml", config(files.config));
  await ground.write("included.yaml", config(files.included));
  await ground.write("a.cfg", cloud(files.cfg));
  await ground.write("b.cfg", cloud(files.more));
  return Object.entries(files.properties).flatMap(([name, value]) => ["-P", `${name}=${value}`]);
}

/** Replaces values that differ between runs by their words. */
export function plain(text: string, words: Words): string {
  // The longest first, as one may be a part of another.
  const known = Object.entries(words).sort(([, a], [, b]) => b.length - a.length);
  return known.reduce((all, [word, value]) => all.replaceAll(value, word), text)
    .replaceAll(/\([0-9a-f]{12}\)/g, "(FINGERPRINT)");
}
