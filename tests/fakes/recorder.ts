/** Records changes instead of making them. */
import { MARK } from "../../lib/cloudconfig/batch/batch.ts";
import type { CommandResult, Exec, InstanceServer, OnLine, Request } from "../../lib/ports/mod.ts";
import { unlessAborted } from "../../lib/run/wait/pauses.ts";
import type { Controls } from "../../lib/run/perform/perform.ts";
import type { Batch, Effect } from "../../lib/step/step.ts";

/** The key of instances of pools. */
const POOL = "user.lxops.pool";

/** Results of recorded changes; by default all succeed. May throw. */
export interface RecorderOptions {
  readonly send?: (
    request: Request,
    signal: AbortSignal,
    onProgress?: (text: string) => void,
  ) => unknown;
  readonly exec?: (exec: Exec, onLine: OnLine, signal: AbortSignal) => Promise<number> | number;
  readonly run?: (argv: readonly string[], onLine: OnLine, signal: AbortSignal) =>
    | Promise<Partial<CommandResult>>
    | Partial<CommandResult>;
  readonly push?: () => void;
}

/** Controls that change nothing, and a record of their calls. */
export interface Recorder extends Controls {
  readonly effects: readonly Effect[];
}

/**
 * Makes controls that record; of a wait they know only that there was one, and the requests
 * of a stop are one effect.
 */
export function recorder(server: InstanceServer, options: RecorderOptions = {}): Recorder {
  const effects: Effect[] = [];
  const isDeleted = (name: string) =>
    effects.some((one) =>
      one.kind === "send" && one.method === "DELETE" && one.path === `/1.0/instances/${name}`
    );
  const exec: Recorder["control"]["exec"] = async (exec, onLine, signal, input) => {
    const { instance, argv, stdin, env, input: bytes, user, cwd, inherits } = exec;
    // A program that waits for its input has done nothing yet.
    if (input) await unlessAborted(input, signal);
    // A script that begins like this only looks.
    if (!argv[2]?.startsWith(":")) {
      effects.push({
        kind: "exec",
        instance,
        argv,
        ...(stdin === undefined ? {} : { stdin }),
        ...(env === undefined ? {} : { env }),
        ...(user ? { user } : {}),
        ...(cwd === undefined ? {} : { cwd }),
        ...(bytes === undefined ? {} : { input: bytes }),
        ...(inherits ? { inherits } : {}),
      });
    }
    if (options.exec) return await options.exec(exec, onLine, signal);
    // Servers in instances redirect.
    if (argv[2]?.includes("GET %s HTTP/1.0")) onLine("HTTP/1.1 301 Moved Permanently", "stdout");
    if (isBatch(exec)) { for (const line of goodOutput(exec)) onLine(line, "stdout"); }
    return 0;
  };
  return {
    effects,
    server: {
      ...server,
      // Instances of pools that were deleted are gone.
      instance: async (ref) => {
        const found = await server.instance(ref);
        return ref.name.endsWith("-gone") || found?.config[POOL] && isDeleted(ref.name) ? undefined : found;
      },
      get: async (path) => {
        const lease = path.split("/1.0/profiles/lxops-lease-")[1];
        if (lease !== undefined) {
          const made = effects.findLast((one) => one.kind === "send" && one.path === "/1.0/profiles");
          const body = made?.kind === "send" ? made.body as { readonly name?: string } : undefined;
          if (body?.name === `lxops-lease-${lease}`) return body;
        }
        const found = await server.get(path);
        return Array.isArray(found)
          ? found.filter((one) => !(one?.config?.[POOL] && isDeleted(one.name)))
          : found;
      },
      instanceState: (instance) => {
        const last = effects.at(-1);
        const known = (last?.kind === "wait" || last?.kind === "stop") &&
          last.instance.name === instance.name;
        if (!known) effects.push({ kind: "wait", instance, until: [], timeoutSeconds: 0 });
        return server.instanceState(instance);
      },
    },
    control: {
      send: async ({ method, path, body }, signal, onProgress) => {
        const stop = stopOf(path, body);
        if (!stop) effects.push({ kind: "send", method, path, ...(body === undefined ? {} : { body }) });
        else if (!isStopOf(effects.at(-1), stop)) effects.push(stop);
        return await (options.send?.({ method, path, body }, signal, onProgress) ?? answerTo(method, path));
      },
      exec,
      pipe: (program, onBytes, signal, input) =>
        exec(
          program,
          (line, stream) => onBytes(new TextEncoder().encode(`${line}\n`), stream),
          signal,
          input,
        ),
      push: async ({ instance, path, content, mode, uid, gid, set }) => {
        effects.push({ kind: "push", instance, path, content, mode, uid, gid, ...(set ? { set } : {}) });
        await options.push?.();
      },
      // An instance without files, of which nothing is kept; to take them and to place them is one effect.
      withFiles: (instance, act) => {
        if (effects.at(-1)?.kind !== "keep") {
          effects.push({ kind: "keep", how: "save", instance, keep: [], store: "" });
        }
        return act({
          lstat: () => Promise.resolve(undefined),
          list: () => Promise.resolve([]),
          read: () => Promise.resolve(new Uint8Array()),
          makeDirectory: () => Promise.resolve(),
          replace: () => Promise.resolve(),
        });
      },
      copy: (copy) => {
        effects.push({ kind: "copy", ...copy });
        return Promise.resolve();
      },
      shell: (exec) => {
        effects.push({ kind: "shell", ...exec });
        return Promise.resolve(0);
      },
      transfer: (image) => {
        effects.push({ ...image, kind: "transfer" });
        return Promise.resolve();
      },
    },
    host: {
      run: async ({ argv, stdin, pipe }, onLine, signal) => {
        if (argv[0] === "sha256sum") return summed(effects, argv[2]!);
        // It only looks for kept files.
        if (argv[0] === "find" && argv.includes("keep")) return { code: 0, stdout: "", stderr: "" };
        effects.push({
          kind: "run",
          argv,
          ...(stdin === undefined ? {} : { stdin }),
          ...(pipe === undefined ? {} : { pipe }),
        });
        const result = { code: 0, stdout: "", stderr: "", ...await options.run?.(argv, onLine, signal) };
        for (const stream of ["stdout", "stderr"] as const) {
          for (const line of result[stream].trimEnd().split("\n")) if (line !== "") onLine(line, stream);
        }
        return result;
      },
      mounts: () => Promise.resolve([]),
      launcher: () =>
        Promise.resolve({
          environment: () => Promise.resolve(new Map()),
          find: (path) => Promise.resolve({ path }),
          exposure: () => Promise.resolve(undefined),
          answer: () => Promise.resolve({ code: 0, stdout: new Uint8Array(), stderr: "" }),
          run: (program) => {
            effects.push({ kind: "hook", path: program.path, how: { in: "host", program }, secrets: [] });
            return Promise.resolve(0);
          },
        }),
      writeText: (path, text, mode, isNew) => {
        const last = effects.at(-1);
        if (last?.kind === "verify" && path === `${last.directory}/${last.list}`) {
          const { directory, files, list } = last;
          effects.splice(-1, 1, { kind: "checksum", directory, files, list });
          return Promise.resolve();
        }
        effects.push({ kind: "write", path, text, mode, ...(isNew ? { isNew } : {}) });
        return Promise.resolve();
      },
    },
  };
}

