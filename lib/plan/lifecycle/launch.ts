/**
 * Plans `launch`: filesystems, device directories, the own profile, the instance, its start, its cloud-config.
 *
 * @module
 */
import { ConfigError, refuse } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Fact } from "../../step/facts.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { appliedItems, applySteps, choose, readyStep, targetItems } from "./configure.ts";
import { checkSteps } from "./checks.ts";
import { checkProfiles, checkRoot, expandedDevices, instanceBody } from "../instance/resolve/create.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { createVolumes } from "../storage/create/volumes.ts";
import { checkOptions } from "../instance/resolve/requirements.ts";
import { asMade, checkLayout, diskDevices, locate } from "../storage/layout.ts";
import { refuseHidden } from "../checks/hidden_devices.ts";
import { refuseHiddenSettings } from "../checks/hidden_settings.ts";
import { checkSettings } from "../checks/settings.ts";
import { deviceOwner, earlierOwners, isTrue } from "../instance/idmap.ts";
import { checkImageType, downloadStep } from "../instance/resolve/image.ts";
import { refuseLimits } from "../checks/limits.ts";
import { refuseGone, refuseMoves } from "../checks/moved_devices.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need } from "../instance/resolve/resolved.ts";
import { isIncomplete, isMachine, isRunning, otherConfig, ownInstance } from "../instance/ownership.ts";
import { isHostRoot } from "../storage/open_directories.ts";
import { ownContent } from "../instance/resolve/own_profile.ts";
import { profileStep } from "../instance/resolve/profile.ts";
import { isProtected, protectShiftStep, refuseStart, SHIFT_PROTECTION } from "../instance/protection.ts";
import { refuseRunning, refuseTaken } from "../checks/renamed.ts";
import { createInstance, deleteInstance, startInstance } from "../requests/instances.ts";
import { stopEffect } from "../instance/power/stop.ts";
import { refuseSwapName } from "../instance/reserved_names.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Refuses to resume the launch of an instance that was created from another configuration. */
function refuseOther(existing: InstanceInfo, target: Target): void {
  const file = otherConfig(existing, target);
  if (file === undefined) return;
  const { name, project, config } = target.instance;
  const flags = `--name ${quote(name)}${
    project && project !== "default" ? ` --project ${quote(project)}` : ""
  }`;
  throw refuse(
    `Cannot go on with instance "${name}"`,
    `it was made from "${file}", and not from "${config.file}"`,
    [
      `To resume that launch: lxops launch --resume ${flags} ${quote(file)}`,
      "If both are the same configuration, which was moved, add --adopt",
    ],
  );
}

/** Returns the words of a command line that mean a target: its file, and its name where the file has another. */
function wordsOf({ instance: { name, file } }: Target): string {
  const own = (file.split("/").at(-1) ?? "").replace(/\.ya?ml$/, "");
  const flag = own === name || own === "lxops" ? "" : `--name ${quote(name)} `;
  return `${flag}${quote(file)}`;
}

/**
 * Plans the launch of one instance; with `resume`, keeps what an earlier launch created, but for an instance of
 * which the daemon created only a part before it was killed.
 */
export function planLaunch(target: Target, world: World, options: PlanOptions): InstancePlan {
  const left = options.resume ? ownInstance(target, world, "launch", options) : undefined;
  if (!left || !isIncomplete(left) || isProtected(left) || options.adopt) {
    return planFrom(target, world, options);
  }
  refuseOther(left, target);
  const ref = refOf(target.instance);
  const instances = new Map(world.instances);
  instances.delete(objectKey(ref.project, ref.name));
  const { steps, ...plan } = planFrom(target, { ...world, instances }, options);
  const again = send(
    `Delete the incomplete instance ${ref.name}`,
    deleteInstance(ref),
    {
      removes: [{ kind: "instance", ...ref }],
    },
  );
  return { ...plan, steps: [again, ...steps] };
}

/** Plans the launch of one instance, as the world shows it. */
function planFrom(target: Target, world: World, options: PlanOptions): InstancePlan {
  const resolved = resolve(target, world, options);
  const { instance } = target;
  const ref = refOf(instance);
  const key = objectKey(instance.project, instance.name);
  const existing = ownInstance(target, world, "launch", options);
  if (existing && !options.resume) {
    const words = wordsOf(target);
    throw refuse(`Cannot launch instance "${instance.name}"`, `it exists (${existing.status})`, [
      `To apply what changed in its files: lxops up ${words}`,
      `To give it a new root filesystem: lxops rebuild ${words}`,
      "To continue a launch that failed: add --resume",
    ], "exists");
  }
  if (!existing) refuseSwapName(instance.name);
  else if (!options.adopt) refuseOther(existing, target);
  const { options: lxcOptions, config, member } = need(resolved.creation);
  checkOptions(lxcOptions, world);
  checkProfiles(resolved);
  const image = resolved.root && need(resolved.root);
  if (image) checkImageType(target, image, lxcOptions.vm);
  const all = targetItems(resolved);
  const { items, notes, unsalted } = choose(all.items, world.journals.get(key), options);
  const layout = locate(target, options.resume ? asMade(world.datasets) : world.datasets, world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  const moved = refuseMoves(resolved, layout, options, "go on with the launch of");
  refuseGone(resolved, layout, "go on with the launch of");
  if (!existing) refuseTaken(target, world, layout);
  else if (!isRunning(existing)) refuseRunning(target, world, layout, { action: "launch" });
  const vm = existing ? isMachine(existing) : lxcOptions.vm;
  if (!existing || !isRunning(existing)) {
    refuseStart(existing ?? ref, existing?.expandedConfig ?? config, world, "launch");
  }
  const disks = diskDevices(layout);
  refuseHidden(resolved, disks);
  const own = ownContent(target, world, disks);
  const hidden = [
    ...refuseHiddenSettings(target, world, existing, own),
    ...checkSettings(target, world, own, { vm, config }),
  ];
  const devices = existing
    ? { ...existing.expandedDevices, ...own.devices }
    : expandedDevices(resolved, own.devices);
  if (!existing) {
    if (!instance.origin) checkRoot(resolved, devices);
    refuseLimits(resolved, "launch", { vm, config, devices, member: lxcOptions.target }, true);
  }
  // Whether its server answers is known before anything else is made.
  const steps: Step[] = image?.remote ? [downloadStep(target, image, vm)] : [];
  const volumes = createVolumes(resolved, layout, options);
  const creation = createFilesystems(resolved, layout, () => deviceOwner(target, world, config, vm), {
    hostRoot: isHostRoot(existing?.expandedConfig ?? config, vm),
    resume: options.resume,
    // Before its start a run makes sure of them.
    earlier: options.resume && !(existing && isRunning(existing))
      ? earlierOwners(target, world, config, vm)
      : [],
  });
  steps.push(...volumes.steps, ...creation.steps);
  const profile = profileStep(target, world, own, {
    launches: true,
    adopt: options.adopt,
    action: "launch",
  });
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
          instanceBody(resolved, image.source),
          need(member),
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
  const ready = readyStep(target, { devices, vm }, options, items.length > 0);
  if (ready) steps.push(ready);
  const known = appliedItems(ref, all.items, items, options);
  steps.push(
    ...applySteps(ref, items, { ...options, ...known, unsalted, root: "new" }),
    ...checkSteps(target, world, true),
  );
  const said = [...moved, ...hidden, ...volumes.notes, ...creation.notes, ...all.notes, ...notes];
  return { instance: ref, steps, ...known, ...(said.length > 0 ? { notes: said } : {}) };
}
