/**
 * Reads a small text file of an instance. Where the instance runs, a program inside it reads the file: the daemon opens
 * any kind of file, and would wait at a FIFO forever.
 *
 * @module
 */
import { AGENT_MISSING, LxopsError, ServerError, StateError, TimeoutError } from "../../base/errors.ts";
import type { Peek } from "../../ports/peek.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { READ_LIMIT_MS } from "../transport/answer.ts";
import { runInInstance } from "./exec.ts";
import { isInInstance, readInstanceFile, sizeOfFile } from "./files.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { after } from "../transport/timer.ts";

const LIMIT_MIB = 4;
const LIMIT = LIMIT_MIB * 1024 * 1024;
const TOO_LARGE = `it is larger than ${LIMIT_MIB} MiB`;
/** The time that an instance has to answer by default. */
const TELL_SECONDS = 30;

const ABSENT = 40;
const STRANGE = 41;
const LOOK = `[ -e "$1" ] || [ -L "$1" ] || exit ${ABSENT}; [ -f "$1" ] || exit ${STRANGE}; ` +
  `exec head -c ${LIMIT + 1} "$1"`;
/** Exit codes where the shell or the program does not exist. */
const NO_PROGRAM: readonly number[] = [126, 127];

/**
 * Reads a file; one that cannot be read as text counts as empty, with the reason.
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
    return { text: "", strange: error.message, unread: mayBeUsual(error) };
  }
}

/** Tells whether an error leaves open what is in the place of the file. */
function mayBeUsual(error: LxopsError): boolean {
  if (error instanceof ServerError) return error.status >= 500;
  return !(error instanceof StateError);
}

/** Reads the file by a program of the instance; `undefined` where there is no such program. */
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
    if (code === ABSENT) return { text: "", absent: true };
    if (code === STRANGE) return { text: "", strange: "it is no file" };
    if (code !== 0) return { text: "", strange: `it cannot be read (exit code ${code})` };
    return { text: new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer()) };
  } catch (error) {
    if (!enough.signal.aborted) throw error;
    return { text: "", strange: (enough.signal.reason as Error).message, unread: size <= LIMIT };
  } finally {
    stop();
  }
}

/** Reads the file of an instance that does not run. Incus reports its size, which is 0 for a FIFO. */
async function askDaemon(
  endpoint: Endpoint,
  instance: Pick<InstanceInfo, "project" | "name">,
  path: string,
  seconds: number,
): Promise<Peek> {
  const limitMs = Math.min(seconds * 1000, READ_LIMIT_MS);
  if (await sizeOfFile(endpoint, instance, path, limitMs) === 0) return { text: "" };
  const bytes = await readInstanceFile(endpoint, instance, path, LIMIT_MIB, limitMs);
  if (bytes) return { text: new TextDecoder().decode(bytes) };
  if (await isInInstance(endpoint, instance, path, limitMs)) {
    return { text: "", strange: "it is a symbolic link to a file that does not exist" };
  }
  return { text: "", absent: true };
}
