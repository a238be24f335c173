/**
 * Plans `image build`: a temporary instance, its configuration, checks and cleaning, the image, its alias, and the end
 * of the instance. If a step fails, the instance is deleted, and the alias stays with the image that it has.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { oneLine } from "../../cloudconfig/model/item.ts";
import type { ImageInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Opening } from "../../step/facts.ts";
import type { Effect, InstancePlan, Step } from "../../step/step.ts";
import { refuseLimits } from "../checks/limits.ts";
import { refuseRaw } from "../checks/raw.ts";
import { checkProfiles, checkRoot, expandedDevices, instanceBody } from "../instance/resolve/create.ts";
import { checkImageType } from "../instance/resolve/image.ts";
import { ownContent } from "../instance/resolve/own_profile.ts";
import { checkOptions } from "../instance/resolve/requirements.ts";
import { need } from "../instance/resolve/resolved.ts";
import { KEPT_MARK, RUN_MARK, runMark } from "../instance/throw_away.ts";
import { checkSteps } from "../lifecycle/checks.ts";
import { applySteps, readyStep } from "../lifecycle/configure.ts";
import { createAlias, moveAlias, publishImage } from "../requests/images.ts";
import { createInstance, type ImageSource, startInstance, stopInstance } from "../requests/instances.ts";
import { directorySteps } from "../throwaway/steps.ts";
import { objectKey, type PlanOptions, refOf } from "../world.ts";
import { imageIn } from "./bases.ts";
import { cleanScript, identityScript } from "./clean.ts";
import { privateDevices, removableConfig } from "../instance/resolve/private_devices.ts";
import { NO_KEY } from "./key.ts";
import { type BuiltImage, builtProperties, IMAGE_PROPERTIES, packagesAlias } from "./properties.ts";
import type { Recipe } from "./recipe.ts";
import { temporaryOf } from "../instance/temporary_alias.ts";

/** Options of a build besides its recipe. */
export interface BuildOptions extends PlanOptions {
  /** The run of lxops that makes the instance, as `runText()` renders it. */
  readonly run: string;
  /** The image of the packages of the recipe; absent: there is none yet. */
  readonly packages?: ImageInfo;
  /** Notes for the image. */
  readonly notes: Pick<BuiltImage, "built" | "recipe" | "commit" | "parameters" | "options">;
  readonly serial: string;
  /** Algorithm of the compression; empty: the daemon's choice. */
  readonly compression: string;
}

/** Algorithm for internal images, which are read and written on one machine. */
const INTERNAL = "none";

/** Plans one build. */
export function planBuild(recipe: Recipe, options: BuildOptions): InstancePlan {
  const { target, levels, directories, base } = recipe;
  const ref = refOf(target.instance);
  const { body, devices, member } = instanceOf(recipe, options);
  const mark = runMark(ref, options.run);
  const gone: Effect = { kind: "discard", instance: ref, mark };
  const opening: Opening = { kind: "throw-away", ...ref };
  const source = sourceOf(recipe, options);
  const ready = readyStep(target, { devices, vm: recipe.vm }, options, true);
  const start = [
    send(`Start instance ${ref.name}`, startInstance(ref)),
    ...(ready ? [ready] : []),
  ];
  const known = options.packages;
  const first = known ? [] : applySteps(ref, levels.packages, options);
  const steps: Step[] = [
    send(
      `Create instance ${ref.name} from ${known ? `the packages of ${recipe.options.alias}` : base.name}`,
      createInstance(ref.project, { ...body, source }, member),
      {
        makes: [{ kind: "instance", ...ref }],
        ...(options.keepFailed ? {} : { opens: opening, undo: gone }),
      },
    ),
    ...start,
    ...first,
    ...(recipe.packagesKey === undefined || known ? [] : [...packagesSteps(recipe, options), ...start]),
    ...directorySteps(ref, directories),
    ...applySteps(ref, levels.rest, options),
    ...recipe.options.checks.map((check): Step => ({
      title: oneLine(`Check: ${check}`),
      effect: { kind: "exec", instance: ref, argv: ["/bin/sh", "-c", check], masks: true },
      advice: [`The image "${recipe.options.alias}" is as before`],
    })),
    ...checkSteps(target, recipe.resolved.world, true).map((step) => ({
      ...step,
      advice: [`The image "${recipe.options.alias}" is as before`],
    })),
    cleanStep(ref, cleanScript(ref.name, recipe.options.hostKeys)),
    stopStep(ref, options.stopSeconds),
    publishStep(recipe, options),
    {
      title: `Remove instance ${ref.name}`,
      effect: gone,
      removes: [{ kind: "instance", ...ref }],
      closes: opening,
    },
  ];
  const notes = [
    ...recipe.notes,
    ...(base.info || base.image.remote
      ? []
      : [`"${base.name}" is built first, so that what it is noted by is not known yet`]),
    ...(base.image.remote
      ? [`"${base.name}" is not in the daemon's store, so that what it is noted by is not known yet`]
      : []),
  ];
  return { instance: subjectOf(recipe), steps, ...(notes.length > 0 ? { notes } : {}) };
}

