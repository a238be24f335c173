/**
 * The first half of commands on configuration files: they load the targets, lock them, and observe all objects that
 * they name.
 *
 * @module
 */
import type { There } from "../../../ports/machine.ts";
import type { InstanceServer } from "../../../ports/mod.ts";
import { machineOf } from "../../../plan/output/through_ssh.ts";
import type { PlanOptions, Target, World } from "../../../plan/world.ts";
import type { Source } from "../../../run/targets/options.ts";
import type { App } from "../../command/app.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { printable } from "../../output/output.ts";
import { askEarly, askOtherDaemon, unknownOtherDaemon } from "./ask_early.ts";
import { lockTargets, type LockValues } from "./lock.ts";
import { checkTargets, withoutDatasets } from "../operands.ts";
import { type FactsOf, factsOf } from "./records.ts";
import type { LoadOptions } from "./load_options.ts";
import { checkedRecall, recallAt, recallOf } from "./recall.ts";
import { settled } from "./settled.ts";
import { checkGiven, type ConfigValues, targetOptions } from "../target_options.ts";

/** Loads the targets of some files and prints their warnings. */
export async function targetsOf(
  values: ConfigValues,
  files: readonly Source[],
  app: App,
  { without = [], mayNeed = [], recall = recallAt(app), repeated = false, refusesExposed = false }:
    LoadOptions = {},
): Promise<readonly Target[]> {
  const [{ loadTargets }, { sourcesIn }, { watch }] = await Promise.all([
    import("../../../run/targets/targets.ts"),
    import("../search.ts"),
    import("../../../run/targets/exposed_files.ts"),
  ]);
  const watched = watch(app.host);
  const { targets, warnings } = await loadTargets(await sourcesIn(files, app), {
    ...await targetOptions(values, app),
    without,
    mayNeed,
    recall,
    repeated,
  }, watched.host);
  app.show(targets.flatMap(({ instance: { name, project, ownProfile } }) => [name, project, ownProfile]));
  app.warn([...warnings, ...await watched.exposed(refusesExposed)]);
  if (without.length === 0) {
    checkGiven(values, targets);
    if (values.P.length > 0) {
      app.warn(
        (await import("../../../run/targets/unused_properties.ts")).unusedProperties(values.P, targets),
      );
    }
  }
  return targets;
}

/** Wait for a lock after which earlier answers of the daemon are discarded. */
const STALE_MS = 1000;

/** Options of a look. */
interface LookOptions {
  /** The values of flags about locks, where the command locks its instances. */
  readonly lock?: LockValues;
  /** Loads the modules that are needed afterwards. */
  readonly load?: () => Promise<unknown>;
}

/** The facts that a command has before it plans. */
export interface Look {
  readonly targets: readonly Target[];
  readonly world: World;
  /** The daemon, which may have answered further questions in advance. */
  readonly server: InstanceServer;
  readonly there?: There;
  /** Only where the command writes records. */
  readonly facts?: FactsOf;
}

/** Loads targets, checks the daemon for them, locks them where it must, and observes everything that they name. */
export async function look(
  lifecycle: Pick<Lifecycle<PlanOptions>, "needs"> & Partial<Omit<Lifecycle<PlanOptions>, "planner">>,
  values: ConfigValues,
  files: readonly Source[],
  app: App,
  { lock, load }: LookOptions = {},
): Promise<Look> {
  const { needs, name = "" } = lifecycle;
  const asked = askEarly(values, { needs, files, locks: lock ? name : undefined }, app);
  // Errors of the files are reported before errors of the daemon.
  asked.catch(() => {});
  // From this look on, runs at another daemon of the machine are noticed.
  const others = lock && !lifecycle.daemonOnly
    ? asked.then(() => app.otherRuns())
    : Promise.resolve(undefined);
  others.catch(() => {});
  const otherDaemon = others.then(() => asked).then(() => askOtherDaemon(lifecycle.needs, app));
  otherDaemon.catch(() => {});
  // Loading modules keeps the processor busy, so the requests are sent first. A daemon on another machine may answer
  // late and is not awaited.
  if (await app.isLocal().catch(() => false)) await asked.catch(() => {});
  const recall = checkedRecall(recallOf(async (project) => await (await asked).peek(project)));
  const [{ observe }, targets] = await Promise.all([
    import("../../../run/observe/observe.ts"),
    targetsOf(values, files, app, { ...lifecycle, recall: recall.recall }),
  ]);
  const facts = lifecycle.records ? factsOf(targets, app) : undefined;
  const agent = lifecycle.options ? { agentSeconds: lifecycle.options.readySeconds } : {};
  const projects = await checkTargets(targets, lifecycle.daemonOnly ?? false, app);
  let waited = false;
  if (lock) {
    const before = performance.now();
    const isEarly = await lockTargets(targets, { ...lifecycle, name }, lock, app, projects);
    waited = performance.now() - before > STALE_MS;
    if (!isEarly) {
      (await asked).forget(waited ? "everything" : "locked");
      await recall.check();
    }
  }
  // The daemon works meanwhile. If a module cannot be loaded, the code that needs it throws the error.
  load?.().catch(() => {});
  // Some commands that leave directories alone print their sizes.
  const isAsked = !lifecycle.daemonOnly || lifecycle.needs.sizes === true;
  const ssh = isAsked ? machineOf(targets) : undefined;
  const host = ssh ? await app.remoteHost(ssh) : app.host;
  const observeAll = async () =>
    await observe(targets, { ...lifecycle.needs, ...agent }, {
      backend: app.backend,
      note: (text) => app.complain(printable(`note: ${text}`)),
      host: lifecycle.daemonOnly ? withoutDatasets(host, app, isAsked) : host,
      server: await settled(await asked, targets, lifecycle, app),
      remotes: lifecycle.needs.images ? await app.imageRemotes() : new Map(),
      isLocal: !ssh && await app.isLocal(),
      otherDaemon: async (want) =>
        ssh
          ? unknownOtherDaemon(ssh, app)
          : !waited && await otherDaemon || await app.otherDaemonInstances(want),
    });
  let seen = await observeAll();
  const since = ssh ? undefined : await others;
  if (lock && since !== undefined) {
    const { lockTargetDirectories } = await import("./directory_lock.ts");
    waited = await lockTargetDirectories(targets, seen, { ...lifecycle, name, since }, lock, app);
    if (waited) {
      // A command at another daemon has changed directories since the look.
      (await asked).forget("everything");
      seen = await observeAll();
    }
  }
  const world: World = {
    ...seen,
    targets: targets.map(({ instance: { project, name } }) => ({ project, name })),
    ...(projects.length > 0 ? { projects: new Map(projects.map((one) => [one.name, one])) } : {}),
  };
  const known = await facts;
  return {
    targets,
    world,
    server: await asked,
    ...(known ? { facts: known } : {}),
    ...(ssh ? { there: { ssh, sudo: !host.isRoot } } : {}),
  };
}
