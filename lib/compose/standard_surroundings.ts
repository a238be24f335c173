/**
 * The standard streams as the surroundings of a command.
 *
 * @module
 */
import { formatIssue } from "../base/errors.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import { printable } from "../cli/output/output.ts";
import { Showing } from "./showing.ts";
import { confirm, printBytes, stdin, toStdout } from "./standard_streams.ts";
import type { Surroundings } from "./surroundings.ts";

/** Returns surroundings that show everything on stdout and stderr, without the values that are hidden. */
export function standardSurroundings(hidden: Hidden): Surroundings {
  const showing = new Showing(hidden);
  const print = (text: string) => toStdout(hidden.maskValues(text));
  return {
    showAs: showing.showAs,
    print: (text, what) => {
      showing.clear();
      if (what === "script" || showing.hasResults()) print(text);
    },
    printBytes,
    complain: showing.tell,
    note: (text) => {
      if (showing.mode() !== "quiet") showing.tell(printable(`note: ${text}`));
    },
    warn: (issue) => {
      if (showing.mode() !== "quiet") showing.tell(printable(formatIssue(issue)));
    },
    confirm: (lines, question, signal) => {
      showing.clear();
      return confirm(lines.map(hidden.mask), hidden.mask(question), signal);
    },
    follow: async (plan, options) =>
      (await import("./standard_report.ts")).follow(showing, hidden, plan, options),
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
