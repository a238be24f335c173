/**
 * Plans `run` in an instance of an image alone. The daemon finds out by itself what the names of image and profiles
 * stand for, so that it need not be asked before.
 *
 * @module
 */
import type { InstanceRef, ServerInfo } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import { CONFIG_MARK, IMAGE_MARK } from "../instance/marks.ts";
import { creationSteps, removalSteps, STARTS } from "./lifetime.ts";
import type { RunOptions } from "./options.ts";
import { copySteps, programStep, readySteps } from "./steps.ts";

/** An image by its alias, and the profiles of an instance of it. */
export interface Bare extends InstanceRef {
  readonly image: string;
  readonly profiles: readonly string[];
  /** The file that a configuration of the command line counts as. */
  readonly file: string;
}

/** Plans one run of a program in an instance of an image of the daemon. */
export function planBare(
  { image, profiles, file, project, name }: Bare,
  { extensions }: Pick<ServerInfo, "extensions">,
  options: RunOptions,
): InstancePlan {
  const instance = { project, name };
  const made = {
    ...instance,
    from: image,
    body: {
      type: "container",
      source: { type: "image", alias: image },
      profiles,
      config: { [CONFIG_MARK]: file, [IMAGE_MARK]: image },
      devices: options.devices,
      description: "",
    },
  } as const;
  return {
    instance,
    steps: [
      ...creationSteps(made, extensions.has(STARTS), options),
      ...readySteps(instance, options, false),
      ...copySteps(instance, options, "in"),
      programStep(instance, options),
      ...copySteps(instance, options, "out"),
      ...removalSteps(instance, options),
    ],
  };
}
