/**
 * Comparison of instances with their configurations, by as few questions to the daemon as possible.
 *
 * @module
 */
import { ConfigError } from "../../../base/errors.ts";
import type { Item } from "../../../cloudconfig/model/item.ts";
import type { Comparison } from "../../../plan/changes/compare.ts";
import type { ItemSources } from "../../../plan/changes/items.ts";
import { isHalted } from "../../../plan/instance/power/freezing.ts";
import type { Target, World } from "../../../plan/world.ts";
import type { InstanceServer, ServerInfo } from "../../../ports/mod.ts";
import type { Source } from "../../../run/targets/options.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { loadEach, tellWrong, type WrongSource } from "../../places/left_out.ts";
import { type Closed, lookOrNote } from "./closed.ts";
import { look, targetsOf } from "../../shared/lifecycle/look.ts";
import type { ConfigValues } from "../../shared/target_options.ts";
import { planAll } from "../../shared/lifecycle/plan_all.ts";
import { provisionChanges } from "../../shared/lifecycle/provisions.ts";

/** A target compared with its instance. */
export interface Compared {
  readonly target: Target;
  readonly comparison: Comparison;
  readonly items: readonly Item[];
  readonly read: Omit<ItemSources, "record">;
}

/** Targets compared with their instances, and the observed world. */
export interface ComparedTargets {
  readonly compared: readonly Compared[];
  readonly world: World;
}

/** A description of an unknown daemon: a comparison does not depend on its features. */
const UNASKED: ServerInfo = {
  extensions: new Set(),
  server: "",
  version: "",
  architectures: [],
  config: {},
};

/** Returns an app whose daemon does not describe itself, which is one request less. */
function unasked(app: App): App {
  return {
    ...app,
    server: async (): Promise<InstanceServer> => ({
      ...await app.server(),
      server: () => Promise.resolve(UNASKED),
    }),
  };
}

/** Options of a comparison. */
export interface CompareOptions {
  /** Read nothing in the instances: parts that only they know count as applied. */
  readonly outside?: boolean;
  /** Have the values of secret keys in the changes. */
  readonly showSecrets?: boolean;
  /** Also compare the contents of the instances, to show differences or to change them back. */
  readonly guest?: "show" | "mend";
  /** Gets the instances that do not tell, where there are several; absent: the first one is an error. */
  readonly closed?: Closed;
}

/** Loads configurations, looks at their instances once, and compares both. */
export async function compareAll(
  values: ConfigValues,
  sources: readonly Source[],
  app: App,
  options: CompareOptions = {},
): Promise<ComparedTargets> {
  const { targets, world } = await look(
    { needs: { images: true, releases: true, zfsProperties: true }, mayNeed: ["source"] },
    values,
    sources,
    unasked(app),
  );
  return { compared: await compareTargets(targets, world, app, options), world };
}

/**
 * Compares as `compareAll()` does, for a command that only shows the result: where some of several configurations are
 * wrong, it warns of these and compares the others.
 */
export async function compareReadable(
  values: ConfigValues,
  sources: readonly Source[],
  app: App,
  options: CompareOptions = {},
): Promise<ComparedTargets & { readonly wrong: readonly WrongSource<Source>[] }> {
  try {
    return { ...await compareAll(values, sources, app, options), wrong: [] };
  } catch (error) {
    if (!(error instanceof ConfigError) || sources.length < 2) throw error;
    const { wrong } = await loadEach(
      sources,
      (some) => targetsOf(values, some, app, { mayNeed: ["source"], repeated: true }),
    );
    const right = sources.filter((one) => wrong.every(({ source }) => source !== one));
    if (wrong.length === 0 || right.length === 0) throw error;
    tellWrong(wrong, app);
    return { ...await compareAll(values, right, app, options), wrong };
  }
}

