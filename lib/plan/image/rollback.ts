/**
 * Plans `image rollback`: an alias returns to an image that it had before, in one request.
 *
 * @module
 */
import { missing } from "../../base/missing.ts";
import { refuse } from "../../base/errors.ts";
import type { ImageInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { findImage } from "../instance/resolve/image.ts";
import { createAlias, moveAlias } from "../requests/images.ts";
import type { HostSecret } from "./key.ts";
import { builtAt, versionBefore, versionsOf } from "./versions.ts";

/** The alias to move back. */
export interface RollbackOptions {
  readonly project: string;
  readonly alias: string;
  /** The image that it is to have, by its fingerprint or another name; empty: the one before. */
  readonly to: string;
  /** Description of the alias, which it keeps. */
  readonly description: string;
  /** The secret of the user, which tells the images that this user's lxops has built from others. */
  readonly secret: HostSecret;
}

/** Plans the move of an alias to an image that it had before. */
export function planRollback(
  { project, alias, to, description, secret }: RollbackOptions,
  images: readonly ImageInfo[],
): readonly Step[] {
  const versions = versionsOf(alias, images, secret);
  if (versions.length === 0) {
    const known = images.flatMap(({ aliases }) => aliases);
    throw missing("image", alias, { known, advice: ["Nothing was changed."] });
  }
  const current = versions.find(({ isCurrent }) => isCurrent)?.image;
  const what = `Cannot roll image "${alias}" back`;
  const history = [`To see the images that it had: lxops image history ${alias}`];
  const chosen = to === "" ? versionBefore(versions) : findImage(versions.map(({ image }) => image), to);
  if (chosen === "ambiguous") {
    throw refuse(what, `several of its images start with "${to}"`, history, "missing");
  }
  if (!chosen) {
    const why = to === ""
      ? "the daemon has no earlier image of that name; lxops image prune keeps some of them"
      : `"${to}" is no image that it had, as far as this user's lxops has noted`;
    throw refuse(
      what,
      why,
      [...history, `To give it to another: lxops image rollback ${alias} IMAGE`],
      "missing",
    );
  }
  // A run that was cut off may have moved it.
  if (chosen === current) return [];
  const title = `Point the name ${alias} to image ${short(chosen)} of ${builtAt(chosen) || "unknown time"}`;
  return current
    ? [
      send(title, moveAlias(project, alias, chosen.fingerprint, description), {
        undo: { kind: "send" as const, ...moveAlias(project, alias, current.fingerprint, description) },
      }),
    ]
    : [send(title, createAlias(project, alias, chosen.fingerprint))];
}

function short({ fingerprint }: ImageInfo): string {
  return fingerprint.slice(0, 12);
}
