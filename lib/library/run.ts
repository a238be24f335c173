/**
 * `run()`: a program in an instance of its own.
 *
 * @module
 */
import { InterruptedError } from "../base/errors.ts";
import { concat } from "../base/bytes.ts";
import type { RunEnd } from "../cli/actions/run/run.ts";
import type { App } from "../cli/command/app.ts";
import { call } from "./call.ts";
import type { Client } from "./client.ts";
import { FailedError } from "./errors.ts";
import type { CallOptions, RunOptions } from "./options.ts";
import { valuesOf } from "./values.ts";

/** The end of a program. */
export interface RunResult {
  /** Name that the instance had. */
  readonly instance: string;
  /** Exit code of the program; 124: it took longer than `timeout`. */
  readonly code: number;
  /** The last bytes that it wrote to stdout, at most `maxOutput`. */
  readonly stdout: Uint8Array;
  /** The last bytes that it wrote to stderr, at most `maxOutput`. */
  readonly stderr: Uint8Array;
}

/** Most bytes of each stream that a result has. */
const MAX_OUTPUT = 1024 * 1024;

/**
 * Runs a program in an instance of an image or a configuration. The instance is made for it and goes with it, also where
 * the program fails, or the call is aborted; what a call leaves whose process is killed is removed by the next one.
 *
 * ```ts
 * import { incus, open, run } from "@lxops/lxops";
 *
 * const { code, stdout } = await run(open({ backend: incus }), "images:alpine/3.22", ["uname", "-a"], {
 *   limits: { memory: "256MiB" },
 *   timeout: "30m",
 * });
 * console.log(code, new TextDecoder().decode(stdout));
 * ```
 *
 * A program that fails is no error: its code is in the result.
 *
 * @throws {LxopsError} one of the classes that `launch()` names, where it was not the program that failed
 */
export async function run(
  client: Client,
  what: string,
  program: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return await runWith(client, options, async (input, app) => {
    const [{ run }, { runIn }] = await Promise.all([
      import("../cli/commands/run/run.ts"),
      import("../cli/actions/run/run.ts"),
    ]);
    const values = { ...valuesOf(run, options), ...input };
    return await runIn(what, program, values as unknown as Parameters<typeof runIn>[2], app);
  });
}

/** Input of a program, and the size of the output in its result. */
type Streams = CallOptions & Pick<RunOptions, "input" | "maxOutput">;

/** Runs a program by `work`, which gets its input, and returns how it ended. */
export async function runWith(
  client: Client,
  options: Streams,
  work: (input: { readonly input?: Uint8Array }, app: App) => Promise<RunEnd>,
): Promise<RunResult> {
  return await call(client, options, async ({ app, taken }) => {
    const { input, maxOutput = MAX_OUTPUT } = options;
    const kept = { stdout: new Last(maxOutput), stderr: new Last(maxOutput) };
    taken.onProgram = (bytes, stream) => kept[stream].add(bytes);
    const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
    const { code, by, error, step, instance } = await work(bytes ? { input: bytes } : {}, app)
      .catch(toFailedError);
    if (by === "lxops") {
      throw app.signal.reason ?? error ?? new InterruptedError(step?.title ?? "Interrupted");
    }
    return { instance: instance.name, code, stdout: kept.stdout.bytes(), stderr: kept.stderr.bytes() };
  });
}

/** Throws the error of a run whose instance was made, or was to be, as that of other calls. */
async function toFailedError(error: unknown): Promise<never> {
  const { RunError } = await import("../cli/actions/run/ended.ts");
  if (!(error instanceof RunError)) throw error;
  const failure = { instance: error.instance, step: error.step, error: error.reason, left: [] };
  throw new FailedError([failure], [error]);
}

/** The last bytes of a stream. */
class Last {
  readonly #most: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes.slice());
    this.#size += bytes.length;
    if (this.#size > 2 * this.#most) this.#chunks = [this.bytes()];
  }

  bytes(): Uint8Array {
    const all = concat(this.#chunks);
    const last = all.length > this.#most ? all.slice(all.length - this.#most) : all;
    this.#size = last.length;
    this.#chunks = [last];
    return last;
  }
}
