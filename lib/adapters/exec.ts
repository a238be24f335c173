/**
 * Programs in an instance. Output is complete: a program has ended when the daemon says so and both of its
 * output sockets were read to their end.
 *
 * @module
 */
import * as z from "zod";
import { ServerError } from "../errors.ts";
import type { Exec, OnLine } from "../ports.ts";
import { narrow } from "./answer.ts";
import type { Endpoint } from "./http.ts";
import { interruption } from "./interrupt.ts";
import { LineSplitter } from "./lines.ts";
import {
  askWithGrace,
  below,
  jsonCall,
  OPERATION,
  type Operation,
  operationFailure,
  operationPath,
  waitForEnd,
} from "./operation.ts";
import { instancePath } from "./paths.ts";
import { type Channel, type OnMessage, openChannel } from "./websocket.ts";

/** How long a killed program may take to end before lxops leaves it. */
const KILL_GRACE_MS = 3000;
/** Bytes of stdin in one message. */
const STDIN_CHUNK = 32768;

const execSchema = z.object({
  metadata: z.object({
    fds: z.object({ "0": z.string(), "1": z.string(), "2": z.string(), control: z.string() }),
  }),
});

/**
 * Runs a program in an instance and returns its exit code. When the signal aborts the program is killed; what
 * it had started itself lives on, since the daemon can signal the program only.
 */
export async function runInInstance(
  endpoint: Endpoint,
  exec: Exec,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const request = execRequest(exec);
  const name = `${request.method} ${request.path}`;
  const answer = await askWithGrace(endpoint, jsonCall(request), signal);
  const operation = operationPath(endpoint, name, answer);
  const { fds } = narrow(endpoint, name, execSchema, answer.metadata).metadata;
  const session = openSession(endpoint, operation, fds, exec, onLine);
  const stop = new AbortController();
  const abandoned = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    session.kill();
    const left = `"${exec.argv[0]}" may still be running in instance "${exec.instance.name}"`;
    timer = setTimeout(() => abandoned.reject(interruption(signal, left)), KILL_GRACE_MS);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const ended = Promise.all([waitForEnd(endpoint, name, operation, stop.signal), session.drained]);
    const [result] = await Promise.race([ended, abandoned.promise]);
    if (signal.aborted) {
      throw interruption(signal, `"${exec.argv[0]}" in instance "${exec.instance.name}" was killed`);
    }
    return exitCode(endpoint, name, result, exec, onLine);
  } catch (error) {
    // A receiver of lines that throws must not leave the program running.
    session.kill();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
    stop.abort();
    session.close();
  }
}

function execRequest(exec: Exec): { method: "POST"; path: string; body: unknown } {
  return {
    method: "POST",
    path: instancePath(exec.instance, "exec"),
    body: {
      command: exec.argv,
      environment: exec.env ?? {},
      "wait-for-websocket": true,
      interactive: false,
    },
  };
}

interface Session {
  /** Settles when both outputs were read to their end. */
  readonly drained: Promise<unknown>;
  kill(): void;
  close(): Promise<void>;
}

// All four sockets are opened at once: the daemon gives up on a program whose sockets are not all there
// within a few seconds. What could not be opened has ended; the operation tells why.
function openSession(
  endpoint: Endpoint,
  operation: string,
  fds: Readonly<Record<"0" | "1" | "2" | "control", string>>,
  exec: Exec,
  onLine: OnLine,
): Session {
  const opening: Promise<Channel | undefined>[] = [];
  const open = (secret: string, onMessage: OnMessage) => {
    const channel = openChannel(endpoint, withSecret(below(operation, "websocket"), secret), onMessage)
      .catch(() => undefined);
    opening.push(channel);
    return channel;
  };
  const drain = async (secret: string, stream: "stdout" | "stderr") => {
    const splitter = new LineSplitter((line) => onLine(line, stream));
    const channel = await open(secret, (data) => {
      // The daemon marks the end of a stream with an empty text message; program output is binary.
      if (typeof data !== "string") splitter.push(data);
    });
    await channel?.ended;
    splitter.end();
  };
  const drained = Promise.all([drain(fds["1"], "stdout"), drain(fds["2"], "stderr")]);
  const control = open(fds.control, () => {});
  open(fds["0"], () => {}).then((stdin) => feed(stdin, exec.stdin ?? ""));
  let killing: Promise<unknown> | undefined;
  return {
    drained,
    kill() {
      killing ??= control.then((channel) => channel?.send(JSON.stringify({ command: "signal", signal: 9 })));
    },
    async close() {
      await killing;
      for (const channel of opening) (await channel)?.close();
    },
  };
}

// A program that ends without reading its input closes the socket early, which is no failure.
async function feed(stdin: Channel | undefined, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += STDIN_CHUNK) {
    if (!await stdin?.send(bytes.subarray(start, start + STDIN_CHUNK))) return;
  }
  await stdin?.send("");
}

function exitCode(
  endpoint: Endpoint,
  request: string,
  operation: Operation,
  exec: Exec,
  onLine: OnLine,
): number {
  const code = operation.metadata["return"];
  if (operation.code === OPERATION.success || typeof code === "number" && code > 0) {
    if (typeof code !== "number") {
      throw new ServerError(`${endpoint.title} gave no exit code of "${exec.argv[0]}"`, 200, request);
    }
    // A program that could not be started says nothing itself.
    if (operation.error !== "") onLine(`${exec.argv[0]}: ${operation.error}`, "stderr");
    return code;
  }
  throw operationFailure(endpoint, request, operation);
}

function withSecret(path: string, secret: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}secret=${encodeURIComponent(secret)}`;
}
