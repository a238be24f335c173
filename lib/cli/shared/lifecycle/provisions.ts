/**
 * Hooks, secrets and kept files of commands that work with configurations.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import type { Comparison } from "../../../plan/changes/compare.ts";
import type { SecretFile } from "../../../plan/provision/secrets.ts";
import { objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";

/** Adds the provisions of targets to their plans. */
export interface Providing {
  add(target: Target, plan: InstancePlan): InstancePlan;
  /** Checks the hooks of the plans, before anything changes. */
  check(plans: readonly InstancePlan[]): Promise<void>;
}

/** The command that plans. */
export interface ProvidingCommand {
  readonly world: World;
  readonly command: string;
  /** It starts an old instance again, so that hooks do not run. */
  readonly swapsBack?: boolean | undefined;
  /** Plans a target, to see whether it needs its secrets. */
  readonly plan: (target: Target) => InstancePlan;
  /** Targets whose secrets are to be delivered in any case. */
  readonly deliver?: ReadonlySet<Target>;
}

/** The key of an instance that says that it has secrets; see `plan/provision/secrets.ts`. */
const SECRETS_MARK = "user.lxops.secrets";

/** Tells whether an instance has secrets, as the mark on it says. */
export function hasSecrets(info: InstanceInfo | undefined): boolean {
  return (info?.config[SECRETS_MARK] ?? "") !== "";
}

/** Tells whether there is nothing to provide; the modules about it are loaded only then. */
function isPlain({ instance: { config, project, name } }: Target, world: World): boolean {
  const { hooks, secrets, keep } = config;
  return Object.keys(hooks).length + Object.keys(secrets).length + keep.length === 0 &&
    !hasSecrets(world.instances.get(objectKey(project, name)));
}

/**
 * Checks that nothing which hooks and secrets name is where an instance can write; nothing of it has run before.
 *
 * @throws {ConfigError} where something is
 */
async function checkPlaces(
  some: readonly Target[],
  { targets, world }: { readonly targets: readonly Target[]; readonly world: World },
  app: App,
): Promise<void> {
  const [{ checkSources, placesOfDaemons, placesOfTargets }, { placesOfMachine }, isLocal] = await Promise
    .all([
      import("../../../run/targets/guest_places.ts"),
      import("../search.ts"),
      app.isLocal().catch(() => false),
    ]);
  // A world without the other daemon has the instances of some projects only.
  const others = isLocal && !world.otherDaemon ? await placesOfMachine(app) : [];
  const places = isLocal ? [...placesOfTargets(targets, world), ...placesOfDaemons(world), ...others] : [];
  await checkSources(some, places, app.host);
}

/** Reads the provisions of targets. */
export async function provisions(
  targets: readonly Target[],
  { world, command, swapsBack = false, plan, deliver }: ProvidingCommand,
  app: App,
): Promise<Providing> {
  const some = targets.filter((target) => !isPlain(target, world));
  if (some.length === 0) return { add: (_, plan) => plan, check: () => Promise.resolve() };
  const [{ loadProvisions, checkHooks }, { provisioned, isDeletion, needsSecrets }] = await Promise.all([
    import("../../../run/provision/load.ts"),
    import("../../../plan/provision/provision.ts"),
  ]);
  const needs = (target: Target): boolean => {
    const { config: { secrets }, project, name } = target.instance;
    const noted = hasSecrets(world.instances.get(objectKey(project, name)));
    if (isDeletion(command) || Object.keys(secrets).length === 0 && !noted) return false;
    if (deliver?.has(target)) return true;
    try {
      return needsSecrets(plan(target));
    } catch (error) {
      // The plan itself raises it.
      if (error instanceof LxopsError) return false;
      throw error;
    }
  };
  await checkPlaces(some, { targets, world }, app);
  const all = swapsBack ? `${command} --back` : command;
  const { provisions, warnings } = await loadProvisions(some, all, app.host, needs);
  for (const { secrets = [] } of provisions.values()) app.hide(secrets.flatMap(shownNowhere));
  app.warn(warnings);
  return {
    add: (target, plan) => {
      const found = provisions.get(target);
      return found ? provisioned(plan, { ...found, target, world }) : plan;
    },
    check: (plans) => checkHooks(plans, app.host),
  };
}

/** The fewest characters of a line of a secret of several lines that is hidden: shorter ones are in every text. */
const FEWEST = 8;
/** The longest part of a line that is looked for at once. */
const LONGEST = 1024;
/** The most parts of a secret that are looked for in all that is written. */
const MOST = 1100;

/** Returns the parts of a secret that nothing shows, as an instance may print them. */
export function shownNowhere({ content }: Pick<SecretFile, "content">): readonly string[] {
  const lines = new TextDecoder().decode(content).split(/\r?\n/).filter((line) => line.trim() !== "");
  const hidden = lines.length === 1 ? lines : lines.filter((line) => line.trim().length >= FEWEST);
  return hidden.slice(0, MOST).flatMap((line) => line.match(PARTS) ?? []).slice(0, MOST);
}

const PARTS = new RegExp(`[^]{1,${LONGEST}}`, "gu");

/** Returns a function that adds the changes of provisions to the comparison of a target. */
export async function provisionChanges(
  targets: readonly Target[],
  world: World,
  app: App,
): Promise<(target: Target, comparison: Comparison) => Comparison> {
  const some = targets.filter((target) => !isPlain(target, world));
  if (some.length === 0) return (_, comparison) => comparison;
  const [{ changesOfProvisions }, { deliveredTo }] = await Promise.all([
    import("../../../plan/provision/changes.ts"),
    import("../../../run/provision/delivered.ts"),
  ]);
  // Nothing but secrets is read here.
  const withSecrets = some.filter(({ instance }) => Object.keys(instance.config.secrets).length > 0);
  if (withSecrets.length > 0) await checkPlaces(withSecrets, { targets, world }, app);
  const found = await deliveredTo(some, world, { host: app.host, server: () => app.server() });
  return (target, comparison) => {
    const more = changesOfProvisions(target, comparison.info, found.get(target) ?? []);
    return more.length === 0 ? comparison : { ...comparison, changes: [...comparison.changes, ...more] };
  };
}
