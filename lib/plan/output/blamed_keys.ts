/**
 * The keys of a configuration for which the daemon refused a request.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";

/** Words shorter than these are in messages by chance. */
const SHORTEST = 3;

/**
 * Returns the keys that a message of the daemon names, by their own name or by their value; none where it names no key of
 * this configuration.
 */
export function blamedKeys(message: string, config: Config): readonly string[] {
  const named = entries(config).filter(({ name }) => name.length >= SHORTEST && isIn(name, message));
  const found = named.length > 0
    ? named
    : entries(config).filter(({ value }) => value.length >= SHORTEST && isIn(value, message));
  return [...new Set(found.map(({ key }) => key))];
}

interface Entry {
  /** The place in the configuration. */
  readonly key: string;
  /** The daemon's name of the key. */
  readonly name: string;
  readonly value: string;
}

function entries({ config, limits, devices, lxcOptions, profiles }: Config): readonly Entry[] {
  return [
    ...Object.entries(config).map(([name, value]) => ({ key: `config.${name}`, name, value: String(value) })),
    ...Object.entries(limits).map(([name, value]) => (
      { key: `limits.${name}`, name: `limits.${name}`, value: String(value) }
    )),
    ...lxcOptions.flatMap((option, index) =>
      [...option.matchAll(/([A-Za-z][\w.-]*)=(\S+)/g)].map(([, name = "", value = ""]) => (
        { key: `lxc-options.${index}`, name, value }
      ))
    ),
    ...profiles.map((name, index) => ({ key: `profiles.${index}`, name: `profile "${name}"`, value: "" })),
    ...Object.keys(devices).map((name) => ({ key: `devices.${name}`, name: `"${name}"`, value: "" })),
  ];
}

function isIn(word: string, message: string): boolean {
  const at = message.indexOf(word);
  return at >= 0 && !/[\w.-]/.test(message[at - 1] ?? " ") && !/[\w-]/.test(message[at + word.length] ?? " ");
}
