/**
 * Values of an instance's configuration that are not shown: those of keys whose name says that they are secret, and
 * parts that look like a password.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { isSecretName, maskText } from "../../cloudconfig/model/mask.ts";
import { MASK } from "../../base/mask.ts";

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
  if (typeof body !== "object" || body === null || !("config" in body)) return body;
  const { config } = body;
  if (typeof config !== "object" || config === null) return body;
  const entries = Object.entries(config).map(([key, value]) =>
    typeof value === "string" && shownValue(key, value) !== value ? [key, place(key)] : [key, value]
  );
  return { ...body, config: Object.fromEntries(entries) };
}
