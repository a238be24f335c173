/**
 * Values of Jinja templates, and what can be made of them.
 *
 * @module
 */
import { TemplateError } from "./text.ts";

/** A value of a template. */
export type TemplateValue =
  | string
  | number
  | boolean
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue }
  | Later;

/** A value that only the instance knows: it can be written, and nothing else can be done with it. */
export class Later {
  /** The text that stands for the value until then. */
  readonly placeholder: string;

  constructor(placeholder: string) {
    this.placeholder = placeholder;
  }
}

/** A name that nothing is known by; a default may stand in for it. */
export class UnknownName extends TemplateError {}

/** Names that are known in a place of a template. */
export type Scope = ReadonlyMap<string, TemplateValue>;

/** A value where something is done with it. */
export function known(value: TemplateValue): Exclude<TemplateValue, Later> {
  if (value instanceof Later) {
    throw new TemplateError("a value that only the instance knows can be written, but not be looked at");
  }
  return value;
}

/** Whether a condition holds. A value of the instance's is not empty. */
export function isTrue(value: TemplateValue): boolean {
  if (value instanceof Later) return true;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** The text that is written for a value. */
export function textOf(value: TemplateValue): string {
  if (value instanceof Later) return value.placeholder;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object") {
    throw new TemplateError("a list cannot be written as it is: a loop or join() makes text of it");
  }
  return String(value);
}

/** The items of a list. */
export function itemsOf(value: TemplateValue): readonly TemplateValue[] {
  const list = known(value);
  if (Array.isArray(list)) return list;
  throw new TemplateError("this is for lists");
}

function sorted(value: TemplateValue): readonly string[] {
  return itemsOf(value).map(textOf).sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
}

/** Filters by their names. */
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
