/**
 * The body of an answer, read piece by piece or at once, with a limit on silence.
 *
 * @module
 */
import { after } from "./timer.ts";

/** The longest silence in the middle of an answer. */
const SILENCE_MS = 120_000;

/** The error of an answer that stops in the middle. */
export class StalledError extends Error {
  constructor(seconds: number) {
    super(`nothing came for ${seconds} s`);
  }
}

/**
 * Returns a body that is read at once.
 *
 * @throws {StalledError} where it does not come in time
 */
export async function inTime<T>(reading: Promise<T>, silenceMs = SILENCE_MS): Promise<T> {
  const stalled = Promise.withResolvers<never>();
  const stop = after(silenceMs, () => stalled.reject(new StalledError(silenceMs / 1000)));
  try {
    return await Promise.race([reading, stalled.promise]);
  } finally {
    stop();
  }
}

/**
 * Yields the pieces of a body.
 *
 * @throws {StalledError} where the next piece does not come in time
 */
export async function* piecesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const silence = watchSilence(silenceMs, () => reader.cancel().catch(() => {}));
  try {
    for (;;) {
      silence.begin();
      const { done, value } = await reader.read();
      silence.end();
      if (silence.isStalled()) throw new StalledError(silenceMs / 1000);
      if (done) return;
      yield value;
    }
  } finally {
    silence.stop();
    // Ends the connection where the reader stops early.
    await reader.cancel().catch(() => {});
  }
}

/** Calls `onStalled` where too much time passes between `begin()` and `end()`. */
function watchSilence(limitMs: number, onStalled: () => void) {
  let since: number | undefined;
  let watched = false;
  let stalled = false;
  let stop = () => {};
  // One timer at a time, not one for each piece.
  const watch = () => {
    if (watched) return;
    watched = true;
    stop = after(limitMs / 4, () => {
      watched = false;
      if (since === undefined) return;
      if (performance.now() - since < limitMs) return watch();
      stalled = true;
      onStalled();
    });
  };
  return {
    begin() {
      since = performance.now();
      watch();
    },
    end() {
      since = undefined;
    },
    stop() {
      since = undefined;
      stop();
    },
    isStalled: () => stalled,
  };
}