/** Returns the subject of messages about a plan: the image, as its instance has a random name. */
function subjectOf({ target, options: { alias } }: Recipe): InstanceRef {
  return { project: target.instance.project, name: alias };
}

/** Returns the temporary instance, with its devices and those of its profiles. */
function instanceOf(recipe: Recipe, options: BuildOptions) {
  const { target, resolved, base, vm } = recipe;
  const { world } = resolved;
  const { project, name, ownProfile } = target.instance;
  const existing = world.instances.get(objectKey(project, name));
  if (existing) {
    throw refuse(`Cannot build in instance "${name}"`, `it exists (${existing.status})`, [], "exists");
  }
  const { options: lxcOptions, config, member } = need(resolved.creation);
  checkOptions(lxcOptions, world);
  checkProfiles(resolved);
  checkImageType(target, base.image, vm);
  const own = ownContent(target, world, {});
  const body = instanceBody(resolved, base.image.source);
  const all = { ...config, ...own.config, ...body.config };
  refuseRaw(`Cannot build image "${recipe.options.alias}"`, all);
  const inherited = expandedDevices(resolved, {});
  const local = privateDevices({ ...own.devices, ...body.devices }, inherited);
  const devices = { ...inherited, ...local };
  checkRoot(resolved, devices);
  refuseLimits(resolved, "build an image in", { vm, config, devices, member: lxcOptions.target }, true);
  return {
    devices,
    member: need(member),
    body: {
      ...body,
      profiles: body.profiles.filter((one) => one !== ownProfile),
      config: {
        ...own.config,
        ...body.config,
        ...removableConfig(all),
        [RUN_MARK]: runMark({ project, name }, options.run),
        ...(options.keepFailed ? { [KEPT_MARK]: "on-failure" } : {}),
      },
      devices: local,
      // It is stopped before it becomes an image.
      ephemeral: false,
    },
  };
}

function sourceOf({ base }: Recipe, { packages }: BuildOptions): ImageSource {
  if (packages) return { type: "image", fingerprint: packages.fingerprint };
  if (base.info || base.image.remote) return base.image.source;
  return { type: "image", alias: base.name.replace(/^local:/, "") };
}

