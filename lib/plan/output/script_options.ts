/**
 * The options for the commands of a script.
 *
 * @module
 */

/** Options for the commands of a script. */
export interface ScriptOptions {
  /** The program to call for effects of the daemon: a path, or a name on PATH. */
  readonly program: string;
  /** Global options of each call, as `-socket PATH`. */
  readonly globals: readonly string[];
  /** Project of commands that name none; absent: the default one. */
  readonly project?: string;
  /** True where host programs need `sudo`. */
  readonly sudo: boolean;
  /** Leave passwords and keys of cloud-config files in; without it, a step that has some fails. */
  readonly showSecrets?: boolean;
  /** The random text that names in the plan have: another one in every run, and two dry runs have to be the same. */
  readonly random?: string | undefined;
}
