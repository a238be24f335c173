/**
 * Chooses the images that `image update` updates, and plans the updates that the daemon does itself.
 *
 * @module
 */
import { missing } from "../../base/missing.ts";
import { refuse } from "../../base/errors.ts";
import type { ImageInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { refreshImage } from "../requests/images.ts";
import { type BuiltImage, builtImage } from "./properties.ts";

/** Replaces the key of an image that was changed by hand: no recipe makes it. */
export const EDITED = "edited";

/** An image that is brought up to date. */
export interface Updated {
  readonly alias: string;
  readonly image: ImageInfo;
  /** Notes of its build; absent: it was copied from a server. */
  readonly built?: BuiltImage;
}

/**
 * Chooses images: those that are named, or all that were built from a recipe or copied from a server and have a name.
 * An image that is built from another one of them comes after it. The names in `foreign` are of images that lxops of
 * another user has built.
 */
export function updatable(
  names: readonly string[],
  images: readonly ImageInfo[],
  foreign: ReadonlySet<string> = new Set(),
): readonly Updated[] {
  const chosen = names.length > 0
    ? [...new Set(names)].map((name) => namedOne(name, images, foreign))
    : images.flatMap(every);
  const ordered: Updated[] = [];
  for (let left = chosen; left.length > 0;) {
    const waiting = new Set(left.map(({ alias }) => alias));
    const next = left.filter(({ built, alias }) =>
      !built || built.baseAlias === alias || !waiting.has(baseOf(built))
    );
    // The build refuses images that would be built from each other.
    const taken = next.length > 0 ? next : left;
    ordered.push(...taken);
    left = left.filter((one) => !taken.includes(one));
  }
  return ordered;
}

function namedOne(name: string, images: readonly ImageInfo[], foreign: ReadonlySet<string>): Updated {
  const image = images.find(({ aliases }) => aliases.includes(name));
  if (!image) throw missing("image", name, { known: images.flatMap(({ aliases }) => aliases) });
  const built = builtImage(image.properties);
  if (built && built.recipe !== "") return { alias: name, image, built };
  if (image.origin) return { alias: name, image };
  throw refuse(
    `Cannot update image "${name}"`,
    foreign.has(name)
      ? "this user's lxops has not built it here, and does not follow what others have noted on it"
      : "lxops did not build it from a configuration, and the daemon did not copy it from a server",
    [`To build it: lxops image build --adopt --alias ${name} FILE`],
  );
}

/** Returns the updates of an image where no names are given. */
function every(image: ImageInfo): Updated[] {
  const built = builtImage(image.properties);
  if (built) {
    const isOwn = built.level === undefined && built.key !== EDITED && image.aliases.includes(built.alias);
    return isOwn ? [{ alias: built.alias, image, built }] : [];
  }
  return image.origin && image.aliases.length > 0 ? [{ alias: image.aliases[0]!, image }] : [];
}

function baseOf({ baseAlias }: BuiltImage): string {
  return baseAlias.replace(/^local:/, "");
}

/** Returns the images of servers that updates depend on: those that are copies, and the bases of the others. */
export function copiesOf(updated: readonly Updated[], images: readonly ImageInfo[]): readonly ImageInfo[] {
  const wanted = new Set(updated.map(({ image, built }) => built?.base ?? image.fingerprint));
  return images.filter(({ fingerprint, origin }) => origin && wanted.has(fingerprint));
}

/** Plans that the daemon asks servers for newer images, and replaces those that it has. */
export function planRefresh(copies: readonly ImageInfo[], project: string): readonly Step[] {
  return copies.map(({ fingerprint, origin, aliases }) =>
    send(
      `Have the daemon update image ${
        aliases[0] ?? fingerprint.slice(0, 12)
      } from ${origin?.server} ${origin?.alias}`,
      refreshImage(project, fingerprint),
    )
  );
}
