/**
 * Resolution of the text of `image:` to a source for the daemon, and its download.
 *
 * @module
 */
import type { ImageInfo } from "../../../ports/mod.ts";
import { ConfigError } from "../../../base/errors.ts";
import { usable } from "../../../instance/parts.ts";
import { quote } from "../../../base/shell.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { send } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { downloadImage, type ImageSource } from "../../requests/instances.ts";
import { problem, type Target, type World } from "../../world.ts";

/** An image that was found, or that the daemon will look up at a remote server. */
export interface ResolvedImage {
  readonly source: ImageSource;
  /** The daemon has to fetch it; whether it has it already only the daemon knows. */
  readonly remote: boolean;
  /** The text of the configuration. */
  readonly text: string;
  readonly info?: ImageInfo;
  /** The operating system that it has, where no image tells. */
  readonly os?: string;
}

/**
 * Resolves a target's image: a local alias, a fingerprint or the start of one, or `remote:alias`.
 *
 * @throws {ConfigError} where the configuration names no image, an unknown remote or an image that does not exist
 */
export function resolveImage(target: Target, world: World): ResolvedImage {
  usable(target.instance, "image");
  const text = target.instance.image;
  const fail = (message: string) => new ConfigError([problem(target, "image", message)]);
  if (!text) {
    throw new ConfigError([{
      file: target.instance.file,
      message:
        `No "image" is given for instance "${target.instance.name}", nor an "origin" to copy; an image is, for example, images:debian/13`,
      severity: "error",
    }]);
  }
  const images = world.images.get(target.instance.project) ?? [];
  const local = findImage(images, text);
  if (local === "ambiguous") throw fail(`Several images of the daemon start with fingerprint "${text}"`);
  if (local) {
    return { source: { type: "image", fingerprint: local.fingerprint }, remote: false, text, info: local };
  }
  const colon = text.indexOf(":");
  if (colon < 0) {
    throw fail(`There is no image "${text}"${nearImages(images, text)}${onServer(text, images, world)}`);
  }
  const name = text.slice(0, colon);
  const alias = text.slice(colon + 1);
  if (name === "local") {
    return resolveImage({ ...target, instance: { ...target.instance, image: alias } }, world);
  }
  const remote = world.remotes.get(name);
  if (!remote) {
    const known = [...world.remotes.keys()].sort().map((known) => `"${known}"`).join(", ");
    throw fail(
      `Unknown image remote "${name}" in "${text}"; known remotes: ${
        known || "none"
      }; an image is one of a system, as images:debian/13`,
    );
  }
  if (remote.protocol === "oci") throw fail(ociText(text, name));
  if (!alias) throw fail(`"${text}" names a remote but no image`);
  return {
    source: {
      type: "image",
      mode: "pull",
      server: remote.url,
      protocol: remote.protocol,
      alias,
      ...(remote.certificate ? { certificate: remote.certificate } : {}),
    },
    remote: true,
    text,
  };
}

/** Returns the reason why images of an OCI registry are not supported. */
export function ociText(image: string, remote: string): string {
  return `"${image}" is an OCI image, as remote "${remote}" has them, and lxops does not support these: they hold one ` +
    `program and no system that could be configured. Use an image of a system, as images:alpine/3.22`;
}

/**
 * Checks that an image has the type of the instance, where the daemon has it.
 *
 * @throws {ConfigError}
 */
export function checkImageType(target: Target, { info, text }: ResolvedImage, vm: boolean): void {
  const wanted = vm ? "virtual-machine" : "container";
  if (!info || info.type === "" || info.type === wanted) return;
  const advice = vm ? "leave out type: (--vm)" : "add type: virtual-machine (--vm)";
  const message = `Image "${text}" is one of a ${info.type.replace("-", " ")}, and not of a ${
    wanted.replace("-", " ")
  }; ${advice}, or choose another image`;
  throw new ConfigError([problem(target, "image", message)]);
}

/** Finds an image by its alias, its fingerprint, or the start of its fingerprint. */
export function findImage(images: readonly ImageInfo[], text: string): ImageInfo | "ambiguous" | undefined {
  const byAlias = images.find((image) => image.aliases.includes(text));
  if (byAlias) return byAlias;
  if (!/^[0-9a-f]{3,64}$/.test(text)) return undefined;
  const found = images.filter((image) => image.fingerprint.startsWith(text));
  return found.length > 1 ? "ambiguous" : found[0];
}

/** Returns the end of a message about a missing image: the names of similar images. */
export function nearImages(images: readonly ImageInfo[], text: string): string {
  const aliases = images.flatMap((image) => image.aliases);
  const start = text.toLowerCase().slice(0, 3);
  const meant = didYouMean(text, aliases);
  if (meant !== "") return meant;
  const near = aliases.filter((alias) => alias.toLowerCase().startsWith(start)).sort().slice(0, 5);
  const shown = near.length > 0 ? near : [...aliases].sort().slice(0, 5);
  if (shown.length === 0) return "; the daemon has no image with an alias";
  return `; the daemon has ${shown.map((alias) => `"${alias}"`).join(", ")}${
    shown.length < aliases.length ? ", ..." : ""
  }`;
}

/** Returns how an image server is named before its images, where a name resembles none that the daemon has. */
function onServer(text: string, images: readonly ImageInfo[], { remotes }: World): string {
  const [server] = [...remotes].find(([, { protocol }]) => protocol === "simplestreams") ?? [];
  const isMeant = didYouMean(text, images.flatMap(({ aliases }) => aliases)) === "";
  return server !== undefined && isMeant
    ? `; images of a server begin with its name: lxops image list ${server}:${text}`
    : "";
}

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
    ...privateAdvice(image),
  });
}

/** Returns advice for an image of another daemon, which the daemon does not find where it is private. */
function privateAdvice({ source, text }: ResolvedImage): { readonly advice?: readonly string[] } {
  if (!("protocol" in source) || source.protocol === "simplestreams") return {};
  const name = text.slice(text.indexOf(":") + 1);
  return {
    advice: [
      `If the image is private there, copy it first: lxops image copy --alias ${quote(name)} ${
        quote(text)
      }; then ` +
      `"${name}" names the copy`,
    ],
  };
}
