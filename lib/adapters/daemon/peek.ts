/**
 * Reads a small text file of an instance. Where the instance runs, a program inside it reads the file: the daemon opens
 * any kind of file, and would wait at a FIFO forever.
 *
 * @module
 */
import { AGENT_MISSING, LxopsError, ServerError, StateError, TimeoutError } from "../../base/errors.ts";
import type { Looked, LookLimits, Peek } from "../../ports/peek.ts";
import type { Exec, InstanceInfo } from "../../ports/mod.ts";
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
  const seen = await runLook(endpoint, { instance, argv: ["/bin/sh", "-c", LOOK, "sh", path] }, seconds, [
    "stdout",
  ]);
  if (seen.late) return { text: "", strange: seen.late, unread: true };
  const { code, stdout } = seen;
  if (stdout === undefined) return { text: "", strange: TOO_LARGE };
  if (NO_PROGRAM.includes(code)) return undefined;
  if (code === ABSENT) return { text: "", absent: true };
  if (code === STRANGE) return { text: "", strange: "it is no file" };
  if (code !== 0) return { text: "", strange: `it cannot be read (exit code ${code})` };
  return { text: stdout };
}

/** The line before the second file: whatever else the shell tells on that stream comes before it. */
const BEGIN = "lxops\n";

/** Prints one file to each stream, where both are files. */
const LOOK_TWICE =
  `for f; do [ -f "$f" ] || exit ${STRANGE}; done; head -c ${LIMIT + 1} "$1" 2>/dev/null || exit; ` +
  `echo lxops >&2; exec head -c ${LIMIT + 1} "$2" >&2 2>/dev/null`;

/**
 * Reads two files of a running instance by one program, as to start one takes the daemon 40 ms. Returns `undefined`
 * where not both are files of a usual size, about which a look at each one says more.
 */
export async function peekBoth(
  endpoint: Endpoint,
  instance: Pick<InstanceInfo, "project" | "name">,
  paths: readonly [string, string],
  seconds = TELL_SECONDS,
): Promise<readonly [Peek, Peek] | undefined> {
  const argv = ["/bin/sh", "-c", LOOK_TWICE, "sh", ...paths] as const;
  const seen = await runLook(endpoint, { instance, argv }, seconds, STREAMS);
  if (seen.late) {
    const unread = { text: "", strange: seen.late, unread: true };
    return [unread, unread];
  }
  const { code, stdout, stderr } = seen;
  return code === 0 && stdout !== undefined && stderr?.startsWith(BEGIN)
    ? [{ text: stdout }, { text: stderr.slice(BEGIN.length) }]
    : undefined;
}

/** Runs a script in the shell of a running instance, and returns what it prints. */
export async function lookInside(
  endpoint: Endpoint,
  instance: Pick<InstanceInfo, "project" | "name">,
  script: string | Promise<string>,
  { seconds, bytes }: LookLimits,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<Looked> {
  const exec = { instance, argv: ["/bin/sh", "-s"], input: Promise.resolve(script) } as const;
  const seen = await runLook(endpoint, exec, seconds, ["stdout"], { limit: bytes, onBytes });
  if (seen.late) return { problem: seen.late };
  const { code, stdout } = seen;
  if (stdout === undefined) return { problem: `the instance's shell told more than ${bytes} bytes` };
  if (NO_PROGRAM.includes(code)) return { problem: "the instance has no /bin/sh" };
  return { text: stdout };
}

/** The output of a look; a stream with more than the limit is `undefined`. */
interface Seen {
  readonly code: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The reason where the program did not end in time. */
  readonly late?: string;
}

type Stream = "stdout" | "stderr";

interface OutputOptions {
  /** The most bytes of a stream. */
  readonly limit?: number;
  /** Gets the output while it comes, up to the limit. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
}

const STREAMS: readonly Stream[] = ["stdout", "stderr"];

/** Runs a program that prints files to some of its streams; the others do not matter. */
async function runLook(
  endpoint: Endpoint,
  { input, ...exec }: Pick<Exec, "instance" | "argv"> & { readonly input?: Promise<string> },
  seconds: number,
  printed: readonly Stream[],
  { limit = LIMIT, onBytes }: OutputOptions = {},
): Promise<Seen> {
  const enough = new AbortController();
  const late = `the instance's shell did not tell within ${seconds} s`;
  const stop = after(Math.min(seconds * 1000, 2 ** 31 - 1), () => enough.abort(new TimeoutError(late)));
  const kept = new Map(printed.map((stream) => [stream, new Kept(limit)]));
  const isLarge = () => [...kept.values()].some((one) => one.isLarge());
  const output = (stream: Stream) => ({
    push(bytes: Uint8Array) {
      kept.get(stream)?.push(bytes);
      if (isLarge()) enough.abort(new TimeoutError(TOO_LARGE));
      else if (stream === "stdout") onBytes?.(bytes);
    },
    end() {},
  });
  try {
    const code = await runInInstance(endpoint, exec, output, enough.signal, input);
    if (isLarge()) return { code };
    const texts = await Promise.all([...kept].map(async ([stream, one]) => [stream, await one.text()]));
    return { code, ...Object.fromEntries(texts) };
  } catch (error) {
    if (!enough.signal.aborted) throw error;
    return isLarge() ? { code: 0 } : { code: 0, late };
  } finally {
    stop();
  }
}

/** The beginning of a stream, up to the limit. */
class Kept {
  readonly #chunks: Uint8Array[] = [];
  readonly #limit: number;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(bytes: Uint8Array): void {
    if (this.isLarge()) return;
    this.#size += bytes.length;
    this.#chunks.push(bytes.slice());
  }

  isLarge(): boolean {
    return this.#size > this.#limit;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await new Blob(this.#chunks as BlobPart[]).arrayBuffer());
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
