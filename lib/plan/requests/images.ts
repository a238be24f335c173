/**
 * Requests about images, each built by one pure function.
 * Rule of paths and bodies: the REST API of LXD and Incus, version 1.0.
 *
 * @module
 */
import type { Request } from "../../ports/mod.ts";
import { type ImageSource, projectPath } from "./instances.ts";

/** Source and properties of a published image. */
export interface PublishBody {
  readonly source:
    | { readonly type: "snapshot"; readonly name: string }
    | { readonly type: "container" | "virtual-machine"; readonly name: string };
  readonly aliases?: readonly { readonly name: string }[];
  readonly properties: Readonly<Record<string, string>>;
  readonly public: boolean;
  readonly compression_algorithm?: string;
  readonly format?: string;
}

/** Makes an image of an instance or of a snapshot of one. */
export function publishImage(project: string, body: PublishBody): Request {
  return { method: "POST", path: projectPath(["images"], project), body };
}

/** Has the daemon copy an image of another server. */
export function pullImage(
  project: string,
  source: ImageSource,
  options: { readonly aliases: readonly string[]; readonly autoUpdate: boolean; readonly public: boolean },
): Request {
  return {
    method: "POST",
    path: projectPath(["images"], project),
    body: {
      source,
      aliases: options.aliases.map((name) => ({ name })),
      auto_update: options.autoUpdate,
      public: options.public,
    },
  };
}

/** Adds properties to an image, which images made of its instances do not get. */
export function noteOnImage(
  project: string,
  fingerprint: string,
  properties: Readonly<Record<string, string>>,
): Request {
  return { method: "PATCH", path: projectPath(["images", fingerprint], project), body: { properties } };
}

/** Replaces everything of an image that can be changed. */
export function replaceImage(
  project: string,
  fingerprint: string,
  body: Readonly<Record<string, unknown>>,
): Request {
  return { method: "PUT", path: projectPath(["images", fingerprint], project), body };
}

/** Has the daemon ask the server of an image for a newer one, which then replaces it. */
export function refreshImage(project: string, fingerprint: string): Request {
  return { method: "POST", path: projectPath(["images", fingerprint, "refresh"], project) };
}

/** Deletes an image; the instances that were made from it stay. */
export function deleteImage(project: string, fingerprint: string): Request {
  return { method: "DELETE", path: projectPath(["images", fingerprint], project) };
}

/** Gives an image a name. */
export function createAlias(project: string, name: string, target: string, description = ""): Request {
  return {
    method: "POST",
    path: projectPath(["images", "aliases"], project),
    body: { name, target, description },
  };
}

/**
 * Gives a name that an image has to another image, in one request: there is no time at which nothing has the name. A
 * `PATCH`, which would leave the description alone, hangs for ten seconds in LXD 5.0 and then fails.
 */
export function moveAlias(project: string, name: string, target: string, description = ""): Request {
  const path = projectPath(["images", "aliases", name], project);
  return { method: "PUT", path, body: { target, description } };
}

/** Takes a name from an image. */
export function deleteAlias(project: string, name: string): Request {
  return { method: "DELETE", path: projectPath(["images", "aliases", name], project) };
}
