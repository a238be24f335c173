/**
 * Values of keys of an instance that no daemon takes. The daemon refuses them only after directories and the profile
 * were created.
 *
 * @module
 */

/** Required forms of the values of some keys, and their descriptions. The daemons check more. */
const LEAST: ReadonlyMap<string, readonly [form: RegExp, expected: string]> = new Map([
  ["limits.memory", [/^\d/, "a size such as 512MiB, or a percentage"]],
  ["limits.cpu", [/^\d/, "a number of CPUs, or CPUs such as 0-3"]],
  ["limits.processes", [/^\d/, "a number of processes"]],
  ["security.nesting", [/^(true|1|yes|on|false|0|no|off)$/i, "true or false"]],
  ["security.privileged", [/^(true|1|yes|on|false|0|no|off)$/i, "true or false"]],
]);

/** Returns the problem of the value of an instance's key; nothing where a daemon may accept it. */
export function valueProblem(key: string, value: string): string | undefined {
  const [form, expected] = LEAST.get(key) ?? [];
  return form === undefined || value === "" || form.test(value)
    ? undefined
    : `${key} needs ${expected}, not "${value}"`;
}
