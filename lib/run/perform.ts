/**
 * The one place of effects: carries out one effect, and holds what changes the world.
 *
 * @module
 */
import { CommandError, type Location, ServerError } from "../errors.ts";
import type {
  Command,
  CommandResult,
  HostControl,
  InstanceControl,
  InstanceRef,
  InstanceServer,
  OnLine,
} from "../ports.ts";
import type { Batch, Effect } from "../step.ts";
import { changeOwner } from "../plan/host_commands.ts";
import { mappedRoot } from "../plan/idmap.ts";
import { killInstance, stopInstance } from "../plan/requests.ts";
import { type BatchEvent, batchReader } from "../cloudconfig/reader.ts";
import type { RunEvent } from "./events.ts";
import { sleep, waitFor } from "./wait.ts";

/** How many lines of a program's output an error quotes. */
const QUOTED_LINES = 20;

/** All that is needed to change the world. */
export interface Controls {
  readonly server: InstanceServer;
  readonly control: InstanceControl;
  readonly host: HostControl;
}

/** Reports to whom the effect is carried out for. */
export type Report = (event: RunEvent) => void;

/** Carries out one effect; throws one of the errors of `errors.ts` where it fails. */
export async function perform(
  effect: Effect,
  instance: string,
  controls: Controls,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const onLine: OnLine = (line, stream) => report({ kind: "output", instance, line, stream });
  switch (effect.kind) {
    case "run": {
      const result = await runUnlessBusy(effect, effect.busyText, controls, onLine, signal);
      if (result.code !== 0) {
        throw new CommandError(
          `"${effect.argv.join(" ")}" failed with exit code ${result.code}`,
          effect.argv,
          result.code,
          lastLines(result.stderr),
        );
      }
      return;
    }
    case "send": {
      const onProgress = (text: string) => report({ kind: "progress", instance, text });
      await controls.control.send(effect, signal, onProgress);
      return;
    }
    case "stop":
      return await stop(effect.instance, effect.seconds, controls, signal);
    case "exec": {
      const tail: string[] = [];
      const code = await controls.control.exec(effect, (line, stream) => {
        keepLast(tail, line);
        onLine(line, stream);
      }, signal);
      if (code !== 0) {
        throw new CommandError(
          `"${effect.argv.join(" ")}" in instance "${effect.instance.name}" failed with exit code ${code}`,
          effect.argv,
          code,
          tail.join("\n"),
        );
      }
      return;
    }
    case "batch":
      return await performBatch(effect, instance, controls, report, signal);
    case "push":
      return await controls.control.push(effect, signal);
    case "wait":
      return await waitFor(effect, controls, signal);
    case "own": {
      const info = await controls.server.instance(effect.instance);
      const root = info && mappedRoot(info);
      if (!root || `${root.uid}:${root.gid}` === effect.assumed) return;
      const command = changeOwner(effect.paths, root);
      return await perform({ kind: "run", ...command }, instance, controls, report, signal);
    }
    case "write":
      return await controls.host.writeText(effect.path, effect.text, effect.mode);
  }
}

/** How long a program that says that something is busy is run again. */
const BUSY_MS = 5000;

async function runUnlessBusy(
  command: Command,
  busyText: string | undefined,
  controls: Controls,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<CommandResult> {
  const end = performance.now() + BUSY_MS;
  for (let pause = 20;; pause *= 2) {
    const result = await controls.host.run(command, onLine, signal);
    const busy = result.code !== 0 && busyText !== undefined && result.stderr.includes(busyText);
    if (!busy || performance.now() + pause > end) return result;
    await sleep(pause, signal);
  }
}

/**
 * Stops an instance. What counts is that it has stopped: a daemon may call a stop failed whose instance has gone
 * down all the same, as when the end of its processes and its own clean-up overtake each other.
 */
async function stop(
  ref: InstanceRef,
  seconds: number,
  controls: Controls,
  signal: AbortSignal,
): Promise<void> {
  const requests = [...(seconds > 0 ? [stopInstance(ref, seconds)] : []), killInstance(ref)];
  for (const [index, request] of requests.entries()) {
    try {
      await controls.control.send(request, signal);
      return;
    } catch (error) {
      if (!(error instanceof ServerError) || signal.aborted) throw error;
      const state = await controls.server.instanceState(ref);
      if (state?.status === "Stopped") return;
      if (index === requests.length - 1) throw error;
    }
  }
}

async function performBatch(
  batch: Batch,
  instance: string,
  controls: Controls,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const read = batchReader(batch);
  const tail: string[] = [];
  let current: number | undefined;
  let finished = 0;
  const onLine: OnLine = (line, stream) => {
    for (const event of read(line, stream)) {
      switch (event.kind) {
        case "start":
          current = event.item;
          tail.length = 0;
          break;
        case "output":
          keepLast(tail, event.line);
          break;
        case "end":
          if (event.code === 0) finished++;
          break;
        case "skip":
          finished++;
          break;
      }
      const shown = batchEvent(batch, instance, event);
      if (shown) report(shown);
    }
  };
  const code = await controls.control.exec(batch, onLine, signal);
  if (code === 0 && finished === batch.items.length) return;
  const item = current === undefined ? undefined : batch.items[current];
  const what = item ? `"${item.title}"${at(item.location)}` : `"${batch.argv.join(" ")}"`;
  const why = code === 127 && !item
    ? "there is no such program in it"
    : code === 0
    ? "it ended before all items were done"
    : `exit code ${code}`;
  throw new CommandError(
    `${what} failed in instance "${batch.instance.name}": ${why}`,
    batch.argv,
    code,
    tail.join("\n"),
  );
}

function batchEvent(batch: Batch, instance: string, event: BatchEvent): RunEvent | undefined {
  switch (event.kind) {
    case "start":
      return { kind: "item", instance, title: titleOf(batch, event.item) };
    case "output":
      return { kind: "output", instance, line: event.line, stream: event.stream };
    case "end": {
      if (event.code !== 0) return undefined;
      return {
        kind: "item-done",
        instance,
        title: titleOf(batch, event.item),
        seconds: event.seconds ?? 0,
        skipped: false,
      };
    }
    case "skip":
      return { kind: "item-done", instance, title: titleOf(batch, event.item), skipped: true };
  }
}

function titleOf(batch: Batch, item: number): string {
  return batch.items[item]?.title ?? `item ${item}`;
}

function at(location: Location | undefined): string {
  return location ? ` (${location.file}:${location.line})` : "";
}

function keepLast(tail: string[], line: string): void {
  if (tail.push(line) > QUOTED_LINES) tail.shift();
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-QUOTED_LINES).join("\n");
}