/** Returns the steps that make an internal image of the packages of an instance that has nothing else yet. */
function packagesSteps(
  recipe: Recipe,
  { notes, stopSeconds, random, run }: BuildOptions,
): readonly Step[] {
  const { target, options: { alias }, base, packagesKey: key = "" } = recipe;
  const ref = refOf(target.instance);
  const name = packagesAlias(alias);
  const old = imageOf(recipe, name);
  const { built, recipe: path } = notes;
  const noted = builtProperties({
    ...{ alias: name, built, key, recipe: path, level: "packages" },
    ...{ base: base.info?.fingerprint ?? "", baseAlias: base.name },
  });
  const forgets = old?.aliases.length === 1 && old.properties[IMAGE_PROPERTIES.level] !== undefined;
  return [
    cleanStep(ref, identityScript(ref.name)),
    stopStep(ref, stopSeconds),
    {
      title: `Publish the packages of ${alias} as ${name}`,
      effect: {
        kind: "publish",
        project: ref.project,
        alias: name,
        moves: true,
        replaces: old?.fingerprint ?? "",
        temporary: temporaryOf(name, random, run),
        notes: noted,
        ...publishImage(ref.project, {
          source: sourceInstance(recipe),
          properties: { description: `Packages of ${alias}, for its next builds` },
          public: false,
          compression_algorithm: INTERNAL,
        }),
      },
      makes: [{ kind: "image", project: ref.project, name }],
    },
    ...(forgets
      ? [{
        title: `Delete the earlier packages of ${alias}`,
        effect: { kind: "forget", project: ref.project, fingerprint: old.fingerprint } as const,
      }]
      : []),
  ];
}

function publishStep(recipe: Recipe, { notes, serial, compression, random, run }: BuildOptions): Step {
  const { target, options: { alias, split }, base, key, properties } = recipe;
  const { project } = refOf(target.instance);
  const old = imageOf(recipe, alias);
  const previous = old?.fingerprint;
  const noted = base.info
    ? builtProperties({
      ...notes,
      alias,
      key: key ?? NO_KEY,
      base: base.info.fingerprint,
      baseAlias: base.name,
      ...(previous ? { previous } : {}),
    })
    : {};
  return {
    title: `Publish image ${alias}`,
    effect: {
      kind: "publish",
      project,
      alias,
      moves: true,
      replaces: previous ?? "",
      temporary: temporaryOf(alias, random, run),
      ...(Object.keys(noted).length > 0 ? { notes: noted } : {}),
      ...publishImage(project, {
        source: sourceInstance(recipe),
        properties: { serial, ...properties },
        public: old?.isPublic ?? false,
        ...(compression === "" ? {} : { compression_algorithm: compression }),
        ...(split ? { format: "split" } : {}),
      }),
    },
    makes: [{ kind: "image", project, name: alias }],
  };
}

function sourceInstance({ target, vm }: Recipe) {
  return { type: vm ? "virtual-machine" : "container", name: target.instance.name } as const;
}

function imageOf({ target, resolved }: Recipe, alias: string): ImageInfo | undefined {
  return imageIn(resolved.world.images.get(target.instance.project) ?? [], alias);
}

function cleanStep(instance: InstanceRef, script: string): Step {
  return {
    title: `Remove what images must not share`,
    effect: { kind: "exec", instance, argv: ["/bin/sh", "-s"], stdin: script, bounded: true },
  };
}

/** Returns the step that stops the instance cleanly: the image of a killed one could lack unwritten data. */
function stopStep(instance: InstanceRef, seconds: number): Step {
  return send(`Stop instance ${instance.name}`, stopInstance(instance, seconds), {
    advice: [`It did not stop within ${seconds} s; to wait longer: --wait-stop`],
  });
}

/** Plans that an image which was built already gets its alias again. */
export function planAlias(recipe: Recipe, { fingerprint }: ImageInfo): InstancePlan {
  const { target, options: { alias } } = recipe;
  const ref = refOf(target.instance);
  const there = imageOf(recipe, alias);
  const { project } = ref;
  const request = there
    ? moveAlias(project, alias, fingerprint, there.descriptions?.[alias])
    : createAlias(project, alias, fingerprint);
  return {
    instance: subjectOf(recipe),
    steps: [send(`Point the name ${alias} to image ${fingerprint.slice(0, 12)}, which is the same`, request)],
  };
}
