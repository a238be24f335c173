/**
 * Waits for operations of a daemon on instances: a killed run leaves its operations behind, and their result is not
 * visible before they end.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import { ServerError, TimeoutError } from "../../base/errors.ts";
import { operationsPath } from "../../plan/requests/reads.ts";
import { isSwapNameOf } from "../../plan/instance/reserved_names.ts";
import type { Instance } from "../../instance/instance.ts";
import type { InstanceServer } from "../../ports/mod.ts";
import { milliseconds, sleep } from "./pauses.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** Time after which lxops tells the user, once, that it waits. */
const TELL_MS = 2000;

/** Limit of the wait, and where to tell the user. */
export interface SettleOptions {
  readonly seconds: number;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** An instance, with the filesystems that belong to it. */
export interface Named {
  readonly instance: Pick<Instance, "project" | "name"> & {
    readonly filesystems: readonly Pick<Instance["filesystems"][number], "volume">[];
  };
}

/**
 * Returns when the daemon has no operation on the instances and volumes of some targets. Programs that run in instances
 * do not count: they may run forever.
 *
 * @throws {TimeoutError} where that takes too long
 */
export async function settle(
  server: Pick<InstanceServer, "get">,
  targets: readonly Named[],
  { seconds, note, signal }: SettleOptions,
): Promise<void> {
  const names = new Set(targets.flatMap(({ instance }) => [
    instance.name,
    ...instance.filesystems.flatMap(({ volume }) => volume ? [volume.name, `${volume.name}.partial`] : []),
  ]));
  const isNamed = (word: string) =>
    names.has(word) || targets.some(({ instance }) => isSwapNameOf(word, instance.name) !== "no");
  const projects = [...new Set(targets.map(({ instance }) => instance.project || "default"))];
  const start = performance.now();
  let told = false;
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const found = await Promise.all(projects.map((project) => readOperations(server, project, isNamed)));
    const left = found.flat();
    if (left.length === 0) return;
    const waited = performance.now() - start;
    const what = left.map(({ description, on }) => `"${description}" on ${on}`).join(", ");
    if (waited > milliseconds(seconds)) {
      throw new TimeoutError(`An earlier run left what the daemon still does after ${seconds} s: ${what}`, [
        "Nothing was changed.",
        "To wait longer: --timeout SECONDS, where the command has it",
      ]);
    }
    if (!told && waited > TELL_MS) note(`the daemon still does what an earlier run began: ${what}`);
    told ||= waited > TELL_MS;
    await sleep(pause, signal);
    signal.throwIfAborted();
  }
}

interface Operation {
  readonly description: string;
  /** The name of the object that it changes. */
  readonly on: string;
}

async function readOperations(
  server: Pick<InstanceServer, "get">,
  project: string,
  isNamed: (name: string) => boolean,
): Promise<readonly Operation[]> {
  let found: unknown;
  try {
    found = await server.get(operationsPath(project));
  } catch (error) {
    // A client with access to some instances only may not see operations.
    if (error instanceof ServerError && error.status === 403) return [];
    throw error;
  }
  return Object.values(asRecord(found)).flat().map(asRecord)
    .filter((one) => one["class"] === "task" && Number(one["status_code"]) < 200)
    .flatMap((one) => {
      const paths = Object.values(asRecord(one["resources"])).flat().map(String);
      const on = paths.flatMap((path) => parseApiPath(path).parts.slice(1)).find(isNamed);
      return on === undefined ? [] : [{ description: String(one["description"] ?? "an operation"), on }];
    });
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
