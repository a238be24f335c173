/**
 * Carries out a batch: a script in an instance that reports its items by markers in its output.
 *
 * @module
 */
import { CommandError, type Location } from "../../base/errors.ts";
import type { InstanceControl, OnBytes } from "../../ports/mod.ts";
import type { Batch } from "../../step/step.ts";
import { type BatchEvent, batchReader } from "../../cloudconfig/batch/reader.ts";
import { watchOver } from "./batch_watch.ts";
import type { RunEvent } from "../events.ts";
import type { Run } from "./perform.ts";
import { PrintedTail, Tail } from "../tail.ts";

/** Start of lxops' own lines in the output of a batch. */
const TOLD = "lxops: ";

/** Progress of a batch. */
interface Progress {
  /** The item that runs, or that failed. */
  readonly current?: number;
  readonly finished: number;
}

/**
 * Carries out a batch.
 *
 * @throws {CommandError} that names the item that failed, or after which the script ended
 */
export async function performBatch(
  batch: Batch,
  { instance, report, signal }: Pick<Run, "instance" | "report" | "signal">,
  control: Pick<InstanceControl, "pipe">,
): Promise<void> {
  const reader = batchReader(batch);
  const tail = new Tail();
  const printed = new PrintedTail();
  let progress: Progress = { finished: 0 };
  const watch = watchOver(batch);
  const take = (event: BatchEvent) => {
    if (event.kind === "output") tail.push(event.line);
    else if (event.kind === "printed") printed.push(event.item, event.stream, event.bytes);
    else {
      if (event.kind !== "end" || event.code === 0) tail.clear();
      progress = advance(progress, event);
      watch.see(event);
    }
    const shown = batchEvent(batch, instance, event);
    if (shown) report(shown);
  };
  const onBytes: OnBytes = (bytes, stream) => reader.push(bytes, stream).forEach(take);
  let code: number;
  try {
    code = await control.pipe(batch, onBytes, AbortSignal.any([signal, watch.signal]));
  } finally {
    watch.stop();
  }
  reader.end().forEach(take);
  if (code === 0 && progress.finished === batch.items.length) return;
  if (batch.optional && code === 127 && progress.current === undefined) {
    const text = `The ids of users and groups were not compared, as there is no ${batch.argv[0]}`;
    return report({ kind: "note", instance, text });
  }
  const output = [...printed.lines(progress.current), ...tail.lines()].join("\n");
  throw new CommandError(failure(batch, progress, code), { argv: batch.argv, code, stderr: output });
}

function advance(before: Progress, event: Exclude<BatchEvent, { kind: "output" | "printed" }>): Progress {
  switch (event.kind) {
    case "start":
      return { ...before, current: event.item };
    case "end":
      return event.code === 0 ? { finished: before.finished + 1 } : before;
    case "skip":
      return { finished: before.finished + 1 };
  }
}

function failure(batch: Batch, { current, finished }: Progress, code: number): string {
  const where = `in instance "${batch.instance.name}"`;
  const item = current === undefined ? undefined : batch.items[current];
  if (item) {
    const why = code === 0 ? "the script ended in the middle of it" : `exit code ${code}`;
    return `"${item.title}"${at(item.location)} failed ${where}: ${why}`;
  }
  const last = batch.items[finished - 1];
  if (last) {
    return `The script of the items ended ${where} after "${last.title}", ${finished} of ${batch.items.length}: ` +
      `exit code ${code}`;
  }
  const why = code === 127
    ? "there is no such program in it"
    : code === 0
    ? "it ended before its first item"
    : `exit code ${code}`;
  return `"${batch.argv.join(" ")}" failed ${where}: ${why}`;
}

function batchEvent(batch: Batch, instance: string, event: BatchEvent): RunEvent | undefined {
  switch (event.kind) {
    case "start":
      return { kind: "item", instance, title: titleOf(batch, event.item) };
    case "output":
      // Messages of lxops' own functions in an instance are always shown to the user.
      return event.line.startsWith(TOLD)
        ? { kind: "note", instance, text: event.line.slice(TOLD.length) }
        : { kind: "output", instance, line: event.line, stream: event.stream };
    case "printed":
      return { kind: "bytes", instance, bytes: event.bytes, stream: event.stream };
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
