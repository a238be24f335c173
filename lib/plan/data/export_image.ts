/**
 * Plans the image of an export, and of an import.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../base/errors.ts";
import type { ImageInfo } from "../../ports/mod.ts";
import { run, send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { removeFile } from "../commands/archive.ts";
import { findImage } from "../instance/resolve/image.ts";
import { createAlias } from "../requests/images.ts";
import { objectKey, type Target, type World } from "../world.ts";

/** The file of the image; where the image has two parts, the second one's name ends with `.root`. */
export const IMAGE_FILE = "image.tar.gz";

/** Names that the files of an image may have. */
export const IMAGE_FILES = [IMAGE_FILE, `${IMAGE_FILE}.root`] as const;

/** The image of an export, in its manifest. */
export interface ExportedImage {
  readonly file: string;
  readonly fingerprint: string;
}

/**
 * Finds the image of an instance: the image with the instance's name, the image that it was created from, or the image
 * of its configuration. It must be in the daemon's store.
 */
export function imageOf({ instance }: Target, world: World): ImageInfo | LxopsError {
  const images = world.images.get(instance.project || "default") ?? [];
  const info = world.instances.get(objectKey(instance.project, instance.name));
  const base = info?.config["volatile.base_image"];
  for (const name of [instance.name, base, instance.image]) {
    const found = name ? findImage(images, name) : undefined;
    if (found && found !== "ambiguous") return found;
  }
  return refuse(
    `The daemon's store has no image "${instance.name}", nor the one that the instance was made of`,
    [],
    ["Without --image only the filesystems are exported"],
    "missing",
  );
}

/** Plans the export of an image. Files of an earlier export are removed first, as it may have another number of parts. */
export function exportImageSteps(
  { fingerprint }: ImageInfo,
  { instance }: Target,
  directory: string,
  world: World,
): Step[] {
  const old = IMAGE_FILES.map((name) => `${directory}/${name}`).filter((path) => world.paths.get(path));
  return [
    ...old.map((path) => run(`Remove ${path}`, removeFile(path))),
    {
      title: `Export image ${fingerprint.slice(0, 12)}`,
      effect: {
        kind: "transfer",
        direction: "export",
        project: instance.project || "default",
        fingerprint,
        file: `${directory}/${IMAGE_FILE}`,
      },
    },
  ];
}

/** An image to import. */
export interface ImageImport {
  /** Absolute paths, one or two. */
  readonly files: readonly string[];
  readonly fingerprint: string;
}

/**
 * Plans the import of an image that the store does not have, with the instance's name.
 *
 * @throws {StateError} where another image has that name
 */
export function importImageSteps(
  { files, fingerprint }: ImageImport,
  { instance }: Target,
  world: World,
): Step[] {
  const project = instance.project || "default";
  const images = world.images.get(project) ?? [];
  const named = images.find(({ aliases }) => aliases.includes(instance.name));
  if (named && named.fingerprint !== fingerprint) {
    throw refuse(
      "Cannot import the image",
      `"${instance.name}" is the name of another one, ${named.fingerprint.slice(0, 12)}`,
      [`To take the name away: lxops image alias delete ${instance.name}`],
      "exists",
    );
  }
  return [
    ...(images.some((one) => one.fingerprint === fingerprint) ? [] : [{
      title: `Import image ${fingerprint.slice(0, 12)}`,
      effect: {
        kind: "transfer" as const,
        direction: "import" as const,
        project,
        files,
        properties: {},
        isPublic: false,
      },
    }]),
    ...(named
      ? []
      : [send(`Add the name ${instance.name} to it`, createAlias(project, instance.name, fingerprint))]),
  ];
}
