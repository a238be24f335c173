/**
 * A program in an instance that uses the user's terminal: lxops passes on keys and changes of the terminal's size.
 *
 * @module
 */
import * as z from "zod/mini";
import { ServerError, UsageError } from "../../base/errors.ts";
import type { Exec } from "../../ports/mod.ts";
import { readAs } from "../transport/answer.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { askWithGrace, jsonCall, operationPath, waitForEnd } from "./operation.ts";
import { shellRequest, websocketPath } from "./requests.ts";
import { writeStdout } from "../standard_output.ts";
import { type Channel, openChannel } from "../transport/websocket.ts";

const shellSchema = z.object({
  metadata: z.object({ fds: z.object({ "0": z.string(), control: z.string() }) }),
});

/** Runs a program with the terminal of lxops, and returns its exit code. */
export async function runShell(endpoint: Endpoint, exec: Exec, signal: AbortSignal): Promise<number> {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new UsageError("This needs a terminal for input and output, and there is none", [
      "Without one: lxops exec NAME -- PROGRAM, without -t and -it",
    ]);
  }
  const { columns, rows } = Deno.consoleSize();
  const type = Deno.env.get("TERM") ?? "dumb";
  const request = shellRequest(exec, { type, columns, rows });
  const name = `${request.method} ${request.path}`;
  const answer = await askWithGrace(endpoint, jsonCall(request), signal);
  const operation = operationPath(endpoint, name, answer);
  const { fds } = readAs(endpoint, name, shellSchema, answer.metadata).metadata;
  const open = (secret: string, onMessage: (data: Uint8Array | string) => void) =>
    openChannel(endpoint, websocketPath(operation, secret), onMessage);
  const [control, data] = await Promise.all([
    open(fds.control, () => {}),
    open(fds["0"], (message) => {
      if (typeof message !== "string") writeStdout(message);
      // The daemon marks the end with an empty text message, and waits until the client closes.
      else if (message === "") data.close();
    }),
  ]);
  const leave = takeTerminal(control, data);
  try {
    const end = await waitForEnd(endpoint, name, operation, signal);
    const code = end.metadata["return"];
    if (typeof code === "number" && code >= 0) return code;
    throw new ServerError(end.error || `${endpoint.title} gave no exit code of "${exec.argv[0]}"`, {
      status: end.code,
      request: name,
    });
  } finally {
    leave();
    data.close();
    control.close();
  }
}

/** Passes on keys and the terminal's size; returns a function that restores the terminal. */
function takeTerminal(control: Channel, data: Channel): () => void {
  const resize = () => {
    const { columns, rows } = Deno.consoleSize();
    control.send(JSON.stringify({
      command: "window-resize",
      args: { width: String(columns), height: String(rows) },
    }));
  };
  Deno.stdin.setRaw(true);
  Deno.addSignalListener("SIGWINCH", resize);
  const reader = Deno.stdin.readable.getReader();
  const feed = async () => {
    for (let keys = await reader.read(); !keys.done; keys = await reader.read()) {
      if (!await data.send(keys.value)) return;
    }
  };
  feed().catch(() => data.close());
  return () => {
    Deno.removeSignalListener("SIGWINCH", resize);
    Deno.stdin.setRaw(false);
    reader.cancel().catch(() => {});
  };
}
