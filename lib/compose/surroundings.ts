/**
 * The streams that a run writes to and reads from: the standard streams of a command, or functions of a program that uses lxops
 * as a library.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";
import type { App, AppApplyOptions, Stdin } from "../cli/command/app.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import type { Display } from "../cli/output/progress/display.ts";
import type { Report } from "../run/perform/perform.ts";
import type { Plan } from "../step/step.ts";

/** The surroundings of a run. */
export interface Surroundings {
  /** Takes the form in which a command shows what happens; absent: there is one form only. */
  showAs?(display: Display): void;
  /** Writes a result, or the script of a dry run. */
  print(text: string, what?: "script"): void;
  /** Writes bytes of a result unchanged. */
  printBytes(content: Uint8Array): Promise<void>;
  /** Writes a line about what happens, or an error. */
  complain(text: string): void;
  /** Shows the event that a run waits for. */
  note(text: string): void;
  /** Tells a warning about a file. */
  warn(issue: Issue): void;
  /** Shows lines and asks a question. */
  confirm(lines: Parameters<App["confirm"]>[0], question: string, signal: AbortSignal): Promise<boolean>;
  /** Returns what shows a plan that is carried out. */
  follow(plan: Plan, options: AppApplyOptions): Promise<Following>;
  readonly stdin: Stdin;
  /** Tells whether input and output are a user's terminal. */
  isInteractive(): boolean;
  /** Returns the columns of the terminal that results are printed to; `undefined` where they go elsewhere. */
  width(): number | undefined;
  /** Tells whether a user can type a password. */
  hasTerminal(): boolean;
}

/** The display of a plan that is carried out. */
export interface Following {
  readonly report: Report;
  /** Ends what is shown. */
  end(): void;
}

/** Makes the surroundings of a run that hides values. */
export type MakeSurroundings = (hidden: Hidden) => Surroundings;
