/**
 * The image of a pool: an image of the daemon, or one that is built from a configuration file first.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import type { FilePart } from "../../../plan/pool/of_file.ts";
import type { PoolSpec } from "../../../plan/pool/spec.ts";
import { imagePath } from "../../../plan/requests/reads.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { App } from "../../command/app.ts";
import { absentValue } from "../../command/parse.ts";
import type { BuildValues } from "../image/build_options.ts";
import type { PoolPlace } from "./place.ts";
import type { PoolValues } from "./tend.ts";

/** Values of the flags of `pool create` about an image that is built. */
export interface ImageValues extends PoolValues {
  readonly alias: string;
  readonly "host-key": string;
  readonly properties: string | undefined;
  readonly P: readonly string[];
  readonly "show-secrets"?: boolean;
}

/** The image of a new pool. */
export interface PoolImage {
  readonly image: string;
  /** The rest that the definition has of the configuration; absent: the image is one of the daemon. */
  readonly part?: FilePart;
  /** The daemon has the image; false: a dry run showed how it is built. */
  readonly isCurrent: boolean;
  readonly failures: readonly Failure[];
}

/** Returns the image that an operand means, which is built where the operand is a configuration file or its directory. */
export async function imageFor(
  what: string,
  { app, ref }: PoolPlace,
  values: ImageValues,
): Promise<PoolImage> {
  const { filesOf } = await import("../run/run.ts");
  const [file, ...more] = await filesOf(what, app);
  if (file === undefined) {
    const flag = values.alias !== "" ? "--alias" : values.P.length > 0 ? "-P" : undefined;
    if (flag === undefined) return { image: what, isCurrent: true, failures: [] };
    throw new UsageError(`${flag} is for a configuration file, and "${what}" is an image`);
  }
  if (more.length > 0) {
    throw new UsageError(`"${what}" has ${more.length + 1} configurations; name one of them`);
  }
  const [{ buildImages }, { build }, { filePart }] = await Promise.all([
    import("../image/build.ts"),
    import("../../commands/image/build.ts"),
    import("../../../plan/pool/of_file.ts"),
  ]);
  const absent = Object.entries(build.flags).map(([name, flag]) => [name, absentValue(flag)]);
  const { alias, properties, P, parallel } = values;
  const building = {
    ...Object.fromEntries(absent) as BuildValues,
    ...{ alias, properties, P, parallel, project: ref.project },
    "host-key": values["host-key"] || "new",
    "dry-run": values["dry-run"],
    "show-secrets": values["show-secrets"] ?? false,
  };
  let found: Omit<PoolImage, "failures"> | undefined;
  const { failures } = await buildImages(building, [file], app, {
    known: ({ groups, world }, isCurrent) => {
      const { target, options } = groups[0]![0]!;
      found = { image: options.alias, part: filePart(target, world, ref.pool), isCurrent };
    },
  });
  return { ...found!, failures };
}

/** Returns the error about an image that the daemon does not have. */
export async function noImage({ project, image }: PoolSpec, app: App) {
  const images = await (await app.server()).images(project);
  const remote = image.includes(":")
    ? [`To get it: lxops image copy --alias ${image.replace(/^.*:/, "").replaceAll("/", "-")} ${image}`]
    : [];
  return missing("image", image, { known: images.flatMap(({ aliases }) => aliases), advice: remote });
}

/** Returns the type of the instances of an image. */
export async function typeOf(project: string, fingerprint: string, app: App): Promise<PoolSpec["type"]> {
  const found = await (await app.server()).get(imagePath(project, fingerprint));
  const type = typeof found === "object" && found !== null && "type" in found ? found.type : undefined;
  return type === "virtual-machine" ? "virtual-machine" : "container";
}
