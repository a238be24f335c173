/**
 * Reads the users and groups of instances.
 *
 * @module
 */
import { type LxopsError, ServerError, TimeoutError } from "../../base/errors.ts";
import { idsKnownBefore, needsIds } from "../../plan/checks/unknown_ids.ts";
import { type AccountFiles, objectKey, type Target, type World } from "../../plan/world.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Peek } from "../../ports/peek.ts";
import { askInstance } from "../wait/agent.ts";
import { sleep } from "../wait/pauses.ts";
import { ANSWER_SECONDS, readAccountFiles } from "./account_files.ts";
import { allOf, type Scope } from "./needs.ts";

/** Limits of reading a file. */
export interface AccountLimits {
  /** The time for an answer. */
  readonly seconds: number;
  /** The pause before a file that could not be read is read once more. */
  readonly pauseMs: number;
}

/** Limits for an instance where a program or an agent reads the file, and for a container that does not run. */
export interface AllAccountLimits {
  readonly running: AccountLimits;
  readonly stopped: AccountLimits;
}

/**
 * The daemons read the files of a stopped container by a helper that ends 15 s after its last use. After a rename, a
 * read waits for the end of the earlier helper and then fails, and so does each one within the next 15 s.
 */
const LIMITS: AllAccountLimits = {
  running: { seconds: ANSWER_SECONDS, pauseMs: 250 },
  stopped: { seconds: 16, pauseMs: 16_000 },
};

/** The reason for which the files of a virtual machine that does not run cannot be read. */
const NO_AGENT = "it is a virtual machine that does not run, and only an agent in it can read its files";

/** A look at a file of accounts. */
interface Look {
  readonly text: string;
  /** The reason why its accounts are not known. */
  readonly why?: string;
}

/** Reads the users and groups of the targets' instances, as far as files with their ids are on devices. */
export async function readAccounts(
  { targets, needs, sources }: Pick<Scope, "targets" | "needs" | "sources">,
  instances: World["instances"],
  limits = LIMITS,
): Promise<World["accounts"]> {
  const found = await Promise.all(targets.map(async (target) => {
    const { instance: { project, name, config }, cloudConfigs } = target;
    const info = instances.get(objectKey(project, name));
    if (needs.accounts === "unless noted" && idsKnownBefore(target, instances)) return [];
    if (!info || Object.keys(config.devices).length === 0) return [];
    // A virtual machine without a cloud-config may have no agent.
    if (info.type === "virtual-machine" && cloudConfigs.length === 0) return [];
    return [[objectKey(info.project, info.name), await accountsOf(target, info, sources, limits)] as const];
  }));
  return new Map(found.flat());
}

async function accountsOf(
  target: Target,
  info: InstanceInfo,
  sources: Scope["sources"],
  { running, stopped }: AllAccountLimits,
): Promise<AccountFiles> {
  if (info.type === "virtual-machine" && info.status === "Stopped") {
    return { passwd: "", group: "", unknown: [NO_AGENT] };
  }
  // No helper of the daemon reads the files of a virtual machine.
  const direct = info.status === "Running" || info.type === "virtual-machine";
  const read = async (path: string, first?: Peek): Promise<Look> =>
    await look(path, { first, needed: needsIds(target) }, direct ? running : stopped, { info, sources });
  const [passwd, group] = await bothOf(info, sources, running.seconds) ?? [];
  const seen = direct
    ? await allOf({ passwd: read("/etc/passwd", passwd), group: read("/etc/group", group) })
    : await oneByOne(read);
  const unknown = [seen.passwd, seen.group].flatMap(({ why }) => why ?? []);
  return {
    passwd: seen.passwd.text,
    group: seen.group.text,
    ...(unknown.length > 0 ? { unknown } : {}),
  };
}

/** Reads both files of a running container at once; `undefined` where each one is to be read on its own. */
async function bothOf(
  info: InstanceInfo,
  { server }: Scope["sources"],
  seconds: number,
): Promise<readonly [Peek, Peek] | undefined> {
  if (info.status !== "Running" || info.type === "virtual-machine") return undefined;
  try {
    return await readAccountFiles(server, info, seconds);
  } catch (error) {
    // Reading one tells what is wrong.
    if (error instanceof ServerError || error instanceof TimeoutError) return undefined;
    throw error;
  }
}

/** Reads one file after the other: a second read at the same time would keep the daemon's helper for longer. */
async function oneByOne(
  read: (path: string) => Promise<Look>,
): Promise<{ readonly passwd: Look; readonly group: Look }> {
  const passwd = await read("/etc/passwd");
  return { passwd, group: passwd.why === undefined ? await read("/etc/group") : { text: "" } };
}

/** Reads a file, and once more where it is needed and could not be read. */
async function look(
  path: string,
  { first, needed }: { readonly first: Peek | undefined; readonly needed: boolean },
  { seconds, pauseMs }: AccountLimits,
  { info, sources }: { readonly info: InstanceInfo; readonly sources: Scope["sources"] },
): Promise<Look> {
  const ask = async () =>
    await unlessRefused(askInstance(info, () => sources.server.readSmall(info, path, seconds), seconds));
  let seen = first ?? await ask();
  if (needed && seen.unread) {
    const pause = pauseMs < 1000 ? "" : ` in ${pauseMs / 1000} s`;
    sources.note?.(
      `"${path}" of instance "${info.name}" cannot be read, and is read once more${pause}: ${seen.strange}`,
    );
    await sleep(pauseMs, new AbortController().signal);
    seen = await ask();
  }
  const { text, absent, strange = text === "" && !absent ? "it is empty" : undefined } = seen;
  return { text, ...(strange === undefined ? {} : { why: `"${path}" cannot be used: ${strange}` }) };
}

/** Returns the answer; an instance or a daemon that does not answer is a reason why the file cannot be read. */
async function unlessRefused(answer: Promise<Peek>): Promise<Peek> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ServerError || error instanceof TimeoutError)) throw error;
    return { text: "", strange: error.message, unread: mayAnswerLater(error) };
  }
}

/** Tells whether it can help to ask again. */
function mayAnswerLater(error: LxopsError): boolean {
  return error instanceof ServerError && (error.status === 0 || error.status >= 500);
}
