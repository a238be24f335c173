/**
 * The commands of `image` that move no image.
 *
 * @module
 */
import { compareTexts } from "../../../base/order.ts";
import { EXIT, StateError, UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { findImage, nearImages } from "../../../plan/instance/resolve/image.ts";
import { createAlias, deleteAlias, deleteImage } from "../../../plan/requests/images.ts";
import { aliasPath } from "../../../plan/requests/reads.ts";
import type { ImageInfo } from "../../../ports/mod.ts";
import type { Effect } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { type ListValues as ListForm, printList } from "../../output/listing.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { ALIASES, IMAGE_INSTANCES } from "../../results/images.ts";

/** Values of flags that say where. */
export interface ProjectValues {
  readonly project: string;
}

interface ListValues extends ProjectValues, ListForm {}

interface ChangeValues extends ProjectValues {
  readonly "dry-run": boolean;
}

/** Returns the image of an alias or of (the start of) a fingerprint. */
export function imageNamed(images: readonly ImageInfo[], name: string): ImageInfo {
  if (name === "") throw new UsageError("The name of the image is empty");
  const found = findImage(images, name);
  if (found === "ambiguous") {
    throw new UsageError(`The fingerprint "${name}" is ambiguous: several images start with it`);
  }
  if (!found) {
    throw new StateError(`There is no image "${name}"${nearImages(images, name)}`, { kind: "missing" });
  }
  return found;
}

/** Returns the images of a project of a daemon. */
export async function imagesAt(app: App, project: string): Promise<readonly ImageInfo[]> {
  return await (await app.server()).images(project);
}

/** Runs `image instances`. */
export async function instances(
  values: ListValues,
  filters: readonly string[],
  app: App,
): Promise<number> {
  const project = await projectOf(app, values.project);
  const [images, found] = await Promise.all([
    imagesAt(app, project),
    app.server().then((server) => server.instances(project)),
  ]);
  const labels = new Map(images.map((image) => [image.fingerprint, labelOf(image)]));
  const rows = found.map((info) => {
    const fingerprint = info.config["volatile.base_image"] ?? "";
    return { image: labels.get(fingerprint) ?? fingerprint.slice(0, 12), instance: info.name };
  }).filter(({ image, instance }) => fitsName([image, instance], filters))
    .sort((a, b) => compareTexts(a.image, b.image) || compareTexts(a.instance, b.instance));
  await printList(app, IMAGE_INSTANCES, rows, values);
  return EXIT.ok;
}

function labelOf(image: ImageInfo): string {
  return image.aliases[0] || image.properties["name"] || image.fingerprint;
}

/** Runs `image delete`. */
export async function deleteImages(
  values: ChangeValues & { readonly unnamed: boolean; readonly name: readonly string[] },
  operands: readonly string[],
  app: App,
): Promise<number> {
  if (values.name.length > 0 && !values.unnamed) throw new UsageError("--name needs --unnamed");
  const places = operands.map((operand) => remoteOf(app, operand));
  if (new Set(places.map((place) => place.app)).size > 1) {
    throw new UsageError("Images of different daemons cannot be deleted in one command");
  }
  const there = places[0]!.app;
  const project = await projectOf(there, values.project);
  const images = await imagesAt(there, project);
  const chosen = new Map(places.map(({ name }) => {
    const image = imageNamed(images, name);
    return [image.fingerprint, name];
  }));
  return await change(
    there,
    values,
    [...chosen].map(([fingerprint, name]) => [
      `Delete image ${name}`,
      values.unnamed
        ? { kind: "forget", project, fingerprint, ...values.name.length > 0 ? { names: values.name } : {} }
        : { kind: "send", ...deleteImage(project, fingerprint) },
    ]),
  );
}

/** Runs `image alias list`. */
export async function aliases(values: ListValues, filters: readonly string[], app: App): Promise<number> {
  const images = await imagesAt(app, await projectOf(app, values.project));
  const rows = images.flatMap((image) =>
    image.aliases.filter((alias) => fitsName(alias, filters)).map((alias) => ({
      alias,
      fingerprint: image.fingerprint,
    }))
  )
    .sort((a, b) => compareTexts(a.alias, b.alias));
  await printList(app, ALIASES, rows, values);
  return EXIT.ok;
}

/** Runs `image alias create`. */
export async function createAliasOf(
  values: ChangeValues,
  [name, image]: readonly string[],
  app: App,
): Promise<number> {
  const project = await projectOf(app, values.project);
  const { fingerprint } = imageNamed(await imagesAt(app, project), image!);
  return await change(app, values, [[
    `Add the name ${name} to image ${fingerprint.slice(0, 12)}`,
    { kind: "send", ...createAlias(project, name!, fingerprint) },
  ]]);
}

/** Runs `image alias delete`. */
export async function deleteAliases(
  values: ChangeValues,
  names: readonly string[],
  app: App,
): Promise<number> {
  const project = await projectOf(app, values.project);
  return await change(
    app,
    values,
    names.map((name) => [
      `Delete the name ${name}`,
      { kind: "send", ...deleteAlias(project, name) },
    ]),
  );
}

/** Runs `image alias rename` by two requests, as the daemon's own renaming hangs for ten seconds in LXD 5.0. */
export async function renameAliasOf(
  values: ChangeValues,
  [name, newName]: readonly string[],
  app: App,
): Promise<number> {
  const project = await projectOf(app, values.project);
  const server = await app.server();
  const [found, other] =
    (await Promise.all([name!, newName!].map((one) => server.get(aliasPath(project, one)))))
      .map(aliasOf);
  if (!found) {
    const images = await imagesAt(app, project);
    throw missing("image alias", name!, { known: images.flatMap(({ aliases }) => aliases) });
  }
  const { target, description } = found;
  const create = createAlias(project, newName!, String(target), String(description ?? ""));
  // A run that was cut off may have given the image its new name already.
  const isNamed = name !== newName && other !== undefined && other.target === target;
  return await change(app, values, [
    ...(isNamed
      ? []
      : [[`Add the name ${newName} to the image of ${name}`, { kind: "send", ...create }] as const]),
    [`Delete the name ${name}`, { kind: "send", ...deleteAlias(project, name!) }],
  ]);
}

/** Returns an alias from the daemon's answer; `undefined` where it does not exist. */
function aliasOf(found: unknown): { readonly target?: unknown; readonly description?: unknown } | undefined {
  return typeof found === "object" && found !== null ? found : undefined;
}

async function change(
  app: App,
  values: ChangeValues,
  effects: readonly (readonly [string, Effect])[],
): Promise<number> {
  await applySteps(app, effects.map(([title, effect]) => ({ title, effect })), { dryRun: values["dry-run"] });
  return EXIT.ok;
}
