/**
 * The commands of `image` that move images.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import { ociText } from "../../../plan/instance/resolve/image.ts";
import { createAlias, pullImage } from "../../../plan/requests/images.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { needExtension } from "../../shared/extensions.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { isDirectory, targetFile } from "../../shared/target_file.ts";
import { imageNamed, imagesAt, type ProjectValues } from "./image.ts";

interface ChangeValues extends ProjectValues {
  readonly "dry-run": boolean;
}

interface NewImageValues extends ChangeValues {
  readonly alias: readonly string[];
  readonly public: boolean;
}

interface CopyValues extends NewImageValues {
  readonly "from-project": string;
  readonly "copy-aliases": boolean;
  readonly "auto-update": boolean;
  readonly vm: boolean;
}

/** Runs `image copy`. */
export async function copy(
  values: CopyValues,
  [operand, destination = ""]: readonly string[],
  app: App,
): Promise<number> {
  const to = remoteOf(app, destination);
  if (to.name !== "") throw new UsageError(`"${destination}" is not of the form REMOTE:`);
  const project = await projectOf(to.app, values.project);
  const colon = operand!.indexOf(":");
  const remote = colon < 0 ? await app.remote() : operand!.slice(0, colon);
  const name = operand!.slice(colon + 1);
  const servers = await app.imageRemotes();
  const server = colon < 0 ? undefined : servers.get(remote);
  if (server?.protocol === "oci") throw new UsageError(ociText(operand!, remote));
  if (server?.protocol === "simplestreams") {
    const { url, protocol, certificate } = server;
    const source = {
      type: "image",
      mode: "pull",
      server: url,
      protocol,
      alias: name,
      ...(certificate ? { certificate } : {}),
      ...(values.vm ? { image_type: "virtual-machine" as const } : {}),
    } as const;
    if (values.vm) await needExtension(await to.app.server(), "virtual-machines", "--vm");
    const options = { aliases: values.alias, autoUpdate: values["auto-update"], public: values.public };
    const step: Step = {
      title: `Copy ${operand}`,
      effect: { kind: "send", ...pullImage(project, source, options) },
    };
    await applySteps(to.app, [step], { dryRun: values["dry-run"] });
    return EXIT.ok;
  }
  for (const flag of ["auto-update", "vm"] as const) {
    if (values[flag]) throw new UsageError(`-${flag} is for images of simplestreams servers`);
  }
  const from = colon < 0 ? app : app.withRemote(remote);
  const fromProject = await projectOf(from, values["from-project"]);
  const image = imageNamed(await imagesAt(from, fromProject), name);
  const there = (await imagesAt(to.app, project)).find(({ fingerprint }) =>
    fingerprint === image.fingerprint
  );
  const names = [...new Set([...values.alias, ...(values["copy-aliases"] ? image.aliases : [])])];
  const { fingerprint } = image;
  const steps: Step[] = there ? [] : [{
    title: `Copy ${operand}`,
    effect: {
      kind: "transfer",
      direction: "relay",
      remote,
      fromProject,
      fingerprint,
      project,
      isPublic: values.public,
    },
  }];
  steps.push(...aliasSteps(project, fingerprint, names.filter((alias) => !there?.aliases.includes(alias))));
  await applySteps(to.app, steps, { dryRun: values["dry-run"] });
  return EXIT.ok;
}

function aliasSteps(project: string, fingerprint: string, names: readonly string[]): Step[] {
  return names.map((name) => ({
    title: `Add the name ${name} to it`,
    effect: { kind: "send", ...createAlias(project, name, fingerprint) },
  }));
}

/** Runs `image export`. */
export async function exportImage(
  values: ChangeValues,
  [operand, file]: readonly string[],
  app: App,
): Promise<number> {
  const { app: there, name } = remoteOf(app, operand!);
  const project = await projectOf(there, values.project);
  const { fingerprint } = imageNamed(await imagesAt(there, project), name);
  const step: Step = {
    title: `Export image ${name}`,
    effect: {
      kind: "transfer",
      direction: "export",
      project,
      fingerprint,
      file: file === "-" ? file : await targetFile(file ?? ".", app),
    },
  };
  await applySteps(there, [step], { dryRun: values["dry-run"], passOutput: file === "-" });
  return EXIT.ok;
}

function absolute(path: string, app: App): string {
  return path === "-" || path.startsWith("/") ? path : `${app.host.cwd}/${path}`;
}

/** Runs `image import`. */
export async function importImage(
  values: NewImageValues & { readonly property: readonly string[] },
  operands: readonly string[],
  app: App,
): Promise<number> {
  const last = operands.at(-1)!;
  const elsewhere = operands.length > 1 && last.endsWith(":");
  const there = elsewhere ? app.withRemote(last.slice(0, -1)) : app;
  const files = (elsewhere ? operands.slice(0, -1) : operands).map((path) => absolute(path, app));
  if (files.length > 2) throw new UsageError(`image import takes one file or two, not "${files[2]}"`);
  const properties = Object.fromEntries(values.property.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--property takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
  for (const file of files) {
    if (await isDirectory(file, app)) {
      throw new UsageError(
        `Cannot import "${file}": it is a directory; an image is one file or two: FILE [ROOTFS]`,
      );
    }
  }
  const project = await projectOf(there, values.project);
  const fingerprint = await app.host.sha256(files);
  if (fingerprint === undefined) throw new UsageError(`There is no file "${files.join('" or no file "')}"`);
  const old = (await imagesAt(there, project)).find((image) => image.fingerprint === fingerprint);
  const steps: Step[] = old ? [] : [{
    title: `Import image ${fingerprint.slice(0, 12)}`,
    effect: { kind: "transfer", direction: "import", project, files, properties, isPublic: values.public },
  }];
  steps.push(
    ...aliasSteps(project, fingerprint, values.alias.filter((name) => !old?.aliases.includes(name))),
  );
  await applySteps(there, steps, { dryRun: values["dry-run"] });
  return EXIT.ok;
}
