/**
 * Values of Jinja templates, and the filters for them.
 *
 * @module
 */
import { compareTexts } from "../../base/order.ts";
import { TemplateError } from "./text.ts";

/** A value of a template. */
export type TemplateValue =
  | string
  | number
  | boolean
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue }
  | Later;

/** A value that is known only in the instance. It can be written, but not computed with. */
export class Later {
  /** The text that stands for the value. */
  readonly placeholder: string;

  constructor(placeholder: string) {
    this.placeholder = placeholder;
  }
}

/** An unknown name, for which a template can have a default. */
export class UnknownName extends TemplateError {}

/** The names that are known at a place of a template. */
export type Scope = ReadonlyMap<string, TemplateValue>;

/** Returns a value for computing; an unknown name or a value of the instance is an error. */
export function known(value: TemplateValue): Exclude<TemplateValue, Later> {
  if (value instanceof Later) {
    throw new TemplateError("a value that is known only in the instance can be written, but not evaluated");
  }
  return value;
}

/** Reports whether a condition holds. A value of the instance is never empty. */
export function isTrue(value: TemplateValue): boolean {
  if (value instanceof Later) return true;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Returns the text of a value. */
export function textOf(value: TemplateValue): string {
  if (value instanceof Later) return value.placeholder;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object") {
    throw new TemplateError("a list cannot be written directly: use a loop or join()");
  }
  return String(value);
}

/** Returns the items of a list. */
export function itemsOf(value: TemplateValue): readonly TemplateValue[] {
  const list = known(value);
  if (Array.isArray(list)) return list;
  throw new TemplateError("this is for lists");
}

function sorted(value: TemplateValue): readonly string[] {
  return itemsOf(value).map(textOf).sort(compareTexts);
}

/** The filters by name. */
export const FILTERS: Readonly<
  Record<string, (value: TemplateValue, args: readonly TemplateValue[]) => TemplateValue>
> = {
  list: (value) => itemsOf(value),
  join: (value, [by = ""]) => itemsOf(value).map(textOf).join(textOf(by)),
  length: (value) => lengthOf(value),
  count: (value) => lengthOf(value),
  first: (value) => itemsOf(value)[0] ?? "",
  last: (value) => itemsOf(value).at(-1) ?? "",
  sort: sorted,
  unique: (value) => [...new Set(itemsOf(value))],
  lower: (value) => textOf(known(value)).toLowerCase(),
  upper: (value) => textOf(known(value)).toUpperCase(),
  trim: (value) => textOf(known(value)).trim(),
};

function lengthOf(value: TemplateValue): number {
  const whole = known(value);
  return typeof whole === "string" ? whole.length : itemsOf(whole).length;
}
