/**
 * `buildImage()`: images of configurations.
 *
 * @module
 */
import { call } from "./call.ts";
import type { Client } from "./client.ts";
import { failedError } from "./errors.ts";
import { type Files, listOf } from "./instances.ts";
import type { BuildImageOptions } from "./options.ts";
import { valuesOf } from "./values.ts";

/** An image that was built, or was there. */
export interface BuiltImage {
  /** Its name. */
  readonly alias: string;
  /** Its fingerprint. */
  readonly fingerprint: string;
  /** It is new, it has got its name back, or it was there already. */
  readonly state: "built" | "named" | "unchanged";
}

/**
 * Builds images of configurations, as `lxops image build` does: only those of which something has changed.
 *
 * ```ts
 * import { buildImage, incus, open } from "@lxops/lxops";
 *
 * const [image] = await buildImage(open({ backend: incus }), "ci.yaml", { alias: "ci/debian" });
 * console.log(image?.fingerprint, image?.state);
 * ```
 *
 * @throws {LxopsError} one of the classes that `launch()` names
 */
export async function buildImage(
  client: Client,
  files: Files,
  options: BuildImageOptions = {},
): Promise<readonly BuiltImage[]> {
  return await call(client, options, async ({ app }) => {
    const [{ build }, { buildImages }] = await Promise.all([
      import("../cli/commands/image/build.ts"),
      import("../cli/actions/image/build.ts"),
    ]);
    const { imageProperties = {}, ...rest } = options;
    const properties = Object.entries(imageProperties).map(([key, value]) => `${key}=${value}`);
    const values = valuesOf(build, rest) as unknown as Parameters<typeof buildImages>[0];
    const { images = [], failures } = await buildImages(values, [...listOf(files), ...properties], app);
    if (failures.length > 0) throw failedError(failures);
    return images.flatMap(({ alias, fingerprint, state }) =>
      state === "failed" ? [] : [{ alias, fingerprint, state }]
    );
  });
}
