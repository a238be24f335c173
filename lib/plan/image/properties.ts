/**
 * Properties of images that lxops builds. Those that begin with `lxops.` are set on the finished image and are not in
 * its files: Incus copies the properties in an image's files to each image that is published from its instances, so
 * that a changed image would have the key of its origin.
 *
 * @module
 */

/** Names of the properties of an image that lxops builds; both daemons accept them, also as filters of lists. */
export const IMAGE_PROPERTIES = {
  /** Name of the operating system, as of the base: `debian`. */
  os: "os",
  /** Release of the operating system, as of the base: `trixie`. */
  release: "release",
  /** Base name of the recipe, without extension. */
  variant: "variant",
  /** Text that tells builds apart: the time of the build, or what the user says. */
  serial: "serial",
  /** First line of the recipe's description. */
  description: "description",
  architecture: "architecture",
  /** Alias that the image was built for; the image stays this alias's earlier image once the alias has moved on. */
  alias: "lxops.alias",
  /** Time of the build, in UTC: `2026-11-30T08:15:00Z`. */
  built: "lxops.built",
  /** Commit of the recipe's git repository; with `-dirty` where it had changes. Absent where there is no repository. */
  commit: "lxops.commit",
  /** SHA-256 of everything that goes into the image. */
  key: "lxops.key",
  /** Absolute path or URL of the recipe. */
  recipe: "lxops.recipe",
  /** Properties of the recipe, as `-P` gives them: a JSON object of texts. Absent where there are none. */
  parameters: "lxops.parameters",
  /** Options of the build that an update repeats (checks, compression, ...): a JSON object. Absent where there are none. */
  options: "lxops.options",
  /** Fingerprint of the image that it was built from. */
  base: "lxops.base",
  /** Name of that image, as the recipe has it: `images:debian/13`, or an alias of the daemon. */
  baseAlias: "lxops.base-alias",
  /** Fingerprint of the image that had the alias before. Absent where there was none. */
  previous: "lxops.previous",
  /** Part of a build that an internal image keeps: `packages`. Absent on images for users. */
  level: "lxops.level",
} as const;

/** Ending of the aliases of internal images that have the packages of a recipe, and nothing after them. */
export const PACKAGES_SUFFIX = "@packages";

/** Returns the alias of the internal image that keeps the packages of the recipe of an alias. */
export function packagesAlias(alias: string): string {
  return `${alias}${PACKAGES_SUFFIX}`;
}

/** Notes of lxops on an image that it built. */
export interface BuiltImage {
  readonly alias: string;
  readonly built: string;
  readonly key: string;
  readonly recipe: string;
  readonly base: string;
  readonly baseAlias: string;
  readonly commit?: string;
  readonly previous?: string;
  readonly parameters?: string;
  readonly options?: string;
  readonly level?: string;
}

/** Returns the properties with the notes of lxops. */
export function builtProperties(image: BuiltImage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    NOTES.flatMap((name) => image[name] ? [[IMAGE_PROPERTIES[name], image[name]]] : []),
  );
}

/** Returns the notes of lxops on an image; `undefined` where lxops did not build it. */
export function builtImage(properties: Readonly<Record<string, string>>): BuiltImage | undefined {
  const noted = Object.fromEntries(
    NOTES.flatMap((name) => {
      const value = properties[IMAGE_PROPERTIES[name]];
      return value ? [[name, value]] : [];
    }),
  );
  return NEEDED.every((name) => name in noted) ? noted as unknown as BuiltImage : undefined;
}

const NEEDED = ["alias", "built", "key", "recipe", "base", "baseAlias"] as const satisfies readonly (
  keyof BuiltImage
)[];

const NOTES = [...NEEDED, "commit", "previous", "parameters", "options", "level"] as const;
