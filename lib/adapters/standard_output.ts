/**
 * Writing to stdout and stderr, also where they do not block: another program that has the same terminal or pipe can
 * set `O_NONBLOCK` on it at any time. README.md has the decision.
 *
 * @module
 */

/** Stream that Deno writes to. */
export interface OutputStream {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** Bytes to write, one piece after the other; `next()` takes whether the piece before was written. */
type Writes = Generator<Uint8Array, void, boolean>;

const NEWLINE = 10;

/** Most bytes that a pipe takes as a whole or not at all: PIPE_BUF of Linux. */
const WHOLE = 4096;

/** Most bytes that Deno's buffer of stdout keeps where they cannot be written. */
const KEPT = 1023;

/** Milliseconds until a stream that was full is tried again. */
const PAUSE_MS = 2;

/** Writes bytes to stdout; returns when all are written, as a stream that blocks does. */
export function writeStdout(bytes: Uint8Array): void {
  carryOut(Deno.stdout, bufferedWrites(Deno.stdout, bytes));
}

/** Writes bytes to stderr; returns when all are written, as a stream that blocks does. */
export function writeStderr(bytes: Uint8Array): void {
  carryOut(Deno.stderr, plainWrites(Deno.stderr, bytes));
}

/** Writes bytes to stdout while signals are heard; resolves when all are written. */
export async function passToStdout(bytes: Uint8Array): Promise<void> {
  const writes = bufferedWrites(Deno.stdout, bytes);
  for (let { value, done } = writes.next(true); !done;) {
    const written = await Deno.stdout.write(value!).then(() => true, ignoreFull);
    if (!written) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    ({ value, done } = writes.next(written));
  }
}

function carryOut(stream: OutputStream, writes: Writes): void {
  for (let { value, done } = writes.next(true); !done;) {
    let written = true;
    try {
      stream.writeSync(value!);
    } catch (error) {
      written = ignoreFull(error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
    ({ value, done } = writes.next(written));
  }
}

/** Returns that nothing more was written, as the stream was full. */
function ignoreFull(error: unknown): false {
  if ((error as { code?: unknown }).code !== "EAGAIN") throw error;
  return false;
}

/** Returns the writes to a stream whose buffer keeps the rest of a short piece without a newline, as that of stdout. */
function* bufferedWrites(stream: OutputStream, bytes: Uint8Array): Writes {
  const next = stream.isTerminal() ? lineOrNewline : wholeLines;
  for (let rest = bytes; rest.length > 0;) {
    const piece = next(rest);
    const kept = piece.length <= KEPT && !piece.includes(NEWLINE);
    if (!(yield piece)) {
      if (!kept) continue;
      while (!(yield new Uint8Array(0)));
    }
    rest = rest.subarray(piece.length);
  }
}

/** Returns the writes to a stream without a buffer. Of two bytes, a terminal can take one, and Deno does not say so. */
function* plainWrites(stream: OutputStream, bytes: Uint8Array): Writes {
  const most = stream.isTerminal() ? 1 : WHOLE;
  for (let rest = bytes; rest.length > 0;) {
    const piece = rest.subarray(0, most);
    if (yield piece) rest = rest.subarray(piece.length);
  }
}

/**
 * Returns the part that the buffer keeps where a terminal takes a part of it, or one newline, which it does not keep.
 */
function lineOrNewline(bytes: Uint8Array): Uint8Array {
  const start = bytes.subarray(0, KEPT);
  const newline = start.indexOf(NEWLINE);
  return newline < 0 ? start : start.subarray(0, Math.max(newline, 1));
}

/** Returns a piece that ends with a newline or has none, so that Deno writes it at once. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  const start = bytes.subarray(0, WHOLE);
  return start.subarray(0, start.lastIndexOf(NEWLINE) + 1 || start.length);
}
