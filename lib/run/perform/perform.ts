/**
 * The one place of effects: it carries out one effect, and holds the ports that change the world.
 *
 * @module
 */
import { CommandError, LxopsError, ServerError } from "../../base/errors.ts";
import type {
  Address,
  Command,
  HostControl,
  InstanceControl,
  InstanceRef,
  InstanceServer,
} from "../../ports/mod.ts";
import type { Effect } from "../../step/step.ts";
import { changeOwner } from "../../plan/commands/host.ts";
import { hostRoot } from "../../plan/instance/idmap.ts";
import { killInstance, stopInstance } from "../../plan/requests/instances.ts";
import { overSsh } from "../../ssh/ssh.ts";
import { sendUntilFree, untilFree } from "../wait/busy.ts";
import type { RunEvent } from "../events.ts";
import type { EarlyExec } from "./early_exec.ts";
import type { OnProgress } from "../../ports/copy.ts";
import { meter } from "./meter.ts";
import { checkBare, checkUnheld } from "./trees.ts";
import type { ClaimStart } from "../../ports/machine_lock.ts";
import { Tail } from "../tail.ts";

/** The ports that change the world. */
export interface Controls {
  readonly server: InstanceServer;
  readonly control: InstanceControl;
  readonly host: HostControl;
  /** Absent: nothing is locked. */
  readonly claim?: ClaimStart;
}

/** Receives the events of a run. */
export type Report = (event: RunEvent) => void;

/** The execution of one instance's steps. */
export interface Run {
  /** Name of the instance; empty for steps that come before all instances. */
  readonly instance: string;
  readonly controls: Controls;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** True where requests that the daemon refuses until it is ready are repeated for a while. */
  readonly patient?: boolean;
}

/** Details of how an effect is carried out. */
export interface PerformOptions {
  /** The program of a batch, where it was started before. */
  readonly early?: EarlyExec | undefined;
  /**
   * Wait after an interruption until the daemon has finished operations that cannot be cancelled: only then is it known
   * what to undo.
   */
  readonly settles?: boolean;
  /** The request removes an instance: it is no failure if the instance does not exist any more. */
  readonly removes?: boolean;
}

/** Longest wait for the state of an instance whose processes end. */
const STATE_MS = 2_000;

/** Longest wait for the end of an interrupted operation. */
const SETTLE_MS = 30_000;

/**
 * Carries out one effect.
 *
 * @throws {LxopsError} where it fails
 */
export async function perform(effect: Effect, run: Run, options: PerformOptions = {}): Promise<void> {
  const { instance, controls, report, signal } = run;
  const { early, settles = false } = options;
  const settleMs = settles ? SETTLE_MS : 0;
  const onProgress: OnProgress = (text, amount) =>
    report({ kind: "progress", instance, text, ...(amount ? { amount } : {}) });
  switch (effect.kind) {
    case "run":
      return await runOnHost(effect, run);
    case "send": {
      try {
        return await sendUntilFree(
          () => controls.control.send(effect, signal, onProgress, settleMs),
          signal,
        );
      } catch (error) {
        const words = effect.already ?? ALREADY[actionOf(effect.body)];
        if (!(error instanceof ServerError)) throw error;
        if (words !== undefined && error.message.includes(words)) return;
        // It may have been deleted since it was seen.
        if (options.removes && effect.method === "DELETE" && error.status === 404) return;
        throw error;
      }
    }
    case "publish":
      return await (await import("./publish.ts")).publish(effect, run);
    case "forget":
      return await (await import("./publish.ts")).forget(effect, run);
    case "return":
      return await (await import("./return.ts")).bringBack(effect, run);
    case "stop":
      return await stop(effect, run, settles ? settleMs + effect.seconds * 1000 : 0);
    case "exec":
    case "shell":
      return await (await import("./program.ts")).runProgram(effect, run);
    case "discard":
      return await (await import("./discard.ts")).discard(effect, run);
    case "batch":
      return await (await (early?.reader ?? import("./batch.ts")))
        .performBatch(effect, run, early ?? controls.control);
    case "transfer":
      return await controls.control.transfer(effect, signal, onProgress, settleMs);
    case "push":
      return await controls.control.push(effect, signal);
    case "copy":
      return await (await import("./copy.ts")).copyFiles(effect, run, onProgress);
    case "wait": {
      const addresses = await (await import("../wait/wait.ts")).waitFor(effect, controls, signal);
      const address = mainAddress(addresses);
      if (address !== undefined) report({ kind: "address", instance, address });
      return;
    }
    case "check":
      return await (await import("./checks/check.ts")).runCheck(effect, controls, signal, onProgress);
    case "ids":
      return await (await import("./ids.ts")).compareIds(effect, run);
    case "hook":
      return await (await import("./provision.ts")).runHook(effect, run);
    case "keep":
      return await (await import("./keep.ts")).keepFiles(effect, run);
    case "pool":
      return await (await import("../pool/perform.ts")).performPool(effect, run);
    case "secrets":
      return await (await import("./provision.ts")).deliverSecrets(effect, run);
    case "own": {
      const info = await controls.server.instance(effect.instance);
      const root = info && hostRoot(info);
      if (!root || `${root.uid}:${root.gid}` === effect.assumed) return;
      const here = changeOwner(effect.paths, root);
      const command = effect.there ? overSsh(effect.there.ssh, here, effect.there.sudo) : here;
      return await runOnHost(command, run);
    }
    case "unpack":
      return await (await import("./unpack.ts")).unpack(effect, run);
    case "checksum":
      return await (await import("./checksums.ts")).writeChecksums(effect, run);
    case "verify":
      return await (await import("./checksums.ts")).verifyChecksums(effect, run);
    case "write":
      if (effect.takesBack) {
        return await controls.host.removeText?.(effect.path, effect.text, effect.takesBack === "directory");
      }
      return await controls.host.writeText(effect.path, effect.text, effect.mode, effect.isNew).catch(
        (error) => {
          if (!effect.optional) throw error;
        },
      );
    default:
      effect satisfies never;
  }
}

