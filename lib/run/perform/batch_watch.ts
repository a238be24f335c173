/**
 * The deadlines of a batch: its shell is the instance's own, and may hang.
 *
 * @module
 */
import { TimeoutError } from "../../base/errors.ts";
import type { BatchEvent } from "../../cloudconfig/batch/reader.ts";
import type { Batch } from "../../step/step.ts";

/** Longest wait for the shell to begin an item, unless the batch says otherwise. */
const BEGIN_SECONDS = 60;
/** Time after which lxops ends an item that takes too long, if the shell has not done so. */
const OVERTIME_SECONDS = 10;
const TO_WAIT_LONGER = "To wait longer for a shell: --timeout SECONDS, where the command has it";

/** Aborts a signal where the shell of a batch exceeds a time limit. */
export function watchOver(batch: Batch) {
  const late = new AbortController();
  const { beginSeconds = BEGIN_SECONDS, itemSeconds, instance } = batch;
  const where = `the shell of instance "${instance.name}"`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (seconds: number, what: string, longer = TO_WAIT_LONGER) => {
    clearTimeout(timer);
    const limit = Math.min(seconds * 1000, 2 ** 31 - 1);
    timer = setTimeout(() =>
      late.abort(
        new TimeoutError(what, [
          `To see what runs there: lxops instance exec ${instance.name} -- ps`,
          longer,
        ]),
      ), limit);
  };
  const begin = () => set(beginSeconds, `${where} did not continue its script within ${beginSeconds} s`);
  begin();
  return {
    signal: late.signal,
    see(event: Exclude<BatchEvent, { kind: "output" | "printed" }>) {
      if (event.kind !== "start") return begin();
      const { title = `item ${event.item}`, location, seconds } = batch.items[event.item] ?? {};
      const what = `"${title}"${location ? ` (${location.file}:${location.line})` : ""}`;
      if (itemSeconds === undefined) {
        if (seconds === undefined) return clearTimeout(timer);
        return set(
          seconds,
          `${what} did not end within ${seconds} s in instance "${instance.name}"`,
          "To give each item more time: --step-timeout SECONDS, where the command has it",
        );
      }
      set(
        itemSeconds + OVERTIME_SECONDS,
        `${what} did not end within ${itemSeconds} s, nor did ${where} end it`,
      );
    },
    stop: () => clearTimeout(timer),
  };
}
