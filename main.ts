/**
 * Runs one command line, with the signals of the process.
 *
 * @module
 */
import { commandsFor } from "./lib/cli/commands.ts";
import { dispatch } from "./lib/cli/dispatch.ts";
import { Hidden } from "./lib/cli/output/hidden.ts";
import { Interruption } from "./lib/cli/output/interruption.ts";
import { composeApp, type Run } from "./lib/compose/app.ts";
import { standardSurroundings } from "./lib/compose/standard_surroundings.ts";
import type { Format } from "./lib/config/format.ts";
import type { Backend } from "./lib/ports/mod.ts";

/** Time for giving up locks at the end, and after an interrupt. */
const RELEASE_MS = 10_000;
const HURRY_MS = 1000;

/** Additions of a program that is built from lxops. */
export interface MainOptions {
  /** Formats of configuration files, besides those that lxops knows by itself; see `defineFormat()`. */
  readonly formats?: readonly Format[];
}

/** Runs one command line and returns its exit code. */
export async function main(
  backend: Backend,
  given: readonly string[],
  { formats = [] }: MainOptions = {},
): Promise<number> {
  const hidden = new Hidden();
  const surroundings = standardSurroundings(hidden);
  const interruption = new Interruption(surroundings.complain);
  const stop = followSignals(interruption.interrupt);
  const program = Deno.execPath().endsWith("/deno") ? backend.program : Deno.execPath();
  const run: Run = {
    backend,
    program,
    surroundings,
    formats,
    interruption,
    opened: [],
    locks: {},
    hidden,
    told: new Set(),
  };
  try {
    const args = given.length === 0 ? garmLine() : given;
    const commands = await commandsFor(args);
    return await interruption.outcome(
      dispatch(commands, args, (globals) => composeApp(run, globals), surroundings),
    );
  } finally {
    await (await run.locks.all)?.release(interruption.signal.aborted ? HURRY_MS : RELEASE_MS);
    for (const connection of run.opened) connection.close();
    stop();
  }
}

/** Returns the command line of a program without arguments, as garm calls its providers. */
function garmLine(): readonly string[] {
  const isProvider = Deno.execPath().endsWith("/garm-external-provider");
  return isProvider || Deno.env.get("GARM_COMMAND") ? ["ci", "garm"] : [];
}

/** The time after a signal in which others belong to it: `timeout` sends one to its child and one to the group. */
const BURST_MS = 1000;

/**
 * Interrupts at the first signal, which lets steps end in order. Those that come at once with it do nothing, and a later
 * one ends the process as it does by default.
 */
function followSignals(interrupt: (signal: number) => void): () => void {
  let burst: ReturnType<typeof setTimeout> | undefined;
  const listeners = Object.entries(SIGNALS).map(([name, number]) => {
    const onSignal = () => {
      if (burst !== undefined) return;
      const timer = setTimeout(remove, BURST_MS);
      burst = timer;
      Deno.unrefTimer(timer);
      interrupt(number);
    };
    return [name as Deno.Signal, onSignal] as const;
  });
  const remove = () => {
    clearTimeout(burst);
    for (const [name, onSignal] of listeners) Deno.removeSignalListener(name, onSignal);
  };
  for (const [name, onSignal] of listeners) Deno.addSignalListener(name, onSignal);
  return remove;
}

/** The signals that end a command in good order, with their numbers. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
