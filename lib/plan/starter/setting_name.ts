/**
 * Names of settings for variables of instances and services.
 *
 * @module
 */

/** Names that the environment of lxops usually has: its value would override that of `.env`. */
const TAKEN_NAMES: ReadonlySet<string> = new Set([
  ...[
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "LANG",
    "LANGUAGE",
    "TZ",
    "PWD",
    "TMPDIR",
    "EDITOR",
  ],
  ...["HOSTNAME", "MAIL", "PAGER", "DISPLAY"],
]);

/** Returns the name of a setting for a variable; `undefined` where it can have none. */
export function settingName(
  variable: string,
  isTaken: (name: string) => boolean = () => false,
): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) return undefined;
  return TAKEN_NAMES.has(variable) || variable.startsWith("LC_") || isTaken(variable)
    ? `INSTANCE_${variable}`
    : variable;
}
