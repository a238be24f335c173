/**
 * Substitutes `(name)` by properties.
 *
 * @module
 */
import { didYouMean } from "../base/suggest.ts";

/** The error that a pattern refers to a property without a value. */
export class UnknownProperty extends Error {
  readonly property: string;

  constructor(property: string, known: Iterable<string>) {
    const hint = property === "" ? "" : didYouMean(property, known);
    super(
      `There is no property "${property}"${hint || `; set it with -P ${property}=VALUE or "property set"`}`,
    );
    this.name = "UnknownProperty";
    this.property = property;
  }
}

const VARIABLE = /\(([^()]*)\)/g;

/** Lists the names of the variables of a pattern in order. */
export function variables(pattern: string): string[] {
  return [...pattern.matchAll(VARIABLE)].map((match) => match[1] ?? "");
}

/** Replaces each `(name)` by its property. Values are not expanded again. */
export function substitute(pattern: string, properties: Readonly<Record<string, string>>): string {
  return pattern.replace(VARIABLE, (_, name: string) => {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (value === undefined) throw new UnknownProperty(name, Object.keys(properties));
    return value;
  });
}
