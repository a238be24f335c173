/**
 * `up`.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { UpOptions, UpPlan } from "../../../plan/changes/up.ts";
import { objectKey, refOf, type Target } from "../../../plan/world.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { Plan } from "../../../step/step.ts";
import { unlessAborted } from "../../../run/wait/pauses.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { type Lifecycle, type LifecycleValues, planOptions } from "../../shared/lifecycle/lifecycle.ts";
import { look } from "../../shared/lifecycle/look.ts";
import { checkDirectoryNames } from "../../shared/lifecycle/directory_names.ts";
import { checkMovedDirectories } from "../../shared/lifecycle/moved_directories.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { tellGiven } from "../../shared/target_options.ts";
import { checkParallel } from "../../shared/operands.ts";
import { outcome } from "../../shared/lifecycle/outcome.ts";
import { secretFor } from "../../shared/lifecycle/records.ts";
import { addressOf, fileOf, renderResults, type Result, rowOf } from "../../shared/lifecycle/results.ts";
import { sourcesFor } from "../../places/file_sources.ts";
import { type Closed, endWith } from "./closed.ts";
import { compareAll, type Compared, compareTargets } from "./compare.ts";
import { outsideChecks, refuseStopped, tellFrozen, tellGone } from "./up_after.ts";
import { type Locked, planEach, type Planned } from "./up_plans.ts";

interface UpValues extends LifecycleValues {
  readonly restart: boolean;
  readonly rebuild: boolean;
  readonly take: string;
  readonly json: boolean;
  readonly guest?: boolean;
  readonly "delete-snapshots": boolean;
}

/** Runs `up`. */
export async function up(values: UpValues, operands: readonly string[], own: App): Promise<number> {
  const closed: Closed = new Map();
  return endWith(await upAll(values, operands, own, closed), closed, own);
}

async function upAll(
  values: UpValues,
  operands: readonly string[],
  own: App,
  closed: Closed,
): Promise<number> {
  checkParallel(values);
  tellGiven(values, own);
  const options = upOptions(values, own);
  const how = values.guest && options.take !== "live" ? { guest: "mend", closed } as const : {};
  const { sources, app } = await sourcesFor(operands, values, own);
  const [{ isCutOff, isUnfinished, isUpToDate }, { allowedFor }, { withDependents }, seen] = await Promise
    .all([
      import("../../../plan/changes/up.ts"),
      import("../../../plan/changes/choice.ts"),
      import("../../../plan/changes/dependents.ts"),
      // Nothing was changed yet, so a signal may abandon it.
      unlessAborted(compareAll(values, sources, app, how), app.signal),
    ]);
  const { world } = seen;
  const meant = seen.compared.map(({ target }) => target);
  await checkDirectoryNames(meant, world, { ...values, action: "change" }, app);
  await checkMovedDirectories(meant, world, { ...values, action: "start" }, app);
  const compared = withDependents(seen.compared, world, options, (one) => isUnfinished(one, world));
  const targets = compared.map(({ target }) => target);
  const changing = compared.filter((one) => !isUpToDate(one, world, options)).map(({ target }) => target);
  refuseStopped(changing, targets, world);
  await tellFrozen(compared, app);
  const open = sources.filter((_, index) => !isUpToDate(compared[index]!, world, options));
  const same = compared.filter((one) => isUpToDate(one, world, options));
  await tellGone(same, world, app);
  const done = same.filter(({ target: { instance: { project, name } } }) =>
    !closed.has(objectKey(project, name))
  ).map(({ target }) => resultFor(target, "up to date"));
  // A dry run prints its script, and nothing else.
  const isReal = locks({ ...values, "no-lock": false });
  if (open.length === 0) {
    if (isReal) show(done, values, app);
    else {
      const nothing = { targets: [], options, keeping: (plan: Plan) => plan, addresses: new Map() };
      await applyEach([], nothing, values, app);
    }
    return EXIT.ok;
  }
  const rebuilds = compared.some((one) =>
    needsRoot(one, allowedFor(one.target, options)) || isUnfinished(one, world)
  );
  const lifecycle: Lifecycle<UpOptions> = {
    name: "up",
    records: true,
    settles: compared.some((one) => isCutOff(one, world)),
    needs: {
      images: true,
      zfsProperties: true,
      holders: true,
      releases: true,
      trees: true,
      ...(rebuilds
        ? {
          snapshots: true,
          dataSnapshots: true,
          zfsSnapshots: true,
          accounts: "unless noted",
          journals: true,
        }
        : {}),
    },
    options,
    planner: () => Promise.reject(new Error("it is planned here")),
  };
  const locking = locks(values) ? { lock: values } : {};
  // It is looked at again: another run may have worked on it until it was locked.
  const locked = await unlessAborted(look(lifecycle, values, open, app, locking), app.signal);
  const again = await compareTargets(locked.targets, locked.world, app, how);
  const secret = await secretFor(locked.targets, app);
  const all = { ...locked, options: { ...options, ...secret.options }, keeping: secret.keeping };
  const planned = await planEach(
    withDependents(again, locked.world, options, (one) => isUnfinished(one, locked.world)),
    {
      ...all,
      before: await outsideChecks(locked.targets, locked.world, values, app),
      named: values.name !== "",
    },
    app,
  );
  const addresses = new Map<string, string>();
  const failures = await applyEach(planned, { ...all, addresses }, values, app);
  const results = planned.map(({ target, up, plan }) =>
    failures.some(({ instance }) => instance === target.instance.name || instance === "")
      ? resultFor(target, "failed", failures)
      : resultFor(
        target,
        up.left.length > 0
          ? "partly"
          : plan.steps.some(({ effect: { kind } }) => kind !== "check")
          ? "changed"
          : "up to date",
      )
  );
  const named = results.map((one) => ({ ...one, ...addressOf(one.instance, addresses) }));
  if (isReal) show([...done, ...named], values, app);
  const left = planned.filter(({ up }) => up.left.length > 0);
  for (const { target, up } of left) await tellLeft(target, up, app);
  const code = await outcome(
    { failures, targets: locked.targets, world: locked.world },
    lifecycle,
    values,
    app,
  );
  return code !== EXIT.ok ? code : left.length > 0 ? EXIT.differs : EXIT.ok;
}

