/**
 * The form of results for programs, as data: types, help and JSON Schema come from it.
 *
 * @module
 */

/** The form in which a table shows a value that JSON has in full. */
export type Show =
  /** A number of bytes as a size, such as `3.2MiB`. */
  | "size"
  /** The first characters of a fingerprint. */
  | "short"
  /** A star where it is true, and nothing otherwise. */
  | "star"
  /** A dash where it is empty. */
  | "dash"
  /** The time that has passed since then, in a suitable unit. */
  | "age";

/** The fields of all shapes. */
interface About {
  /** The meaning, for help. */
  readonly about: string;
  /** The value may also be null. */
  readonly orNull?: true;
  /** The key may be absent. */
  readonly optional?: true;
  readonly show?: Show;
}

/** Text, a number, true or false, or a time of ISO 8601. */
export interface ScalarShape extends About {
  readonly kind: "text" | "integer" | "number" | "boolean" | "time";
  /** The possible words; later versions may have more. */
  readonly words?: readonly string[];
}

/** A list. */
export interface ListShape<S extends Shape = Shape> extends About {
  readonly kind: "list";
  readonly of: S;
}

/** An object with known keys. */
export interface ObjectShape<K extends Shapes = Shapes> extends About {
  readonly kind: "object";
  readonly keys: K;
}

/** An object with any keys. */
export interface MapShape<S extends Shape = Shape> extends About {
  readonly kind: "map";
  readonly of: S;
}

/** A value of the daemon in any form. */
export interface AnyShape extends About {
  readonly kind: "any";
}

/** The form of a value. */
export type Shape = ScalarShape | ListShape | ObjectShape | MapShape | AnyShape;

/** Forms by key. */
export type Shapes = { readonly [key: string]: Shape };

/** The type of values of a form. */
export type ValueOf<S extends Shape> = PlainOf<S> | (S extends { readonly orNull: true } ? null : never);

type PlainOf<S extends Shape> = S extends { readonly kind: "text" | "time" } ? string
  : S extends { readonly kind: "integer" | "number" } ? number
  : S extends { readonly kind: "boolean" } ? boolean
  : S extends { readonly kind: "list"; readonly of: infer I extends Shape } ? readonly ValueOf<I>[]
  : S extends { readonly kind: "map"; readonly of: infer I extends Shape }
    ? Readonly<Record<string, ValueOf<I>>>
  : S extends { readonly kind: "object"; readonly keys: infer K extends Shapes } ? ObjectOf<K>
  : unknown;

/** The type of objects with these keys. */
export type ObjectOf<K extends Shapes> =
  & { readonly [P in keyof K as K[P] extends { readonly optional: true } ? never : P]: ValueOf<K[P]> }
  & { readonly [P in keyof K as K[P] extends { readonly optional: true } ? P : never]?: ValueOf<K[P]> };

/** The result of a command, as `-json` prints it. */
export interface ResultShape<S extends Shape = Shape> {
  /** Name of the schema. */
  readonly name: string;
  /** Version of the form. It rises when a key is removed or changes its meaning, not when a key is added. */
  readonly version: number;
  /** The commands that print it. */
  readonly commands: readonly string[];
  readonly shape: S;
}

/** A list of rows, which commands print as a table, too. */
export interface Listing<K extends Shapes = Shapes> extends ResultShape<ListShape<ObjectShape<K>>> {
  /** The columns of a table unless others are requested. */
  readonly columns: readonly string[];
}

/** A row of a listing. */
export type RowOf<L extends Listing> = ObjectOf<L["shape"]["of"]["keys"]>;

/** Declares the result of commands. */
export function result<const S extends Shape>(
  about: Omit<ResultShape, "shape">,
  shape: S,
): ResultShape<S> {
  return { ...about, shape };
}

/** Declares the rows of commands. */
export function listing<const K extends Shapes>(
  declared: Omit<ResultShape, "shape"> & {
    readonly about: string;
    readonly columns: readonly (keyof K & string)[];
    readonly keys: K;
  },
): Listing<K> {
  const { about, keys, ...rest } = declared;
  return { ...rest, shape: { kind: "list", about, of: { kind: "object", about: "", keys } } };
}

/** More about a scalar. */
type More = Partial<Pick<ScalarShape, "orNull" | "optional" | "show" | "words">>;

/** Declares a text. */
export function text<const M extends More = Record<never, never>>(about: string, more?: M) {
  return { kind: "text", about, ...more as M } as const;
}

/** Declares a whole number. */
export function integer<const M extends More = Record<never, never>>(about: string, more?: M) {
  return { kind: "integer", about, ...more as M } as const;
}

/** Declares a number. */
export function number<const M extends More = Record<never, never>>(about: string, more?: M) {
  return { kind: "number", about, ...more as M } as const;
}

/** Declares true or false. */
export function boolean<const M extends More = Record<never, never>>(about: string, more?: M) {
  return { kind: "boolean", about, ...more as M } as const;
}

/** Declares a time as ISO 8601, in UTC or with an offset; empty where it is not known. */
export function time<const M extends More = Record<never, never>>(about: string, more?: M) {
  return { kind: "time", about, ...more as M } as const;
}

/** Declares a list. */
export function list<const S extends Shape>(about: string, of: S) {
  return { kind: "list", about, of } as const;
}

/** Declares an object. */
export function object<const K extends Shapes>(about: string, keys: K) {
  return { kind: "object", about, keys } as const;
}

/** Declares an object with any keys. */
export function map<const S extends Shape>(about: string, of: S) {
  return { kind: "map", about, of } as const;
}
