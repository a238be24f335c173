/**
 * `pool set`, `pool enable` and `pool disable`: changes of the definition of a pool.
 *
 * @module
 */
import { ConfigError, EXIT, UsageError } from "../../../base/errors.ts";
import { DEFINITION_KEYS, definitionName } from "../../../plan/pool/names.ts";
import { plainSpec, type PoolSpec, readablePart, specText } from "../../../plan/pool/spec.ts";
import { patchProfile } from "../../../plan/requests/instances.ts";
import { findImage } from "../../../run/pool/observe.ts";
import { noPool, readSpec } from "../../../run/pool/ports.ts";
import { send } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { imageFor, noImage, type PoolImage } from "./image.ts";
import { poolAt, type PoolPlace } from "./place.ts";
import { checkSettings, settingsOf } from "./settings.ts";
import { lockDefinition, type PoolValues } from "./tend.ts";

/** `pool set`. */
export async function set(
  values: PoolValues,
  [operand, ...pairs]: readonly string[],
  app: App,
): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  const settings = settingsOf(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1 || at === pair.length - 1) throw new UsageError(`pool set takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
  if (settings.mode !== undefined) {
    throw new UsageError("The mode of a pool cannot be changed: make another pool");
  }
  const built = await builtFor(settings.image, settings.hostKeys, place, values);
  const [failure] = built?.failures ?? [];
  // The build has printed it.
  if (failure) return failure.error.exitCode;
  const mending = { ...place, mend: true, isBuilt: built?.isCurrent === false } as const;
  await changeSpec(mending, `Change pool ${place.ref.pool}`, values, (spec) => {
    const { resolves: _resolves, ...rest } = spec;
    const changed = { ...(settings.until ? rest : spec), ...settings, ...partOf(spec, built) };
    checkSettings(changed);
    return changed;
  });
  return EXIT.ok;
}

/**
 * Builds the image of a pool where its new one is a configuration file or a directory of one; `undefined` where it is an
 * image of the daemon, or stays.
 */
async function builtFor(
  image: string | undefined,
  hostKeys: PoolSpec["hostKeys"] | undefined,
  place: PoolPlace,
  values: PoolValues,
): Promise<PoolImage | undefined> {
  if (image === undefined) return undefined;
  const { filesOf } = await import("../run/run.ts");
  if ((await filesOf(image, place.app)).length === 0) return undefined;
  // Nothing is built for a pool that does not exist.
  const spec = await readSpec(place.ref, { server: await place.app.server() }).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    return plainSpec(place.ref);
  });
  if (!spec) throw noPool(place.ref);
  return await imageFor(image, place, {
    ...values,
    alias: "",
    "host-key": hostKeys ?? spec.hostKeys,
    properties: undefined,
    P: [],
  });
}

/** Returns what a definition has of a configuration; keys that the configuration does not name stay. */
function partOf({ config }: PoolSpec, built: PoolImage | undefined): Partial<PoolSpec> {
  if (!built?.part) return {};
  return { ...built.part, config: { ...config, ...built.part.config }, image: built.image };
}

/** Changes the definition of a pool. */
export async function changeSpec(
  place: PoolPlace & {
    readonly mend?: true;
    /** A dry run shows how the new image is built, which the daemon does not have yet. */
    readonly isBuilt?: boolean;
  },
  title: string,
  values: Pick<PoolValues, "dry-run">,
  change: (spec: PoolSpec) => PoolSpec,
): Promise<void> {
  const { app, ref } = place;
  await lockDefinition(place, "pool set", values);
  const server = await app.server();
  let isUnreadable = false;
  const spec = await readSpec(ref, { server }).catch(async (error: unknown) => {
    if (!(error instanceof ConfigError) || !place.mend) throw error;
    isUnreadable = true;
    return await mended(place);
  });
  if (!spec) throw noPool(ref);
  const changed = change(spec);
  if (changed.image !== spec.image && !place.isBuilt && await findImage(changed, server) === undefined) {
    throw await noImage(changed, app);
  }
  const isSame = !isUnreadable && specText(changed) === specText(spec);
  const steps = isSame ? [] : [changeStep(title, changed)];
  await applySteps(app, steps, { dryRun: values["dry-run"] });
}

/** Returns what can be read of a definition that cannot be followed, with defaults in the place of the rest. */
async function mended({ app, ref }: PoolPlace): Promise<PoolSpec | undefined> {
  const profiles = await (await app.server()).profiles(ref.project);
  const profile = profiles.find(({ name }) => name === definitionName(ref.pool));
  if (!profile) return undefined;
  const { part, lost } = readablePart(profile);
  const names = lost.length > 0 ? `: ${lost.join(", ")}` : "";
  app.complain(
    `note: the definition of pool "${ref.pool}" cannot be read${names}; what is lost becomes the default`,
  );
  return { ...plainSpec(ref), ...part, ...ref };
}

/** Returns the step that replaces the definition of a pool. */
export function changeStep(title: string, spec: PoolSpec): Step {
  const config = { [DEFINITION_KEYS.spec]: specText(spec) };
  return send(title, patchProfile(spec.project, definitionName(spec.pool), { config }));
}

/** `pool enable`. */
export async function enable(values: PoolValues, [operand]: readonly string[], app: App): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  await changeSpec(place, `Enable pool ${place.ref.pool}`, values, (spec) => ({ ...spec, enabled: true }));
  return EXIT.ok;
}

/** `pool disable`. */
export async function disable(values: PoolValues, [operand]: readonly string[], app: App): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  await changeSpec(place, `Disable pool ${place.ref.pool}`, values, (spec) => ({ ...spec, enabled: false }));
  return EXIT.ok;
}
