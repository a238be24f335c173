/**
 * Looks at a small text file of an instance. A program of the instance reads it where one can run: the daemon opens
 * whatever is there, and would wait for good for somebody who writes to a FIFO.
 *
 * @module
 */
import { AGENT_MISSING, LxopsError, ServerError, TimeoutError } from "../../base/errors.ts";
import type { Peek } from "../../ports/peek.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { READ_LIMIT_MS } from "../transport/answer.ts";
import { runInInstance } from "./exec.ts";
import { readInstanceFile, sizeOfFile } from "./files.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { after } from "../transport/timer.ts";

const LIMIT_MIB = 4;
const LIMIT = LIMIT_MIB * 1024 * 1024;
const TOO_LARGE = `it is larger than ${LIMIT_MIB} MiB`;
/** How long an instance may take to tell, where nothing else is said. */
const TELL_SECONDS = 30;

const ABSENT = 40;
const STRANGE = 41;
const LOOK = `[ -e "$1" ] || [ -L "$1" ] || exit ${ABSENT}; [ -f "$1" ] || exit ${STRANGE}; ` +
  `exec head -c ${LIMIT + 1} "$1"`;
/** Exit codes of a shell that is not there, or has no such program. */
const NO_PROGRAM: readonly number[] = [126, 127];

/**
 * Looks at a file, and takes what is strange for empty.
 *
 * @throws {ServerError} where the daemon cannot be asked, or the agent of a virtual machine does not answer yet
 */
export async function peek(
  endpoint: Endpoint,
  info: Pick<InstanceInfo, "project" | "name" | "status">,
  path: string,
  seconds = TELL_SECONDS,
): Promise<Peek> {
  try {
    const found = info.status === "Running" ? await askProgram(endpoint, info, path, seconds) : undefined;
    return found ?? await askDaemon(endpoint, info, path, seconds);
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    const nobody = error instanceof ServerError && (error.status === 0 || error.status === 403) ||
      AGENT_MISSING.test(error.message);
    if (nobody) throw error;
    return { text: "", strange: error.message };
  }
}

/** Nothing where the instance has no program to ask. */
async function askProgram(
  endpoint: Endpoint,
  instance: Pick<InstanceInfo, "project" | "name">,
  path: string,
  seconds: number,
): Promise<Peek | undefined> {
  const enough = new AbortController();
  const stop = after(Math.min(seconds * 1000, 2 ** 31 - 1), () => {
    enough.abort(new TimeoutError(`the instance's shell did not tell within ${seconds} s`));
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  const output = (stream: string) => ({
    push(bytes: Uint8Array) {
      if (stream !== "stdout" || size > LIMIT) return;
      size += bytes.length;
      chunks.push(bytes.slice());
      if (size > LIMIT) enough.abort(new TimeoutError(TOO_LARGE));
    },
    end() {},
  });
  const argv = ["/bin/sh", "-c", LOOK, "sh", path] as const;
  try {
    const code = await runInInstance(endpoint, { instance, argv }, output, enough.signal);
    if (size > LIMIT) return { text: "", strange: TOO_LARGE };
    if (NO_PROGRAM.includes(code)) return undefined;
    if (code === ABSENT) return { text: "" };
    if (code === STRANGE) return { text: "", strange: "it is no file" };
    if (code !== 0) return { text: "", strange: `it cannot be read (exit code ${code})` };
    return { text: new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer()) };
  } catch (error) {
    if (!enough.signal.aborted) throw error;
    return { text: "", strange: (enough.signal.reason as Error).message };
  } finally {
    stop();
  }
}

/** Of an instance that does not run; a FIFO is told from a file by its size, which Incus tells. */
async function askDaemon(
  endpoint: Endpoint,
  instance: Pick<InstanceInfo, "project" | "name">,
  path: string,
  seconds: number,
): Promise<Peek> {
  const limitMs = Math.min(seconds * 1000, READ_LIMIT_MS);
  if (await sizeOfFile(endpoint, instance, path, limitMs) === 0) return { text: "" };
  const bytes = await readInstanceFile(endpoint, instance, path, LIMIT_MIB, limitMs);
  return { text: new TextDecoder().decode(bytes ?? new Uint8Array()) };
}