/** The sum of every file. */
export const SUM = "0".repeat(64);

/** Checksums of the files of a directory are one effect. */
function summed(effects: Effect[], path: string): CommandResult {
  const at = path.lastIndexOf("/");
  const [directory, file] = [path.slice(0, at), path.slice(at + 1)];
  const last = effects.at(-1);
  if (last?.kind === "verify" && last.directory === directory) {
    effects.splice(-1, 1, { ...last, files: [...last.files, file] });
  } else effects.push({ kind: "verify", directory, files: [file], list: "SHA256SUMS", checksums: "" });
  return { code: 0, stdout: `${SUM}  ${path}\n`, stderr: "" };
}

type Stop = Extract<Effect, { kind: "stop" }>;

function stopOf(path: string, body: unknown): Stop | undefined {
  const { action, force, timeout } = (body ?? {}) as { action?: string; force?: boolean; timeout?: number };
  if (action !== "stop") return undefined;
  const url = new URL(path, "http://memory");
  const name = decodeURIComponent(url.pathname.split("/")[3] ?? "");
  const project = url.searchParams.get("project") ?? "default";
  return { kind: "stop", instance: { project, name }, seconds: force ? 0 : timeout ?? 0 };
}

function isStopOf(last: Effect | undefined, stop: Stop): boolean {
  return last?.kind === "stop" && last.instance.name === stop.instance.name;
}

function isBatch(exec: Exec): exec is Batch {
  return "marker" in exec;
}

/** Returns a marker line of a batch's output, such as `start 0` or `end 0 0 1`. */
export function markerLine(batch: Pick<Batch, "marker">, text: string): string {
  return `${MARK}${batch.marker} ${text}`;
}

function goodOutput(batch: Batch): string[] {
  return batch.items.flatMap((_, item) => [
    markerLine(batch, `start ${item}`),
    markerLine(batch, `end ${item} 0 0`),
  ]);
}

/** Controls that fail when they are used. */
export function noControls(): never {
  throw new Error("this must not hold what changes the world");
}

/** Fingerprint of images that are published. */
export const PUBLISHED = "c0ffee01".repeat(8);

/** Returns what a daemon answers to a request that succeeds, where that matters. */
function answerTo(method: string, path: string): unknown {
  return method === "POST" && /^\/1\.0\/images(\?|$)/.test(path) ? { fingerprint: PUBLISHED } : undefined;
}
