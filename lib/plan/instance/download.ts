/**
 * The download of an image of another server into the daemon's store.
 *
 * @module
 */
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import type { ResolvedImage } from "./image.ts";
import { downloadImage } from "../requests/instances.ts";
import type { Target } from "../world.ts";

/**
 * Returns the step that makes the daemon fetch an image. It changes nothing where the daemon has the image;
 * later requests use the same name.
 */
export function downloadStep(target: Target, image: ResolvedImage, vm: boolean): Step {
  const source = vm && "mode" in image.source
    ? { ...image.source, image_type: "virtual-machine" } as const
    : image.source;
  // Incus gives an image that it has from elsewhere its own aliases once more, and stumbles over them.
  return send(`Download image ${image.text}`, downloadImage(target.instance.project, source), {
    already: "Alias already exists",
  });
}
