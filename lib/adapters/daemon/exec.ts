/**
 * Programs in an instance. Output is complete: a program counts as ended when the daemon reports its end and both of
 * its output sockets were read to their end.
 *
 * @module
 */
import * as z from "zod/mini";
import { ServerError } from "../../base/errors.ts";
import type { Exec, OnBytes, OnLine } from "../../ports/mod.ts";
import { readAs } from "../transport/answer.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { interruption } from "./interrupt.ts";
import { LineSplitter } from "../../base/lines.ts";
import {
  askWithGrace,
  jsonCall,
  OPERATION,
  type Operation,
  operationFailure,
  operationPath,
  waitForEnd,
} from "./operation.ts";
import { execRequest, websocketPath } from "./requests.ts";
import { type Channel, type OnMessage, openChannel } from "../transport/websocket.ts";

/** The signals that end a program, and the time that it has to end after each where nothing else is asked for. */
const TERM = { number: 15, graceMs: 1000 } as const;
const KILL = { number: 9, graceMs: 500 } as const;
/** Bytes of stdin in one message. */
const STDIN_CHUNK = 32768;

/** The receiver of one stream of a program's output; `end()` is called after the last piece. */
export interface Output {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** Creates the receiver of a stream. */
export type Outputs = (stream: "stdout" | "stderr") => Output;

/** Returns receivers that split output into lines. */
export function asLines(onLine: OnLine): Outputs {
  return (stream) => new LineSplitter((line) => onLine(line, stream));
}

/** Returns receivers that pass bytes on when they arrive. */
export function asBytes(onBytes: OnBytes): Outputs {
  return (stream) => ({ push: (bytes) => onBytes(bytes, stream), end: () => {} });
}

const execSchema = z.object({
  metadata: z.object({
    fds: z.object({ "0": z.string(), "1": z.string(), "2": z.string(), control: z.string() }),
  }),
});

/**
 * Runs a program in an instance and returns its exit code. When the signal aborts, the program is asked to end, so that
 * it can end its own children, which the daemon cannot signal; after that it is killed.
 *
 * @param input holds back the last line of the input; a text that it yields comes after that
 */
export async function runInInstance(
  endpoint: Endpoint,
  exec: Exec,
  outputs: Outputs,
  signal: AbortSignal,
  input?: Promise<string | void>,
): Promise<number> {
  signal.throwIfAborted();
  const request = execRequest(exec);
  const name = `${request.method} ${request.path}`;
  const answer = await askWithGrace(endpoint, jsonCall(request), signal);
  const operation = operationPath(endpoint, name, answer);
  const { fds } = readAs(endpoint, name, execSchema, answer.metadata).metadata;
  const session = openSession(endpoint, operation, fds, exec, outputs, input);
  const stop = new AbortController();
  const abandoned = Promise.withResolvers<never>();
  const operationEnd = waitForEnd(endpoint, name, operation, stop.signal);
  const over = Promise.allSettled([operationEnd, session.drained]);
  let ending: Promise<boolean> | undefined;
  const graceMs = exec.endSeconds === undefined ? TERM.graceMs : exec.endSeconds * 1000;
  const end = () => ending ??= endProgram(session, over, graceMs);
  const onAbort = async () => {
    if (await end()) return;
    const left = `"${exec.argv[0]}" may still be running in instance "${exec.instance.name}"`;
    abandoned.reject(interruption(signal, left));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const ended = Promise.all([operationEnd, session.drained]);
    const [result] = await Promise.race([ended, abandoned.promise]).catch(async (error) => {
      // A receiver of lines that throws must not leave the program running.
      await end();
      throw error;
    });
    if (signal.aborted) {
      throw interruption(signal, `"${exec.argv[0]}" in instance "${exec.instance.name}" was killed`);
    }
    return exitCode(endpoint, name, result, exec, outputs);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stop.abort();
    session.close();
  }
}

/** Ends a program; `false` where it does not end. */
async function endProgram(session: Session, over: Promise<unknown>, termMs: number): Promise<boolean> {
  for (const { number, graceMs } of [{ ...TERM, graceMs: termMs }, KILL]) {
    session.signal(number);
    if (await within(over, graceMs)) return true;
  }
  return false;
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Session {
  /** Settles when both outputs were read to their end. */
  readonly drained: Promise<unknown>;
  /** Sends a signal to the program. */
  signal(number: number): void;
  close(): Promise<void>;
}

// All four sockets are opened at once: the daemon gives up on a program whose sockets are not all there within a few
// seconds. A program whose socket could not be opened has ended; the operation has the reason.
function openSession(
  endpoint: Endpoint,
  operation: string,
  fds: Readonly<Record<"0" | "1" | "2" | "control", string>>,
  exec: Exec,
  outputs: Outputs,
  input: Promise<string | void> | undefined,
): Session {
  const opening: Promise<Channel | undefined>[] = [];
  const open = (secret: string, onMessage: OnMessage) => {
    const channel = openChannel(endpoint, websocketPath(operation, secret), onMessage)
      .catch(() => undefined);
    opening.push(channel);
    return channel;
  };
  const drain = async (secret: string, stream: "stdout" | "stderr") => {
    const output = outputs(stream);
    const channel = await open(secret, (data) => {
      // The daemon marks the end of a stream with an empty text message; program output is binary.
      if (typeof data !== "string") output.push(data);
    });
    await channel?.ended;
    output.end();
  };
  const drained = Promise.all([drain(fds["1"], "stdout"), drain(fds["2"], "stderr")]);
  const control = open(fds.control, () => {});
  const stdin = open(fds["0"], () => {});
  let source: { stop(): void } | undefined;
  if (exec.inherits) source = passInput(stdin);
  else {
    // While the input is waited for, there is time to put it together.
    const bytes = exec.input ?? new TextEncoder().encode(exec.stdin ?? "");
    stdin.then((stdin) => feed(stdin, bytes, input));
  }
  let signalling: Promise<unknown> = Promise.resolve();
  return {
    drained,
    signal(number) {
      const order = JSON.stringify({ command: "signal", signal: number });
      signalling = control.then((channel) => channel?.send(order));
    },
    async close() {
      source?.stop();
      await signalling;
      for (const channel of opening) (await channel)?.close();
    },
  };
}

// A program that ends without reading its input closes the socket early; that is not a failure.
async function feed(
  stdin: Channel | undefined,
  bytes: Uint8Array,
  until?: Promise<string | void>,
): Promise<void> {
  const held = until ? lastLine(bytes) : bytes.length;
  for (let start = 0; start < bytes.length;) {
    if (start === held) await until;
    const end = Math.min(start + STDIN_CHUNK, start < held ? held : bytes.length);
    if (!await stdin?.send(bytes.subarray(start, end))) return;
    start = end;
  }
  const rest = await until?.catch(() => {});
  if (rest) await feed(stdin, new TextEncoder().encode(rest));
  else await stdin?.send("");
}

/** Passes standard input on while it comes; as much as the program takes is read, and no more than a piece ahead. */
function passInput(stdin: Promise<Channel | undefined>): { stop(): void } {
  const reader = Deno.stdin.readable.getReader();
  const pass = async () => {
    const channel = await stdin;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (let start = 0; start < piece.value.length; start += STDIN_CHUNK) {
        if (!await channel?.send(piece.value.subarray(start, start + STDIN_CHUNK))) return;
      }
    }
    await channel?.send("");
  };
  // Standard input that cannot be read (closed, a directory) has ended.
  pass().catch(async () => await (await stdin)?.send(""));
  return { stop: () => void reader.cancel().catch(() => {}) };
}

/** Returns where the last line begins. */
function lastLine(bytes: Uint8Array): number {
  return bytes.lastIndexOf(10, bytes.length - 2) + 1;
}

function exitCode(
  endpoint: Endpoint,
  request: string,
  operation: Operation,
  exec: Exec,
  outputs: Outputs,
): number {
  const code = operation.metadata["return"];
  if (operation.code === OPERATION.success || typeof code === "number" && code > 0) {
    if (typeof code !== "number") {
      throw new ServerError(`${endpoint.title} gave no exit code of "${exec.argv[0]}"`, {
        status: 200,
        request,
      });
    }
    // A program that could not be started says nothing itself.
    if (operation.error !== "") {
      const output = outputs("stderr");
      output.push(new TextEncoder().encode(`${exec.argv[0]}: ${operation.error}\n`));
      output.end();
    }
    return code;
  }
  throw operationFailure(endpoint, request, operation);
}
