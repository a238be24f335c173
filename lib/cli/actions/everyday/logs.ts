/**
 * `logs`: the journal, the files under `logs:` of the configuration, or the console of instances.
 *
 * @module
 */
import { secondsOf } from "../../../base/durations.ts";
import { quote } from "../../../base/shell.ts";
import { CommandError, EXIT, InterruptedError, UsageError } from "../../../base/errors.ts";
import { type LogOptions, logScript, NO_LOG } from "../../../plan/everyday/log_script.ts";
import { consolePath } from "../../../plan/requests/reads.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { App } from "../../command/app.ts";
import { errorText, printable } from "../../output/output.ts";
import { withTargets } from "../../places/sources.ts";
import { type FoundPlace, foundPlaces, type PlaceValues, readablePlaces } from "../../places/places.ts";

interface Values extends PlaceValues {
  readonly f: boolean;
  readonly n: string;
  readonly since: string;
  readonly console: boolean;
}

/** Runs `logs`. */
export async function logs(values: Values, operands: readonly string[], app: App): Promise<number> {
  const options = optionsOf(values, Date.now());
  const { places, wrong } = await readablePlaces(operands, values, app);
  const found = await withTargets(await foundPlaces(places, { changes: false }), values);
  const several = found.length > 1;
  const running = values.console ? [] : found.filter(({ info }) => info.status === "Running");
  // Following never ends, so a first request finds out whether there is a journal.
  const first = values.f ? await withoutLog(running, several) : await printLogs(running, options, several);
  const consoles = found.filter((place) => !running.includes(place) || first.places.includes(place));
  if (consoles.length > 0 && values.since !== "") {
    app.complain("note: a console has no times, so --since does not apply to it");
  }
  const broken = first.failures.map(({ instance }) => instance);
  const followed = running.filter((place) => !consoles.includes(place) && !broken.includes(place.ref.name));
  const [more] = await Promise.all([
    printLogs(values.f ? followed : [], options, several),
    ...consoles.map((place) =>
      printConsole(place, options, {
        several,
        empty: () => nothingFound(place, values.console).map(printable).forEach(app.complain),
      })
    ),
  ]);
  const failures = [...first.failures, ...more.failures];
  for (const failure of failures) {
    // An interrupt of following is no failure.
    if (values.f && failure.error instanceof InterruptedError) continue;
    app.complain(errorText("lxops", failureError(failure, [])));
  }
  if (failures.length === 0) {
    return app.signal.aborted ? EXIT.interrupted : wrong.length > 0 ? EXIT.config : EXIT.ok;
  }
  const interrupted = failures.some(({ error }) => error instanceof InterruptedError);
  return interrupted ? EXIT.interrupted : failures[0]!.error.exitCode;
}

function optionsOf({ f, n, since }: Values, now: number): LogOptions {
  if (n !== "all" && !/^\d{1,9}$/.test(n)) {
    throw new UsageError(`-n takes a number of lines or "all", not "${n}"`);
  }
  const seconds = secondsOf(since);
  const date = seconds === undefined ? Date.parse(since) : now - seconds * 1000;
  if (since !== "" && !Number.isFinite(date)) {
    throw new UsageError(
      `--since takes a duration such as 10m, or a date such as 2026-01-31T12:00:00Z, not "${since}"`,
    );
  }
  return {
    follow: f,
    ...(n === "all" ? {} : { lines: Number(n) }),
    ...(since === "" ? {} : { since: Math.floor(date / 1000) }),
  };
}

/** Instances that have neither a journal nor files, and failures. */
interface Outcome {
  readonly places: readonly FoundPlace[];
  readonly failures: readonly Failure[];
}

/** Finds out which instances have neither a journal nor files. */
async function withoutLog(places: readonly FoundPlace[], several: boolean): Promise<Outcome> {
  return await runScripts(places, several, (place) => logScript(filesOf(place), { follow: false, lines: 0 }));
}

async function printLogs(
  places: readonly FoundPlace[],
  options: LogOptions,
  several: boolean,
): Promise<Outcome> {
  return await runScripts(places, several, (place) => logScript(filesOf(place), options));
}

