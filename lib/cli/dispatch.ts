/**
 * The dispatcher: runs the command of a command line and returns its exit code; the only place that prints errors.
 *
 * @module
 */
import { EXIT } from "../base/errors.ts";
import type { App, GlobalOptions } from "./command/app.ts";
import type { GroupCommand } from "./command/command.ts";
import { globalFlags } from "./command/flags.ts";
import { errorText } from "./output/output.ts";
import { type Display, displayOf } from "./output/progress/display.ts";
import { parseCommandLine, UnknownCommandError } from "./command/parse.ts";
import { asLxopsError, isBrokenPipe } from "../run/unexpected.ts";

/** Makes the app of one run, given the global options. */
export type MakeApp = (globals: GlobalOptions) => App;

/** The streams of a run that has no app yet. */
export interface Streams {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Columns to wrap help at; absent: those that a file has. */
  readonly width?: () => number | undefined;
  /** Sets the form in which a command shows its progress; absent: there is one form only. */
  readonly showAs?: (display: Display) => void;
}

/** Runs a command line and returns its exit code; unexpected errors are reported as defects. */
export async function dispatch(
  root: GroupCommand,
  args: readonly string[],
  makeApp: MakeApp,
  streams: Streams,
): Promise<number> {
  try {
    const parsed = parseCommandLine(root, globalFlags, args);
    const command = parsed.path.at(-1)!;
    if (parsed.help || command.kind === "group") {
      const { helpText } = await import("./command/help.ts");
      const { isShort } = parsed;
      streams.print(helpText(parsed.path, globalFlags, { width: streams.width?.(), isShort }));
      return EXIT.ok;
    }
    if ("progress" in command.flags) streams.showAs?.(displayOf(parsed.values));
    const own = makeApp({
      socket: String(parsed.globals["socket"] ?? ""),
      remote: String(parsed.globals["remote"] ?? ""),
      http: parsed.globals["http"] === true,
      unix: parsed.globals["unix"] === true,
      strict: parsed.globals["strict"] === true,
    });
    const app = parsed.values["show-secrets"] === true
      ? (await import("./shared/show_secrets.ts")).showingSecrets(own)
      : own;
    if (parsed.values["plan"] === true) {
      const { runPlanned } = await import("./shared/run_planned.ts");
      return await runPlanned(command, parsed, app);
    }
    return await command.run(parsed.values, parsed.operands, app);
  } catch (thrown) {
    if (!(thrown instanceof UnknownCommandError)) return complainOf(thrown, root.name, streams);
    const { explainedWord } = await import("./shared/unknown_word.ts");
    const app = makeApp({ socket: "", remote: "", http: false, unix: false, strict: false });
    return complainOf(await explainedWord(thrown, app), root.name, streams);
  }
}

function complainOf(thrown: unknown, program: string, streams: Streams): number {
  try {
    const error = asLxopsError(thrown);
    // A closed pipe cannot be reported through that pipe.
    if (!isBrokenPipe(thrown)) streams.complain(errorText(program, error));
    return error.exitCode;
  } catch (error) {
    if (!isBrokenPipe(error)) throw error;
    return EXIT.failure;
  }
}
