/**
 * The script that prints the logs of an instance.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";

/** The part of the logs that is asked for. */
export interface LogOptions {
  readonly follow: boolean;
  /** Number of lines at the end; absent: all. */
  readonly lines?: number;
  /** Seconds since 1970; only newer lines are printed. Files have no times. */
  readonly since?: number;
}

/** The exit code of a script that found neither a journal nor a file. */
export const NO_LOG = 66;

/**
 * Returns a script for `sh` that prints the journal and these files: all of them at once where they are followed.
 * Where there is neither, it ends with `NO_LOG`.
 */
export function logScript(files: readonly string[], { follow, lines, since }: LogOptions): string {
  const journal = [
    "journalctl --no-pager -q -o short-iso",
    ...(lines === undefined ? [] : [`-n ${lines}`]),
    ...(since === undefined ? [] : [`--since=@${since}`]),
    ...(follow ? ["-f", ...(lines === undefined ? ["-n all"] : [])] : []),
  ].join(" ");
  const tail = `tail -n ${lines ?? "+1"}${follow ? " -F" : ""}`;
  const end = follow ? ' & pids="$pids $!"' : "";
  return [
    "found= pids=",
    "if [ -d /run/systemd/system ] && command -v journalctl >/dev/null 2>&1; then",
    "  found=1",
    `  ${journal}${end}`,
    "fi",
    ...files.flatMap((file) => [
      `if [ -f ${quote(file)} ]; then`,
      "  found=1",
      `  ${tail} ${quote(file)}${end}`,
      "fi",
    ]),
    `[ -n "$found" ] || exit ${NO_LOG}`,
    // The children end with the shell, which the daemon can signal.
    ...(follow ? ["trap 'kill $pids 2>/dev/null; exit 0' TERM INT HUP", "wait"] : []),
    "",
  ].join("\n");
}
