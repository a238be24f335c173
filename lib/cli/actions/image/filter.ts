/**
 * Filters of lists of images.
 *
 * @module
 */

/** Fields of an image that filters compare. */
export interface Filtered {
  readonly aliases: readonly string[];
  readonly fingerprint: string;
  readonly type: string;
  readonly architecture: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Tells whether an image has what every filter asks for: `KEY=VALUE` a property, or else a part of a name or of the
 * description, or the start of the fingerprint. Capital letters do not matter.
 */
export function fitsAll(image: Filtered, filters: readonly string[]): boolean {
  return filters.every((filter) => fits(image, filter.toLowerCase()));
}

function fits(image: Filtered, filter: string): boolean {
  const at = filter.indexOf("=");
  if (at > 0) return valuesOf(image, filter.slice(0, at)).includes(filter.slice(at + 1));
  const texts = [...image.aliases, image.properties["description"] ?? ""];
  return image.fingerprint.startsWith(filter) || texts.some((text) => text.toLowerCase().includes(filter));
}

/** Returns the values that an image has for a key, in small letters. */
function valuesOf({ type, architecture, properties }: Filtered, key: string): string[] {
  const own = key === "type" ? [type] : key === "architecture" || key === "arch" ? [architecture] : [];
  const others = Object.entries(properties).filter(([name]) => name.toLowerCase() === key);
  return [...own, ...others.map(([, value]) => value)].map((value) => value.toLowerCase());
}