function upOptions(values: UpValues, app: App): UpOptions {
  const { take, restart, rebuild } = values;
  if (take !== "" && take !== "file" && take !== "live") {
    throw new UsageError(`--take needs "file" or "live", not "${take}"`);
  }
  return {
    ...planOptions(values),
    restart,
    rebuild,
    ...(take === "" ? {} : { take }),
    deleteSnapshots: values["delete-snapshots"],
    recordsSecrets: true,
    random: app.random(),
  };
}

function needsRoot({ comparison: { rootImage, changes } }: Compared, { rebuild }: UpOptions): boolean {
  return rebuild && rootImage !== undefined || changes.some(({ part }) => part === "instance");
}

/** The plans that are applied, and the addresses of instances that come up. */
interface Applied extends Pick<Locked, "targets" | "there" | "options" | "keeping"> {
  readonly addresses: Map<string, string>;
}

async function applyEach(
  planned: readonly Planned[],
  { targets, there, options, keeping, addresses }: Applied,
  values: UpValues,
  app: App,
): Promise<readonly Failure[]> {
  const [{ combine }, { throughSsh }] = await Promise.all([
    import("../../../plan/output/merge_plans.ts"),
    import("../../../plan/output/through_ssh.ts"),
  ]);
  const combined = combine(planned.map(({ plan }) => plan));
  return await app.apply(keeping(there ? throughSsh(combined, there, targets) : combined), {
    dryRun: values["dry-run"],
    parallel: values.parallel,
    undoOnFailure: values["undo-on-failure"],
    verbose: values.trace,
    summary: true,
    random: options.random,
    ...(values.json
      ? { resultOnly: true, addressed: (instance, address) => void addresses.set(instance, address) }
      : {}),
  });
}

/** Reports the changes that are left, and the flags that make them. */
async function tellLeft({ instance }: Target, { left, finishes }: UpPlan, app: App): Promise<void> {
  const { changeLine } = await import("../../../plan/changes/text.ts");
  const flags = ["rebuild", "restart", "bootstrap"].filter((one) => left.some(({ takes }) => takes === one));
  if (finishes) {
    app.complain(`${instance.name}: a rebuild that was cut off comes first; the rest takes another run`);
  }
  for (const change of left) app.complain(printable(`${instance.name}: left: ${changeLine(change)}`));
  app.complain(`${instance.name}: to do it: ${["lxops up", ...flags.map((one) => `--${one}`)].join(" ")}`);
}

function resultFor(target: Target, result: string, failures: readonly Failure[] = []): Result {
  const { instance } = target;
  const failure = failures.find((one) => one.instance === instance.name || one.instance === "");
  return { ...rowOf(refOf(instance)), result, error: failure?.error.message ?? "", ...fileOf(target) };
}

/** Prints a line for each instance, or JSON. */
function show(results: readonly Result[], { json }: UpValues, app: App): void {
  app.print(
    json ? renderResults(results) : results.filter(({ result }) => result !== "failed")
      .map(({ instance, result }) => `${instance}: ${result}\n`).join(""),
  );
}