/** Compares targets with their instances; parts that the record does not have are read in the instances. */
export async function compareTargets(
  targets: readonly Target[],
  world: World,
  app: App,
  { outside = false, showSecrets = false, guest, closed }: CompareOptions = {},
): Promise<readonly Compared[]> {
  const [
    { compare },
    { resolve },
    { targetItems },
    { areRecorded, needsKey },
    { decodeRecord, RECORD_MARK },
    { keyHash, recordKey },
    { readRecordSecret },
  ] = await Promise.all([
    import("../../../plan/changes/compare.ts"),
    import("../../../plan/instance/resolve/resolve.ts"),
    import("../../../plan/lifecycle/configure.ts"),
    import("../../../plan/changes/items.ts"),
    import("../../../plan/record/record.ts"),
    import("../../../plan/record/hashes.ts"),
    import("../../shared/lifecycle/record_secret.ts"),
  ]);
  // Delivered secrets are read in the instances.
  const withProvisions = outside
    ? (_: Target, comparison: Comparison) => comparison
    : await provisionChanges(targets, world, app);
  const secret = targets.some(({ cloudConfigs }) => cloudConfigs.length > 0)
    ? await readRecordSecret(app.host)
    : undefined;
  const prepared = await Promise.all(targets.map(async (target) => {
    const resolved = resolve(target, world);
    const { info } = resolved;
    const items = info ? targetItems(resolved).items : [];
    const record = decodeRecord(info?.config[RECORD_MARK]);
    if (!info) return { target, resolved, items, read: {} };
    const isKeyed = needsKey(items, record);
    const isHashed = isKeyed || record?.bootstrap !== undefined && record.key !== undefined;
    const own = isHashed && secret !== undefined ? recordKey(secret, info) : undefined;
    const isOwn = own !== undefined && record?.key === keyHash(own);
    const isNoted = closed !== undefined && (targets.length > 1 || closed.size > 0);
    if (info.status !== "Running" || outside) {
      if (guest !== undefined && items.length > 0 && isHalted(info)) {
        const { refuseFrozen } = await import("./inside.ts");
        if (isNoted) await lookOrNote(info, closed, () => refuseFrozen(info), app);
        else await refuseFrozen(info);
      }
      return { target, resolved, items, read: isOwn ? { key: own } : {} };
    }
    const key = isOwn ? own : isKeyed ? await readKey(app, info) : undefined;
    const read = key === undefined ? {} : { key };
    const inside = async (read: Omit<ItemSources, "record">) => {
      if (guest === undefined || items.length === 0) return read;
      const { lookInside } = await import("./inside.ts");
      const look = () => lookInside({ info, items, sources: { record, ...read }, guest }, app);
      return { ...read, ...await (isNoted ? lookOrNote(info, closed, look, app) : look()) };
    };
    if (items.length === 0 && !record?.items?.length || areRecorded(items, { record, ...read })) {
      return { target, resolved, items, read: await inside(read) };
    }
    const [{ JOURNAL }, { peekAt }] = await Promise.all([
      import("../../../cloudconfig/batch/journal.ts"),
      import("../../../run/observe/peek.ts"),
    ]);
    const journal = await peekAt(await app.server(), info, JOURNAL, { note: (text) => tell(app, text) });
    return { target, resolved, items, read: await inside({ ...read, journal }) };
  }));
  return planAll(
    prepared,
    ({ target, resolved, items, read }) => ({
      target,
      items,
      read,
      comparison: withProvisions(target, compare(resolved, items, read, { showSecrets })),
    }),
  );
}

/** Reads the key of the guest for hashes of secrets; none where it has none that could be one. */
async function readKey(
  app: App,
  info: Parameters<InstanceServer["readSmall"]>[0],
): Promise<string | undefined> {
  const { RECORD_KEY } = await import("../../../cloudconfig/batch/journal.ts");
  const { text } = await (await app.server()).readSmall(info, RECORD_KEY);
  const key = text.trim();
  return /^[0-9a-f]{64}$/.test(key) ? key : undefined;
}

function tell(app: App, text: string): void {
  app.complain(printable(`note: ${text}`));
}
