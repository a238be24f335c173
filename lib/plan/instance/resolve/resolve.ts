/**
 * Resolution of a target: the step between looking at the world and planning.
 *
 * @module
 */
import { ConfigError } from "../../../base/errors.ts";
import { usable } from "../../../instance/parts.ts";
import { expandedConfig, instanceProfiles, localDevices } from "./create.ts";
import { type ResolvedImage, resolveImage } from "./image.ts";
import { environment, type LxcOptions, readLxcOptions, withFlags } from "./lxc_options.ts";
import { resolveOrigin } from "./origin.ts";
import { targetOS } from "./ostype.ts";
import { memberOf } from "./requirements.ts";
import { type Creation, need, type Outcome, outcomeOf, type Resolved } from "./resolved.ts";
import { objectKey, type PlanOptions, problem, type Target, type World } from "../../world.ts";

/** Options of a command that decide about the objects of its target's names. */
export interface ResolveOptions extends Pick<PlanOptions, "vm" | "member"> {
  /** Put the instance on its image, whatever root filesystem it has. */
  readonly replaceRoot?: boolean;
}

/** Resolves everything that a target's configuration names. */
export function resolve(target: Target, world: World, options: ResolveOptions = {}): Resolved {
  const { instance } = target;
  const info = world.instances.get(objectKey(instance.project, instance.name));
  const listed = outcomeOf(() => readLxcOptions(target));
  const creation = outcomeOf(() => creationOf(target, world, withFlags(target, need(listed), options)));
  const image = outcomeOf(() => resolveImage(target, world));
  const root = options.replaceRoot
    ? image
    : info
    ? undefined
    : outcomeOf(() => resolveOrigin(target, world) ?? imageOrNone(target, image, need(creation).options));
  return {
    target,
    world,
    ...(info ? { info } : {}),
    profiles: outcomeOf(() => instanceProfiles(target, need(listed))),
    creation,
    image,
    ...(root ? { root } : {}),
    os: outcomeOf(() => targetOS(target, world, root && need(root))),
  };
}

function creationOf(target: Target, world: World, read: LxcOptions): Creation {
  const options = { ...read, config: { ...environment(target, read), ...read.config } };
  const profiles = instanceProfiles(target, options);
  return {
    options,
    profiles,
    config: expandedConfig(target, world, options),
    localDevices: outcomeOf(() => localDevices(target, world, options)),
    member: outcomeOf(() => memberOf(target, options, world)),
  };
}

/** Returns the image, or none where the options say `--empty`, with which the clients take no image. */
function imageOrNone(
  target: Target,
  resolved: Outcome<ResolvedImage>,
  { empty, vm }: LxcOptions,
): ResolvedImage {
  if (!empty) return need(resolved);
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
