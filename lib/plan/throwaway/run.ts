/**
 * Plans `run`: a throw-away instance, a program in it, and the end of the instance. The instance has everything itself
 * that launched ones have in a profile of their own, so that nothing is left where its run is killed.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { Devices, InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Opening } from "../../step/facts.ts";
import type { Effect, InstancePlan, Step } from "../../step/step.ts";
import { applySteps, readyStep, targetItems } from "../lifecycle/configure.ts";
import { refuseLimits } from "../checks/limits.ts";
import { checkImageType, downloadStep } from "../instance/resolve/image.ts";
import { checkProfiles, checkRoot, expandedDevices, instanceBody } from "../instance/resolve/create.ts";
import { checkOptions } from "../instance/resolve/requirements.ts";
import { isRootDisk, ownContent } from "../instance/resolve/own_profile.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need } from "../instance/resolve/resolved.ts";
import { createInstance, startInstance } from "../requests/instances.ts";
import { objectKey, refOf, type Target, type World } from "../world.ts";
import type { RunOptions } from "./options.ts";
import { caches, copySteps, directorySteps, programStep, readySteps, sshDevice, sshSteps } from "./steps.ts";
import { KEPT_MARK, RUN_MARK, runMark } from "../instance/throw_away.ts";

/** Plans one run of a program in an instance of its own, which shares no filesystem of its configuration. */
export function planRun(described: Target, world: World, options: RunOptions): InstancePlan {
  const target = { ...described, instance: { ...described.instance, filesystems: [], devices: [] } };
  const paths = described.instance.devices.map(({ path }) => path);
  const { instance } = target;
  const ref = refOf(instance);
  const resolved = resolve(target, world, options);
  const existing = world.instances.get(objectKey(ref.project, ref.name));
  if (existing) {
    throw refuse(`Cannot run in an instance "${ref.name}" of its own`, `it exists (${existing.status})`, [
      "To run in that one: lxops exec",
    ], "exists");
  }
  const { options: lxcOptions, config, member } = need(resolved.creation);
  const { vm } = lxcOptions;
  checkOptions(lxcOptions, world);
  checkProfiles(resolved);
  const image = need(resolved.image);
  checkImageType(target, image, vm);
  const own = ownContent(target, world, {});
  const body = instanceBody(resolved, image.source);
  const all = { ...own.config, ...body.config, ...options.config };
  const inherited = expandedDevices(resolved, own.devices);
  const given = {
    ...own.devices,
    ...body.devices,
    ...options.devices,
    ...sshDevice(options),
    ...nics(inherited, options.net),
  };
  const shared = caches(options, rootPool({ ...inherited, ...given }), ref.project);
  const local = { ...given, ...shared.devices };
  const devices = { ...inherited, ...local };
  checkRoot(resolved, devices);
  refuseLimits(
    resolved,
    "run",
    { vm, config: { ...config, ...all }, devices, member: lxcOptions.target },
    true,
  );
  const { items, notes } = targetItems(resolved);
  const gone = discardEffect(ref, runMark(ref.name, options.run));
  const opening: Opening = { kind: "throw-away", ...ref };
  // An instance that may be kept is taken back by nobody: its last step removes it.
  const ends = options.keep === "never" ? { opens: opening, undo: gone } : {};
  const steps: Step[] = [
    ...(image.remote ? [downloadStep(target, image, vm)] : []),
    ...shared.steps,
    send(
      `Create instance ${ref.name} from ${image.text}`,
      createInstance(ref.project, {
        ...body,
        profiles: body.profiles.filter((name) => name !== instance.ownProfile),
        config: {
          ...all,
          [RUN_MARK]: runMark(ref.name, options.run),
          ...(options.keep === "never" ? {} : { [KEPT_MARK]: options.keep }),
        },
        devices: local,
        ephemeral: options.keep === "never",
      }, need(member)),
      { makes: [{ kind: "instance", ...ref }], ...ends },
    ),
    send(`Start instance ${ref.name}`, startInstance(ref)),
  ];
  const ready = readyStep(target, { devices, vm }, options, items.length > 0 || vm);
  if (items.length > 0 && ready) steps.push(ready);
  steps.push(
    ...directorySteps(ref, paths),
    ...applySteps(ref, items, options),
    ...readySteps(ref, options, vm),
    ...sshSteps(ref, options),
    ...copySteps(ref, options, "in"),
    programStep(ref, options),
    ...copySteps(ref, options, "out"),
  );
  if (options.keep !== "always") {
    steps.push({
      title: `Remove instance ${ref.name}`,
      effect: gone,
      removes: [{ kind: "instance", ...ref }],
      closes: opening,
    });
  }
  return { instance: ref, steps, ...(notes.length > 0 ? { notes } : {}) };
}

/** Returns the storage pool of the root disk. */
function rootPool(devices: Devices): string | undefined {
  return Object.values(devices).find(isRootDisk)?.["pool"];
}

/** Returns the devices that put an instance into another network than its profiles do, or into none. */
function nics(inherited: Devices, net: string | undefined): Devices {
  if (net === undefined) return {};
  const names = Object.entries(inherited).filter(([, { type }]) => type === "nic").map(([name]) => name);
  const without = Object.fromEntries(names.map((name) => [name, { type: "none" }]));
  if (net === "none") return without;
  const first = names[0] ?? "eth0";
  const name = inherited[first]?.["name"] ?? first;
  return { ...without, [first]: { type: "nic", network: net, name } };
}

function discardEffect(instance: InstanceRef, mark: string): Effect {
  return { kind: "discard", instance, mark };
}

/** Plans the removal of throw-away instances whose runs have ended without removing them. */
export function planSweep(
  strays: readonly Pick<InstanceInfo, "name" | "project" | "config">[],
): InstancePlan[] {
  return strays.map(({ name, project, config }) => ({
    instance: { name, project },
    notes: [`Instance "${name}" was left by a run that was killed; it is removed`],
    steps: [{
      title: `Remove instance ${name}, which a run has left`,
      effect: discardEffect({ name, project }, config[RUN_MARK] ?? ""),
      removes: [{ kind: "instance", name, project }],
    }],
  }));
}
