/**
 * Making an instance ready and applying its cloud-config files.
 *
 * @module
 */
import { ConfigError, ServerError } from "../errors.ts";
import type { Devices } from "../ports.ts";
import { batch } from "../cloudconfig/batch.ts";
import { compile } from "../cloudconfig/compile.ts";
import type { Item } from "../cloudconfig/item.ts";
import { pending } from "../cloudconfig/journal.ts";
import { type OSType, osType, osTypes } from "../cloudconfig/ostype.ts";
import type { InstancePlan, Step, Wait } from "../step.ts";
import { isRunning, ownInstance } from "./own.ts";
import type { ResolvedImage } from "./image.ts";
import { objectKey, type PlanOptions, problem, refOf, type Target, type World } from "./world.ts";

/** The items of a target's cloud-config files, in the order in which they are applied. */
export function compileTarget(target: Target, os: OSType | undefined): readonly Item[] {
  if (target.cloudConfigs.length === 0) return [];
  if (!os) throw new ConfigError([problem(target, "ostype", "ostype is needed for cloud-config files")]);
  return compile(target.cloudConfigs, os, { order: target.instance.config.order });
}

/**
 * The OS type of a target: the configuration's, or else what the image says of itself.
 *
 * @throws {ConfigError} where it is unknown, or not given though there are cloud-config files
 */
export function targetOS(target: Target, image?: ResolvedImage): OSType | undefined {
  const name = target.instance.config.ostype || (image?.os ?? image?.info?.properties["os"])?.toLowerCase();
  const os = name ? osType(name) : undefined;
  if (!os && target.instance.config.ostype) {
    throw new ConfigError([
      problem(target, "ostype", `Unknown ostype "${name}"; lxops knows ${[...osTypes.keys()].join(", ")}`),
    ]);
  }
  if (!os && target.cloudConfigs.length > 0) {
    throw new ConfigError([
      problem(
        target,
        "ostype",
        `No ostype is given, and the image does not tell; use one of ${[...osTypes.keys()].join(", ")}`,
      ),
    ]);
  }
  return os;
}

/**
 * The step that waits until a started instance is ready. A container that has an address can run programs; where
 * nothing is waited for but programs are to run (`execNeeded`), it is tried.
 *
 * @param devices those that the instance will have
 */
export function readyStep(
  target: Target,
  devices: Devices,
  options: PlanOptions,
  execNeeded: boolean,
): Step | undefined {
  const until = waitFor(target, devices);
  if (execNeeded && until.length === 0) until.push("exec");
  if (until.length === 0 && options.pauseSeconds <= 0) return undefined;
  const pause = options.pauseSeconds > 0 ? { pauseSeconds: options.pauseSeconds } : {};
  return {
    title: until.length === 0 ? `Pause ${options.pauseSeconds} s` : `Wait for ${until.join(", ")}`,
    effect: {
      kind: "wait",
      instance: refOf(target.instance),
      until,
      timeoutSeconds: options.readySeconds,
      ...pause,
    },
  };
}

function waitFor(target: Target, devices: Devices): Wait["until"][number][] {
  const wanted = target.instance.config.wait;
  if (wanted.length > 0) return [...wanted];
  return Object.values(devices).some((device) => device["type"] === "nic") ? ["network"] : [];
}

/** The steps that apply items to a ready instance. */
export function applySteps(
  target: Target,
  items: readonly Item[],
  options: { readonly resume: boolean },
): Step[] {
  if (items.length === 0) return [];
  return [{
    title: `Apply cloud-config: ${items.length} item${items.length === 1 ? "" : "s"}`,
    effect: { kind: "batch", ...batch(refOf(target.instance), items, options) },
  }];
}

/** Plans `configure`: a running instance gets its cloud-config files applied. */
export function planConfigure(target: Target, world: World, options: PlanOptions): InstancePlan {
  const { instance } = target;
  const info = ownInstance(target, world, "configure", { ...options, adopt: true });
  if (!info) {
    throw new ServerError(
      `Cannot configure instance "${instance.name}": there is no such instance`,
      404,
      undefined,
      ["Make it with: lxops launch, and the same flags and file"],
    );
  }
  if (!isRunning(info)) {
    throw new ServerError(
      `Cannot configure instance "${instance.name}": it is ${info.status.toLowerCase()}`,
      0,
    );
  }
  const all = compileTarget(target, targetOS(target));
  const journal = world.journals.get(objectKey(instance.project, instance.name));
  const items = options.all || journal === undefined ? all : pending(all, journal);
  const ready = readyStep(target, info.expandedDevices, options, items.length > 0);
  return {
    instance: refOf(instance),
    steps: items.length === 0
      ? []
      : [...(ready ? [ready] : []), ...applySteps(target, items, { resume: false })],
    ...(items.length < all.length
      ? {
        notes: [
          `${
            all.length - items.length
          } of ${all.length} items are in the instance's journal and left as they are`,
        ],
      }
      : {}),
  };
}
