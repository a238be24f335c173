/**
 * Questions that are asked while files are still being read: nearly every command wants the same four lists, and a
 * daemon answers on a processor of its own.
 *
 * @module
 */
import { objectKey } from "../../plan/world.ts";
import type { EarlyLook } from "./early_look.ts";
import { ACCOUNT_FILES, readAccountFiles } from "./account_files.ts";
import { isMachine, isRunning } from "../../plan/instance/ownership.ts";
import type { InstanceInfo, InstanceRef, InstanceServer } from "../../ports/mod.ts";

/** The most instances that run a script at a time; where there are more, the command asks later. */
const AT_ONCE = 8;

/** Questions to ask in advance about a project. */
export interface Expected {
  readonly project: string;
  readonly images: boolean;
  /** The instances of all projects, instead of those of one. */
  readonly everywhere?: boolean;
  /**
   * Returns the instances that the command has locked, `undefined` where it could not lock all; absent: it does not
   * lock. Instances and profiles are requested once it has the locks; without locks, when they are needed.
   */
  readonly locked?: Promise<readonly InstanceRef[] | undefined>;
  /** Read the users and groups of the locked instances, which takes a program in each of them 40 ms. */
  readonly accounts?: boolean;
  /** Look into the locked instances that run, for their users and for the files that a rebuild would destroy. */
  readonly loss?: boolean;
}

/** The daemon, of which some things were asked already. */
export interface PrefetchedServer extends InstanceServer {
  /** The instances of a project, which are left for the next who asks for them. */
  peek(project: string): Promise<readonly InstanceInfo[]>;
  /** Forgets the answers about locked objects, or all answers, so that they are requested again. */
  forget(what: "locked" | "everything"): void;
}

/**
 * Asks a daemon in advance. Each answer is for the first question only, as a later one asks for a later
 * state. Answers that are not used are dropped, with their errors.
 */
export function prefetch(
  server: InstanceServer,
  { project, images, everywhere = false, locked, accounts = false, loss = false }: Expected,
): PrefetchedServer {
  const info = once(server.server());
  const asked = new Map<string | undefined, Promise<readonly InstanceInfo[]>>();
  const ask = (of: string | undefined) => {
    const known = asked.get(of);
    if (known) return known;
    const answer = server.instances(of);
    answer.catch(() => {});
    asked.set(of, answer);
    return answer;
  };
  const take = (of: string | undefined) => {
    const known = asked.get(of);
    asked.delete(of);
    return known;
  };
  let profiles: () => ReturnType<InstanceServer["profiles"]> | undefined = () => undefined;
  const askLists = () => {
    ask(everywhere ? undefined : project);
    profiles = once(server.profiles(project));
  };
  const read = new Map<string, ReturnType<typeof readAccountFiles>>();
  const first = onlyFirst();
  let looks: Promise<ReadonlyMap<string, EarlyLook>> | undefined;
  const ready = locked?.then((refs) => {
    if (!refs) return;
    askLists();
    if (loss && refs.length <= AT_ONCE) {
      looks = lookAt(server, refs, ask(everywhere ? undefined : project));
      looks.catch(() => {});
      return;
    }
    if (!accounts) return;
    for (const ref of refs) {
      const answer = readAccountFiles(server, ref);
      // It is asked before it is known whether the instance runs.
      answer.catch(() => {});
      read.set(objectKey(ref.project, ref.name), answer);
    }
  }, () => {});
  if (!ready) askLists();
  const found = images ? once(server.images(project)) : () => undefined;
  return {
    ...server,
    server: () => info() ?? server.server(),
    instances: (of, options) => (options?.state ? undefined : take(of)) ?? server.instances(of, options),
    async peek(of) {
      await ready;
      return everywhere ? (await ask(undefined)).filter((one) => one.project === of) : await ask(of);
    },
    forget(what) {
      asked.clear();
      read.clear();
      looks = undefined;
      profiles();
      if (what === "everything") { for (const drop of [info, found]) drop(); }
    },
    async readBoth(info, paths, seconds) {
      const key = objectKey(info.project, info.name);
      const known = paths === ACCOUNT_FILES ? read.get(key) ?? (await looks)?.get(key)?.accounts : undefined;
      return await first(known) ?? await server.readBoth(info, paths, seconds);
    },
    async look(info, script, limits) {
      const early = (await looks)?.get(objectKey(info.project, info.name));
      const known = early && await early.script === await script ? first(early.loss) : undefined;
      return await (known ?? server.look(info, script, limits));
    },
    profiles: (of) => (of === project ? profiles() : undefined) ?? server.profiles(of),
    images: (of) => (of === project ? found() : undefined) ?? server.images(of),
  };
}

/** Begins to look into instances. */
async function lookAt(
  server: InstanceServer,
  refs: readonly InstanceRef[],
  instances: Promise<readonly InstanceInfo[]>,
): Promise<Map<string, EarlyLook>> {
  const { lookEarly } = await import("./early_look.ts");
  const running = async (ref: InstanceRef) =>
    (await instances.catch(() => [])).find((info) =>
      info.project === ref.project && info.name === ref.name && isRunning(info) && !isMachine(info)
    );
  return new Map(refs.map((ref) => [objectKey(ref.project, ref.name), lookEarly(server, ref, running(ref))]));
}

/** Returns a function that gives each answer to the first who asks for it. */
function onlyFirst(): <T extends object>(answer: T | undefined) => T | undefined {
  const given = new WeakSet();
  return (answer) => {
    if (!answer || given.has(answer)) return undefined;
    given.add(answer);
    return answer;
  };
}

/** Gives an answer to the first who asks. */
function once<T>(answer: Promise<T>): () => Promise<T> | undefined {
  answer.catch(() => {});
  let left: Promise<T> | undefined = answer;
  return () => {
    const given = left;
    left = undefined;
    return given;
  };
}
