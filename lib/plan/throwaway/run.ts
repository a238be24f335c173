/**
 * Plans `run`: a throw-away instance, a program in it, and the end of the instance. The instance has everything itself
 * that launched ones have in a profile of their own, so that nothing is left where its run is killed.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { privateDevices } from "../instance/resolve/private_devices.ts";
import type { Devices } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { applySteps, readyStep, targetItems } from "../lifecycle/configure.ts";
import { refuseLimits } from "../checks/limits.ts";
import { rawKeys } from "../checks/raw.ts";
import { checkImageType, downloadStep } from "../instance/resolve/image.ts";
import { checkProfiles, checkRoot, expandedDevices, instanceBody } from "../instance/resolve/create.ts";
import { checkOptions } from "../instance/resolve/requirements.ts";
import { isRootDisk, ownContent } from "../instance/resolve/own_profile.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need } from "../instance/resolve/resolved.ts";
import { objectKey, refOf, type Target, type World } from "../world.ts";
import type { RunOptions } from "./options.ts";
import { caches, copySteps, directorySteps, programStep, readySteps, sshDevice, sshSteps } from "./steps.ts";
import { creationSteps, removalSteps, STARTS } from "./lifetime.ts";

/** Types of devices of a configuration that a run shares with no other instance. */
const SHARED = ["disk", "proxy"] as const;

/**
 * Plans one run of a program in an instance of its own, which shares no filesystem, port or address with the instance of
 * its configuration.
 */
export function planRun(described: Target, world: World, options: RunOptions): InstancePlan {
  const { profiles = described.instance.profiles } = options;
  const target = {
    ...described,
    instance: { ...described.instance, profiles, filesystems: [], devices: [] },
  };
  const paths = described.instance.devices.map(({ path }) => path);
  const { instance } = target;
  const ref = refOf(instance);
  const resolved = resolve(target, world, options);
  const existing = world.instances.get(objectKey(ref.project, ref.name));
  if (existing) {
    throw refuse(`Cannot run in an instance "${ref.name}" of its own`, `it exists (${existing.status})`, [
      `To run in that one: lxops exec ${ref.name} -- PROGRAM`,
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
  const configured = { ...own.devices, ...body.devices };
  const given = {
    ...privateDevices(configured, withoutNamed(inherited, instance.project, world, options), SHARED),
    ...options.devices,
    ...sshDevice(options),
    ...nics(inherited, options.net),
  };
  const shared = caches(options, rootPool({ ...inherited, ...given }), ref.project);
  const local = { ...given, ...shared.devices };
  const devices = { ...inherited, ...local };
  checkRoot(resolved, devices);
  const raw = rawKeys({ ...config, ...own.config, ...body.config })
    .filter((key) => !Object.hasOwn(options.config, key));
  if (raw.length > 0) {
    const reason = `${
      raw.join(" and ")
    }, of its configuration or of its profiles, can give it files of the host`;
    throw refuse(`Cannot run in an instance of "${instance.file}"`, reason, [
      `To run with another value, or with the same one: --config ${raw[0]}=VALUE`,
    ]);
  }
  refuseLimits(
    resolved,
    "run",
    { vm, config: { ...config, ...all }, devices, member: lxcOptions.target },
    true,
  );
  const { items, notes } = targetItems(resolved);
  const { name: _name, ...rest } = body;
  const steps: Step[] = [
    ...(image.remote ? [downloadStep(target, image, vm)] : []),
    ...shared.steps,
    ...creationSteps(
      {
        ...ref,
        from: image.text,
        body: {
          ...rest,
          profiles: body.profiles.filter((name) => name !== instance.ownProfile),
          config: all,
          devices: local,
        },
        member: need(member),
      },
      world.server.extensions.has(STARTS),
      options,
    ),
  ];
  const ready = readyStep(target, { devices, vm }, options, items.length > 0 || vm);
  if (items.length > 0 && ready) steps.push(ready);
  steps.push(
    ...directorySteps(ref, paths),
    ...applySteps(ref, items, options),
    ...readySteps(ref, options, vm),
    ...sshSteps(ref, options),
    ...copySteps(ref, options, "in"),
    ...(options.leaves ? [] : [
      programStep(ref, options),
      ...copySteps(ref, options, "out"),
      ...removalSteps(ref, options),
    ]),
  );
  return { instance: ref, steps, ...(notes.length > 0 ? { notes } : {}) };
}

/** Returns the devices of an instance without those of profiles that the command line names. */
function withoutNamed(
  inherited: Devices,
  project: string,
  { profiles }: World,
  { profiles: names = [] }: RunOptions,
): Devices {
  const named = new Set(
    names.flatMap((name) => Object.keys(profiles.get(objectKey(project, name))?.devices ?? {})),
  );
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => !named.has(name)));
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
