/**
 * Values of keys of an instance that no daemon takes. The daemon refuses them only after directories and the profile
 * were created.
 *
 * @module
 */

/** Forms that values of some keys have at least: what is expected of them. The daemons know more about each. */
const LEAST: ReadonlyMap<string, readonly [form: RegExp, expected: string]> = new Map([
  ["limits.memory", [/^\d/, "a size such as 512MiB, or a percentage"]],
  ["limits.cpu", [/^\d/, "a number of CPUs, or CPUs such as 0-3"]],
  ["limits.processes", [/^\d/, "a number of processes"]],
  ["security.nesting", [/^(true|1|yes|on|false|0|no|off)$/i, "true or false"]],
  ["security.privileged", [/^(true|1|yes|on|false|0|no|off)$/i, "true or false"]],
]);

/** Returns what is wrong with the value of a key of an instance; nothing where a daemon may take it. */
export function valueProblem(key: string, value: string): string | undefined {
  const [form, expected] = LEAST.get(key) ?? [];
  return form === undefined || value === "" || form.test(value)
    ? undefined
    : `${key} needs ${expected}, not "${value}"`;
}
