/**
 * The standard streams as the surroundings of a command.
 *
 * @module
 */
import { formatIssue } from "../base/errors.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import { printable } from "../cli/output/output.ts";
import { ProgressReport } from "../cli/output/report.ts";
import { complain, confirm, note, printBytes, stdin, toStderr, toStdout } from "./standard_streams.ts";
import type { Surroundings } from "./surroundings.ts";

/** Returns surroundings that show everything on stdout and stderr, without the values that are hidden. */
export function standardSurroundings(hidden: Hidden): Surroundings {
  const progress = new ProgressReport({
    write: hidden.through(toStderr),
    isTerminal: Deno.stderr.isTerminal(),
    width: () => columnsOf(Deno.stderr),
  });
  const tell = hidden.through(complain);
  return {
    print: hidden.through(toStdout),
    printBytes,
    complain: tell,
    note,
    warn: (issue) => tell(printable(formatIssue(issue))),
    confirm: (lines, question, signal) => confirm(lines.map(hidden.mask), hidden.mask(question), signal),
    follow: async (plan, options) =>
      (await import("./standard_report.ts")).follow({ progress, hidden }, plan, options),
    stdin,
    isInteractive: () => Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
    width: () => Deno.stdout.isTerminal() ? columnsOf(Deno.stdout) : undefined,
    hasTerminal: () => Deno.stdin.isTerminal(),
  };
}

/** Columns of output that is no terminal, or one that does not know how wide it is. */
const USUAL_WIDTH = 80;

function columnsOf(stream: { isTerminal(): boolean }): number {
  return stream.isTerminal() && Deno.consoleSize().columns || USUAL_WIDTH;
}
