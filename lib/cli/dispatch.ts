/**
 * From a command line to a command and its exit code; the only place that prints errors.
 *
 * @module
 */
import { EXIT, LxopsError } from "../errors.ts";
import type { App, GlobalOptions } from "./app.ts";
import type { Flags, GroupCommand } from "./command.ts";
import { helpText } from "./help.ts";
import { errorText } from "./output.ts";
import { parseCommandLine } from "./parse.ts";

/** Makes the app of one run, given the global options. */
export type MakeApp = (globals: GlobalOptions) => App;

/** Where a run that has no app yet can write. */
export interface Streams {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Runs a command line and returns its exit code; unexpected errors are reported as defects. */
export async function dispatch(
  root: GroupCommand,
  globalFlags: Flags,
  args: readonly string[],
  makeApp: MakeApp,
  streams: Streams,
): Promise<number> {
  try {
    const parsed = parseCommandLine(root, globalFlags, args);
    const command = parsed.path.at(-1)!;
    if (parsed.help || command.kind === "group") {
      streams.print(helpText(parsed.path, globalFlags));
      return EXIT.ok;
    }
    const app = makeApp({
      socket: String(parsed.globals["socket"] ?? ""),
      strict: parsed.globals["strict"] === true,
    });
    return await command.run(parsed.values, parsed.operands, app);
  } catch (error) {
    if (error instanceof LxopsError) {
      streams.complain(errorText(root.name, error));
      return error.exitCode;
    }
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    streams.complain(`${root.name}: this is a defect of lxops, please report it:\n${text}`);
    return EXIT.failure;
  }
}
