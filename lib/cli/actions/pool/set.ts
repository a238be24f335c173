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
import { noImage } from "./image.ts";
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
  const mending = { ...place, mend: true } as const;
  await changeSpec(mending, `Change pool ${place.ref.pool}`, values, (spec) => {
    const { resolves: _resolves, ...rest } = spec;
    const changed = { ...(settings.until ? rest : spec), ...settings };
    checkSettings(changed);
    return changed;
  });
  return EXIT.ok;
}

/** Changes the definition of a pool. */
export async function changeSpec(
  place: PoolPlace & { readonly mend?: true },
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
  if (changed.image !== spec.image && await findImage(changed, server) === undefined) {
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
