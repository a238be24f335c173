/**
 * `ci garm`, `CreateInstance`: an instance that installs its runner by itself.
 *
 * @module
 */
import { EXIT, LxopsError } from "../../../base/errors.ts";
import {
  type Bootstrap,
  GarmDuplicate,
  garmInstance,
  garmMarks,
  type Order,
  parseBootstrap,
} from "../../../plan/ci/garm.ts";
import { installStep } from "../../../plan/ci/garm_script.ts";
import { planEnd } from "../../../plan/ci/gitlab.ts";
import { allowedImage, listed } from "../../../plan/ci/images.ts";
import type { Settings } from "../../../plan/ci/settings_schema.ts";
import { RUN_MARK, runMark } from "../../../plan/instance/throw_away.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { planConfigured } from "../run/configured.ts";
import type { GarmValues } from "./garm.ts";
import { titled } from "./gitlab.ts";
import { configOf, optionsOf } from "./instance.ts";
import { type Ground, groundOf, readSettings } from "./settings.ts";

/** Creates an instance and returns it as soon as it has started: its runner calls garm when it is ready. */
export async function create(order: Order, values: GarmValues, app: App): Promise<unknown> {
  const bootstrap = parseBootstrap(await app.stdin.text());
  const ground = await groundOf(order, app);
  const pool = poolFor(ground.settings, bootstrap.flavor ?? "", order.file, values);
  if (pool !== "") {
    const { createPooled } = await import("./garm_pooled.ts");
    return await createPooled({ order, bootstrap, pool }, values, ground);
  }
  const ref = { project: ground.project, name: bootstrap.name };
  const server = await ground.app.server();
  if (await server.instance(ref)) throw new GarmDuplicate(ref.name);
  const random = app.random();
  const run = runOf(order, random);
  const { plan, others } = await planOf({ order, bootstrap, run }, ground);
  let isReal = false;
  const apply = async (each: readonly InstancePlan[]) =>
    await ground.app.apply({ first: [], each }, {
      dryRun: values["dry-run"],
      random,
      parallel: 4,
      undoOnFailure: false,
      verbose: false,
      quiet: true,
      claim: { command: "ci garm" },
      results: () => {
        isReal = true;
        return "";
      },
      several: false,
      showSecrets: values["show-secrets"] ?? false,
    });
  const failure = (await apply([plan, ...others])).find(({ instance }) => instance === ref.name);
  if (!isReal) return undefined;
  const made = await server.instance(ref);
  if (!failure && made) return garmInstance(made);
  // Another call has made it meanwhile, or another tool.
  if (failure?.error.exitCode === EXIT.exists) throw new GarmDuplicate(ref.name);
  // garm tries again under the same name.
  if (made?.config[RUN_MARK] === runMark(ref, run)) {
    await apply(planEnd([made!]));
  }
  throw failure
    ? titled(failure.error, failure.step?.title)
    : new LxopsError(`Instance "${ref.name}" is gone`);
}

/** Returns what the mark of an instance names as its run: another text in each call, so that none removes another's. */
function runOf({ controller }: Order, random: string | undefined): string {
  return `garm-${controller.replaceAll(/\s/g, "")}${random === undefined ? "" : `-${random}`}`;
}

async function planOf(
  { order, bootstrap, run }: {
    readonly order: Order;
    readonly bootstrap: Bootstrap;
    readonly run: string;
  },
  ground: Ground,
) {
  const { settings, app, project } = ground;
  const chosen = flavored(settings, bootstrap.flavor ?? "", order.file);
  const image = imageOf(settings, bootstrap.image ?? "", order.file);
  const ref = { project, name: bootstrap.name };
  const { config, ...options } = optionsOf({ ...chosen, wait: "exec" }, {
    run,
    until: undefined,
    caches: [],
    runner: undefined,
  });
  const { plan, others } = await planConfigured(
    {
      instance: ref,
      image,
      options: { ...options, keep: "always", config: { ...config, ...garmMarks(order, bootstrap) } },
      random: undefined,
      more: configOf(chosen),
    },
    { properties: undefined, P: [], project, "dry-run": false, profile: chosen.profiles },
    app,
  );
  return { plan: { ...plan, steps: [...plan.steps, installStep(ref, bootstrap)] }, others };
}

/** Returns the pool that a flavor names, or the flag; empty: none. */
function poolFor(settings: Settings, flavor: string, file: string, values: GarmValues): string {
  flavored(settings, flavor, file);
  const found = Object.hasOwn(settings.flavors, flavor) ? settings.flavors[flavor] : undefined;
  return found?.pool || values.pool;
}

/** Returns the settings of a flavor. */
function flavored(settings: Settings, flavor: string, file: string): Settings {
  const known = Object.keys(settings.flavors);
  const found = Object.hasOwn(settings.flavors, flavor) ? settings.flavors[flavor] : undefined;
  if (!found && flavor !== "" && flavor !== "default") {
    throw new LxopsError(`"${file}" has no flavor ${JSON.stringify(flavor)}`, [
      `Known are: ${[...new Set(["default", ...known])].join(", ")}`,
    ]);
  }
  const limits = Object.fromEntries(Object.entries(found?.limits ?? {}).filter(([, value]) => value !== ""));
  return {
    ...settings,
    limits: { ...settings.limits, ...limits },
    ...(found && found.profiles.length > 0 ? { profiles: found.profiles } : {}),
  };
}

function imageOf(settings: Settings, name: string, file: string): string {
  const found = allowedImage(settings.images, name);
  if (found) return found.image;
  throw new LxopsError(`"${file}" does not allow the image ${JSON.stringify(name)}`, [
    listed(settings.images),
  ]);
}

/** Checks the file, and the image, the flavor and the pool where garm tells them. */
export async function validate(order: Order, values: GarmValues, app: App): Promise<undefined> {
  const { settings } = await readSettings(order, app);
  const text = await app.stdin.text();
  if (!text) return;
  const { image, flavor } = parseBootstrap(text);
  flavored(settings, flavor ?? "", order.file);
  const pool = poolFor(settings, flavor ?? "", order.file, values);
  if (pool !== "") {
    await (await import("./garm_pooled.ts")).checkPool(pool, await groundOf(order, app));
    return;
  }
  if (image) imageOf(settings, image, order.file);
}
