/**
 * Plans `launch`: filesystems, device directories, the own profile, the instance, its start, its cloud-config.
 *
 * @module
 */
import { ConfigError, refuse } from "../../base/errors.ts";
import { usable } from "../../instance/parts.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Fact } from "../../step/facts.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { applySteps, choose, readyStep, targetItems } from "./configure.ts";
import {
  checkProfiles,
  checkRoot,
  expandedConfig,
  expandedDevices,
  instanceBody,
} from "../instance/create.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { createVolumes } from "../storage/create/volumes.ts";
import { checkOptions, memberOf } from "../instance/requirements.ts";
import { asMade, checkLayout, diskDevices, locate } from "../storage/layout.ts";
import { refuseHidden } from "../checks/hidden_devices.ts";
import { deviceOwner, earlierOwners, isTrue } from "../instance/idmap.ts";
import { downloadStep } from "../instance/download.ts";
import { checkImageType, type ResolvedImage, resolveImage } from "../instance/image.ts";
import { refuseLimits } from "../checks/limits.ts";
import { createOptions, type LxcOptions } from "../instance/lxc_options.ts";
import { refuseMoves } from "../checks/moved_devices.ts";
import { resolveOrigin } from "../instance/origin.ts";
import { isMachine, isRunning, otherConfig, ownInstance } from "../instance/ownership.ts";
import { isHostRoot } from "../storage/open_directories.ts";
import { profileStep } from "../instance/profile.ts";
import { protectShiftStep, refuseStart, SHIFT_PROTECTION } from "../instance/protection.ts";
import { refuseTaken } from "../checks/renamed.ts";
import { createInstance, deleteInstance, startInstance } from "../requests/instances.ts";
import { stopEffect } from "../instance/stop.ts";
import { refuseSwapName } from "../instance/reserved_names.ts";
import { objectKey, type PlanOptions, problem, refOf, type Target, type World } from "../world.ts";

/** What another configuration made is not what an earlier launch of this one left. */
function refuseOther(existing: InstanceInfo, target: Target): void {
  const file = otherConfig(existing, target);
  if (file === undefined) return;
  const { name, project, config } = target.instance;
  const flags = `-name ${quote(name)}${
    project && project !== "default" ? ` -project ${quote(project)}` : ""
  }`;
  throw refuse(
    `Cannot go on with instance "${name}"`,
    `it was made from "${file}", and not from "${config.file}"`,
    [
      `To go on with that one: lxops launch --resume ${flags} ${quote(file)}`,
      "If both are the same configuration, which was moved, add --adopt",
    ],
  );
}

/** The image, or none where the options say `--empty`, with which the clients take no image. */
function imageOrNone(target: Target, world: World, { empty, vm }: LxcOptions): ResolvedImage {
  if (!empty) return resolveImage(target, world);
  usable(target.instance, "image");
  const { image } = target.instance;
  const message = image !== ""
    ? `--empty makes an instance without an image, and the image is "${image}": leave out one of both`
    : vm
    ? undefined
    : "--empty makes a container with nothing in it, which cannot start; only a virtual machine can (--vm)";
  if (message !== undefined) throw new ConfigError([problem(target, "lxc-options", message)]);
  return { source: { type: "none" }, remote: false, text: "nothing" };
}

/** Plans the launch of one instance; with `resume`, what an earlier launch made is taken as it is. */
export function planLaunch(target: Target, world: World, options: PlanOptions): InstancePlan {
  const { instance } = target;
  const ref = refOf(instance);
  const key = objectKey(instance.project, instance.name);
  const existing = ownInstance(target, world, "launch", options);
  if (existing && !options.resume) {
    throw refuse(`Cannot launch instance "${instance.name}"`, `it exists (${existing.status})`, [
      "To put it on a new image: lxops rebuild, and the same flags and file",
      "To go on with a launch that failed, add --resume",
    ], "exists");
  }
  if (!existing) refuseSwapName(instance.name);
  else if (!options.adopt) refuseOther(existing, target);
  const lxcOptions = createOptions(target, options);
  checkOptions(lxcOptions, world);
  checkProfiles(target, world, lxcOptions);
  const image = existing ? undefined : resolveOrigin(target, world) ?? imageOrNone(target, world, lxcOptions);
  if (image) checkImageType(target, image, lxcOptions.vm);
  const all = targetItems(target, world, image);
  const { items, notes, unsalted } = choose(all.items, world.journals.get(key), options);
  const layout = locate(target, options.resume ? asMade(world.datasets) : world.datasets, world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  const moved = refuseMoves(target, world, layout, options, "go on with the launch of");
  if (!existing) refuseTaken(target, world, layout, options);
  const config = expandedConfig(target, world, lxcOptions);
  const vm = existing ? isMachine(existing) : lxcOptions.vm;
  if (!existing || !isRunning(existing)) {
    refuseStart(existing ?? ref, existing?.expandedConfig ?? config, world, "launch");
  }
  const disks = diskDevices(layout);
  refuseHidden(target, world, disks, { options: lxcOptions, info: existing });
  const devices = existing
    ? { ...existing.expandedDevices, ...disks }
    : expandedDevices(target, world, lxcOptions, disks);
  if (!existing) {
    if (!instance.origin) checkRoot(target, world, lxcOptions, devices);
    refuseLimits(target, world, "launch", { vm, config, devices, member: lxcOptions.target }, true);
  }
  // Whether its server answers is known before anything else is made.
  const steps: Step[] = image?.remote ? [downloadStep(target, image, vm)] : [];
  const volumes = createVolumes(target, layout, world, options);
  const creation = createFilesystems(target, layout, world, () => deviceOwner(target, world, config, vm), {
    hostRoot: isHostRoot(existing?.expandedConfig ?? config, vm),
    resume: options.resume,
    // Before its start a run makes sure of them.
    earlier: options.resume && !(existing && isRunning(existing))
      ? earlierOwners(target, world, config, vm)
      : [],
  });
  steps.push(...volumes.steps, ...creation.steps);
  const profile = profileStep(target, world, disks);
  if (profile) steps.push(profile);
  const fact: Fact = { kind: "instance", ...ref };
  if (image) {
    steps.push(
      send(
        instance.origin
          ? `Copy instance ${image.text} as ${instance.name}`
          : `Create instance ${instance.name} from ${image.text}`,
        createInstance(
          instance.project,
          instanceBody(target, world, lxcOptions, image.source),
          memberOf(target, lxcOptions, world),
        ),
        { makes: [fact], undo: sendEffect(deleteInstance(ref)) },
      ),
    );
  }
  if (creation.own) steps.push(creation.own);
  // An earlier run may have come as far as the start.
  const shift = isTrue(config[SHIFT_PROTECTION]) && !vm &&
    (!existing || !isTrue(existing.expandedConfig[SHIFT_PROTECTION]));
  if (!existing || !isRunning(existing)) {
    steps.push(
      send(`Start instance ${instance.name}`, startInstance(ref), {
        undo: stopEffect(ref, options.stopSeconds),
      }),
    );
  }
  if (shift) steps.push(protectShiftStep(ref, lxcOptions.config[SHIFT_PROTECTION] ?? ""));
  const ready = readyStep(target, devices, options, items.length > 0, vm);
  if (ready) steps.push(ready);
  steps.push(...applySteps(ref, items, { ...options, unsalted }));
  const said = [...moved, ...volumes.notes, ...creation.notes, ...all.notes, ...notes];
  return { instance: ref, steps, ...(said.length > 0 ? { notes: said } : {}) };
}
