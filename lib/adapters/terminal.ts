/**
 * Questions to the user at the terminal, and standard input. An interrupt ends every read.
 *
 * @module
 */
import { InterruptedError, UnreadableError, UsageError } from "../base/errors.ts";
import { textOf } from "../base/bytes.ts";
import { BYTES_LIMIT_MIB, readAll, TEXT_LIMIT_MIB } from "./read_file.ts";

/** Reads all of standard input, as text. */
export async function readText(): Promise<string> {
  const text = textOf(await readInput(TEXT_LIMIT_MIB));
  if (text === undefined) throw new UsageError("Standard input is not UTF-8 text");
  return text;
}

/** Reads all of standard input as bytes. */
export async function readBytes(): Promise<Uint8Array> {
  return await readInput(BYTES_LIMIT_MIB);
}

async function readInput(limitMib: number): Promise<Uint8Array> {
  const content = await readAll(Deno.stdin, limitMib);
  if (content) return content;
  throw new UnreadableError("standard input", `it is larger than ${limitMib} MiB, the most that is read`);
}

/** Time in which a signal is delivered that the user gave before the answer. */
const SIGNAL_MS = 100;

/**
 * Reads the answer to a question that was asked.
 *
 * @throws {InterruptedError} as soon as the signal aborts; whatever is answered afterwards does not count
 */
export async function readAnswer(signal: AbortSignal): Promise<string> {
  const interrupted = Promise.withResolvers<never>();
  const onAbort = () => interrupted.reject(new InterruptedError("Interrupted; nothing was changed"));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const buffer = new Uint8Array(100);
    const count = await Promise.race([Deno.stdin.read(buffer), interrupted.promise]);
    // A signal that comes before the answer may be delivered after it, on a machine that has much to do.
    await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
    if (signal.aborted) await interrupted.promise;
    return new TextDecoder().decode(buffer.subarray(0, count ?? 0)).trim();
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
