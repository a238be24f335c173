/**
 * Sections: the parts of a cloud-config file, each with its keys and a function that makes items from their values.
 *
 * @module
 */
import * as z from "zod/mini";
import type { record } from "../../config/schema/fields.ts";
import type { Path } from "../../config/yaml/source.ts";
import type { PackageManager } from "../shell/packages.ts";
import { mapWith } from "./fields.ts";
import type { Draft } from "./item.ts";
import type { KnownIds } from "./known_ids.ts";
import type { Order, Phase } from "./order.ts";
import type { OSType } from "./ostype.ts";

/** Schemas by key. */
export type Keys = Readonly<Record<string, z.ZodMiniType>>;

/** The checked values of some keys. */
export type ValuesOf<K extends Keys> = Readonly<z.output<ReturnType<typeof record<K>>>>;

/** A place in a file, and a sentence about it. */
export interface Remark {
  readonly path: Path;
  readonly message: string;
}

/** The facts besides a file that its items depend on. */
export interface Context<V = unknown> {
  readonly os: OSType;
  readonly order: Order;
  /** The values of the files before this one. */
  readonly earlier: readonly V[];
  /** The ids of the root filesystem that a rebuild replaces. */
  readonly ids?: KnownIds;
}

/** Makes items of the values of a file. */
export type ItemsOf<V> = (values: V, context: Context<V>) => readonly Draft[];

/** A section: keys that belong together, and the items of their values. */
export interface Section<V = never, K extends Keys = Keys> {
  readonly keys: K;
  /** The items by phase; those of `last` end the instance, and come after all files. */
  readonly items: { readonly [P in Phase | "last"]?: ItemsOf<V> };
  /** The keys that only systems with this package manager have a use for. */
  readonly managers?: { readonly [key in keyof K]?: PackageManager };
  /** Finds values that have no effect, or another one than an author may expect; `data` is unchecked. */
  readonly remarks?: (values: V, data: unknown) => readonly Remark[];
}

/** Defines a section. `M` has the values of other sections that its items read as well. */
export function defineSection<const K extends Keys, M = unknown>(
  section: Section<ValuesOf<K> & NoInfer<M>, K>,
): Section<ValuesOf<K> & M, K> {
  return section;
}

type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I
  : never;

/** The checked values of all keys of some sections. */
export type ValuesOfAll<L extends readonly Section[]> = ValuesOf<
  Intersection<L[number]["keys"]> extends infer K extends Keys ? K : never
>;

/** Sections with the schema of a file that has only their keys. */
export interface SectionSet<V> {
  readonly sections: readonly Section<V>[];
  readonly schema: z.ZodMiniType<V>;
  /** Keys that are known and have no effect, with a message about each. */
  readonly unsupported: Readonly<Record<string, string>>;
}

/** Combines sections to a set. */
export function combineSections<V>(
  sections: readonly Section<V>[],
  unsupported: Readonly<Record<string, string>> = {},
): SectionSet<V> {
  const ignored = Object.keys(unsupported).map((key) => [key, z.optional(z.unknown())]);
  const keys: Keys = Object.assign({}, ...sections.map(({ keys }) => keys), Object.fromEntries(ignored));
  return { sections, schema: mapWith(keys) as unknown as z.ZodMiniType<V>, unsupported };
}

/** Lists the keys that a set applies. */
export function keysOf(set: Pick<SectionSet<never>, "sections">): readonly string[] {
  return set.sections.flatMap(({ keys }) => Object.keys(keys));
}
