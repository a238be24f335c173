/**
 * Values of an instance's configuration that are not shown: those of keys whose name says that they are secret, and
 * parts that look like a password.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { isSecretName, maskText } from "../../cloudconfig/model/mask.ts";
import { MASK, maskAddresses } from "../../base/mask.ts";

/** Returns the text that is shown for the value of a key: the value itself, unless it has a secret. */
export function shownValue(key: string, value: string): string {
  // Its own keys are hashes, and values that are none by decision.
  if (value === "" || key.startsWith("user.lxops.")) return value;
  if (/^systemd\.credential(-binary)?\./.test(key)) return MASK;
  const name = /^(?:environment|user)\.(.+)$/s.exec(key)?.[1];
  return name !== undefined && isSecretName(name) ? MASK : maskText(value);
}

/** The place of a value that is left out. */
const PLACE = "@lxops-left-out-";

/**
 * Returns a body of a request as a word of a shell, in which values that are not shown are variables of the shell; a
 * script ends there, unless they are set.
 */
export function bodyWord(body: unknown): { readonly word: string; readonly hides: boolean } {
  const keys: string[] = [];
  const shown = withPlaces(body, (key) => `${PLACE}${keys.push(key) - 1}@`);
  const word = keys.reduce(
    (text, key, index) => text.replace(`${PLACE}${index}@`, `'${variable(key)}'`),
    quote(JSON.stringify(shown)),
  );
  return { word, hides: keys.length > 0 };
}

function variable(key: string): string {
  return `"\${${key.replaceAll(/[^A-Za-z0-9_]/g, "_")}:?is left out}"`;
}

function withPlaces(body: unknown, place: (key: string) => string): unknown {
  if (!isMap(body)) return body;
  const { config, source } = body;
  const entries = Object.entries(body).map(([key, value]) =>
    TOKENS.has(key) && typeof value === "string" ? [key, place(key)] : [key, value]
  );
  return {
    ...Object.fromEntries(entries),
    ...isMap(config) ? { config: placed(config, shownValue, place) } : {},
    // Where an image or an instance comes from.
    ...isMap(source) ? { source: placed(source, shownSource, place) } : {},
  };
}

/** Keys of a request whose values are tokens and passwords. */
const TOKENS: ReadonlySet<string> = new Set(["trust_token", "password", "secret"]);

function shownSource(key: string, value: string): string {
  return TOKENS.has(key) && value !== "" ? MASK : maskAddresses(value);
}

function placed(
  map: Readonly<Record<string, unknown>>,
  shown: (key: string, value: string) => string,
  place: (key: string) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) =>
      typeof value === "string" && shown(key, value) !== value ? [key, place(key)] : [key, value]
    ),
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