/** Returns the address to show: the first global one, of IPv4 where there is one. */
function mainAddress(addresses: readonly Address[]): string | undefined {
  const global = addresses.filter(({ scope }) => scope === "global");
  return (global.find(({ family }) => family === "inet") ?? global[0])?.address;
}

/** Messages of both daemons for an instance that is already in the requested state. */
const ALREADY: Readonly<Record<string, string>> = {
  start: "The instance is already running",
  stop: "The instance is already stopped",
  // An interrupted run had requested it, and the daemon did it after the look of this run.
  freeze: "already frozen",
};

/** Returns the action of a request for another state of an instance. */
function actionOf(body: unknown): string {
  return typeof body === "object" && body !== null && "action" in body ? String(body.action) : "";
}

async function runOnHost(
  effect: Omit<Extract<Effect, { kind: "run" }>, "kind">,
  { instance, controls, report, signal }: Run,
): Promise<void> {
  await checkBare(effect, controls.host);
  await checkUnheld(effect, controls.host, signal);
  const tail = new Tail();
  const { busyText, counts } = effect;
  const progress = counts === undefined ? undefined : meter(counts, instance, report);
  const result = await untilFree(async () => {
    tail.clear();
    const ended = await controls.host.run(
      effect,
      (line, stream) => {
        if (stream === "stderr") tail.push(line);
        if (!progress?.line(line)) report({ kind: "output", instance, line, stream });
      },
      signal,
      progress?.bytes,
    );
    const busy = ended.code !== 0 && busyText !== undefined && ended.stderr.includes(busyText);
    return { busy, outcome: () => ended };
  }, signal);
  if (result.code !== 0) {
    throw new CommandError(`"${lineOf(effect)}" failed with exit code ${result.code}`, {
      argv: effect.argv,
      code: result.code,
      stderr: tail.text(),
    });
  }
}

function lineOf({ argv, pipe }: Command): string {
  return `${argv.join(" ")}${pipe ? ` | ${lineOf(pipe)}` : ""}`;
}

/**
 * Stops an instance. The result is its state: a daemon may report a failed stop although the instance has stopped, when
 * the end of its processes and its clean-up overlap.
 */
async function stop(
  { instance: ref, seconds }: { readonly instance: InstanceRef; readonly seconds: number },
  { controls, signal }: Run,
  settleMs: number,
): Promise<void> {
  const requests = [...(seconds > 0 ? [stopInstance(ref, seconds)] : []), killInstance(ref)];
  for (const [index, request] of requests.entries()) {
    try {
      return await sendUntilFree(
        () => controls.control.send(request, signal, undefined, settleMs),
        signal,
      );
    } catch (error) {
      if (signal.aborted && settleMs > 0 && error instanceof LxopsError && !error.unsettled) {
        if (await hasStopped(controls.server, ref, AbortSignal.timeout(settleMs))) return;
      }
      if (!(error instanceof ServerError) || signal.aborted) throw error;
      if (error.status === 404) throw error;
      if (await hasStopped(controls.server, ref, signal)) return;
      if (index === requests.length - 1) throw error;
    }
  }
}

/**
 * Tells whether an instance has stopped; an ephemeral one no longer exists then. For a moment while its processes
 * end, daemons answer questions about its state with an error: asks again, and counts what stays an error as no.
 */
async function hasStopped(
  server: Pick<InstanceServer, "instanceState">,
  ref: InstanceRef,
  signal: AbortSignal,
): Promise<boolean> {
  return await untilFree(
    async () => {
      try {
        const state = await server.instanceState(ref);
        const stopped = !state || state.status === "Stopped";
        return { busy: false, outcome: () => stopped };
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        return { busy: error.status === 500, outcome: () => false };
      }
    },
    signal,
    STATE_MS,
  );
}