/** Runs a script in each instance, all at the same time, and passes its output on. */
async function runScripts(
  places: readonly FoundPlace[],
  several: boolean,
  script: (place: FoundPlace) => string,
): Promise<Outcome> {
  const [noLog, failures]: [FoundPlace[], Failure[]] = [[], []];
  for (const group of Map.groupBy(places, ({ app }) => app.globals.remote).values()) {
    const { app } = group[0]!;
    const each = group.map((place) => ({
      instance: place.ref,
      steps: [{
        title: `Print the logs of ${place.ref.name}`,
        effect: {
          kind: "exec",
          instance: place.ref,
          argv: ["/bin/sh", "-c", script(place)],
        },
      }],
    } as const));
    const failed = await app.apply({ first: [], each }, {
      dryRun: false,
      parallel: group.length,
      undoOnFailure: false,
      verbose: false,
      quiet: true,
      several,
    });
    for (const failure of failed) {
      const place = group.find((_, at) => each[at]!.steps[0] === failure.step);
      if (place && hasNone(failure.error)) noLog.push(place);
      else failures.push(failure);
    }
  }
  return { places: noLog, failures };
}

/** The exit codes of a daemon that cannot run a shell. */
const NO_SHELL: readonly number[] = [126, 127];

function hasNone(error: Error): boolean {
  return error instanceof CommandError && [NO_LOG, ...NO_SHELL].includes(error.code);
}

/** Returns the log files that a configuration names. */
function filesOf({ target }: FoundPlace): readonly string[] {
  return target?.instance.settings.logs ?? [];
}

/** Returns the note about an instance of which nothing can be printed: what was looked for, and what to do. */
function nothingFound({ ref: { name }, info, target }: FoundPlace, consoleOnly: boolean): readonly string[] {
  const who = quote(name);
  if (consoleOnly) return [`note: The console of "${name}" is empty`, `  Its other logs: lxops logs ${who}`];
  if (info.status !== "Running") {
    return [`note: "${name}" does not run, and its console is empty`, `  To start it: lxops start ${who}`];
  }
  const files = target?.instance.settings.logs ?? [];
  const named = files.length > 0
    ? `none of its files under logs: is there (${files.join(", ")})`
    : target
    ? `${target.instance.file} names no files under logs:`
    : "no configuration names files of it under logs:";
  return [
    `note: Nothing was logged by "${name}": it has no journal of systemd, ${named}, and its console is empty`,
    `  To find its log files, which you can list under logs: in its configuration: lxops exec ${who} -- ls /var/log`,
  ];
}

/** The time between two looks at a console that is followed. */
const CONSOLE_MS = 1000;

/** Prints the console's output. A daemon keeps the last of it, in full, and sends no news of it. */
async function printConsole(
  { app, ref }: FoundPlace,
  { follow, lines }: LogOptions,
  { several, empty }: { readonly several: boolean; readonly empty: () => void },
): Promise<void> {
  const server = await app.server();
  const read = async () =>
    new TextDecoder().decode(
      // Without an output so far, LXD has no file of it.
      await server.getBytes(consolePath(ref)).catch((error) => {
        if (follow || /no such file or directory/.test(error.message)) return undefined;
        throw error;
      }) ?? new Uint8Array(),
    );
  const print = (text: string) => {
    const who = several ? `${ref.name}: ` : "";
    const shown = text.split("\n").map((line) => `${who}${printable(line.replace(/\r+$/, ""))}\n`);
    app.print(shown.join(""));
  };
  let before = await read();
  const first = before.replace(/\n$/, "").split("\n");
  const last = lines === undefined ? first : first.slice(Math.max(0, first.length - lines));
  if (before.trim() === "" && lines !== 0) empty();
  else if (last.length > 0) print(last.join("\n"));
  if (!follow) return;
  const { sleep } = await import("../../../run/wait/pauses.ts");
  while (!app.signal.aborted) {
    await sleep(CONSOLE_MS, app.signal);
    if (app.signal.aborted) return;
    const now = await read();
    // Where the daemon dropped the beginning, all of it is new.
    const news = now.startsWith(before) ? now.slice(before.length) : now;
    const whole = news.slice(0, news.lastIndexOf("\n") + 1);
    if (whole === "") continue;
    print(whole.replace(/\n$/, ""));
    before = now.slice(0, now.length - news.length + whole.length);
  }
}
