/**
 * `pool create` and `pool set`.
 *
 * @module
 */
import { refuseMisplacedFlag } from "../../shared/misplaced_flag.ts";
import { ConfigError, EXIT, refuse, UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { decide } from "../../../plan/pool/decide.ts";
import { generationOf } from "../../../plan/pool/generation.ts";
import { DEFINITION_KEYS, definitionName } from "../../../plan/pool/names.ts";
import {
  isReserved,
  plainSpec,
  type PoolSpec,
  readablePart,
  specOf,
  specText,
} from "../../../plan/pool/spec.ts";
import { planPool } from "../../../plan/pool/steps.ts";
import { createProfile, deleteProfile, patchProfile } from "../../../plan/requests/instances.ts";
import { imagePath } from "../../../plan/requests/reads.ts";
import { poolLock } from "../../../run/lock/names.ts";
import { findImage } from "../../../run/pool/observe.ts";
import { noPool, readInstances, readSpec } from "../../../run/pool/ports.ts";
import type { ProfileInfo } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { PoolRef } from "../../../step/pool.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { NESTING, resourcesOf } from "../run/options.ts";
import { changes, poolAt, type PoolPlace } from "./place.ts";
import { checkSettings, settingsOf } from "./settings.ts";
import { applyAll, batchOf, lockDefinition, optionsOf, type PoolValues, tendPool } from "./tend.ts";

/** Values of the flags of `pool create`. */
export interface CreateValues extends PoolValues {
  readonly size: string;
  readonly max: string;
  readonly ready: string;
  readonly mode: string;
  readonly lease: string;
  readonly "max-age": string;
  readonly reset: string;
  readonly wait: string;
  readonly "wait-timeout": string;
  readonly "ssh-user": string;
  readonly "host-key": string;
  readonly profile: readonly string[];
  readonly config: readonly string[];
  readonly limits: string;
  readonly nesting: boolean;
}

const SETTINGS = [
  ...["size", "max", "ready", "mode", "lease", "max-age", "reset", "wait"],
  ...["wait-timeout", "ssh-user", "host-key"],
] as const;

/** `pool create`. */
export async function create(
  values: CreateValues,
  [operand, image, ...rest]: readonly string[],
  app: App,
): Promise<number> {
  // What separates the program is still there, as it comes behind the image.
  const program = rest[0] === "--" ? rest.slice(1) : rest;
  // "pool create NAME --size 2 IMAGE"
  refuseMisplacedFlag("pool create", operand!, image);
  refuseMisplacedFlag("pool create", image!, rest[0]);
  const place = await poolAt(app, operand!, values.project);
  const spec = specFor(place, image!, program, values);
  const { ref } = place;
  await lockDefinition(place, "pool create", values);
  const server = await place.app.server();
  const [profiles, fingerprint, info] = await Promise.all([
    server.profiles(ref.project),
    findImage(spec, server),
    server.server(),
  ]);
  const there = profiles.find(({ name }) => name === definitionName(ref.pool));
  if (there) throw alreadyThere(there, ref);
  const absent = spec.profiles.find((one) => profiles.every(({ name }) => name !== one));
  if (absent !== undefined) throw missing("profile", absent, { known: profiles.map(({ name }) => name) });
  if (fingerprint === undefined) throw await noImage(spec, place.app);
  const typed: PoolSpec = { ...spec, type: await typeOf(ref.project, fingerprint, place.app) };
  const generation = generationOf(typed, fingerprint, profiles);
  const decision = decide({ spec: typed, generation, members: [], leases: new Map(), now: 0 });
  const random = place.app.random();
  const making = { spec: typed, generation, fingerprint, extensions: info.extensions, random };
  const definition = createProfile(ref.project, definitionName(ref.pool), {
    description: `Pool ${ref.pool} of lxops; change it with: lxops pool set ${ref.pool}`,
    config: { [DEFINITION_KEYS.spec]: specText(typed) },
    devices: {},
  });
  const first = [send(`Create pool ${ref.pool}`, definition, {
    makes: [{ kind: "profile", project: ref.project, name: definitionName(ref.pool) }],
  })];
  if (changes(values)) {
    await place.app.lock([await poolLock(ref)], { command: "pool create", seconds: 0 });
  }
  try {
    const create = changes(values) ? Math.min(decision.create, batchOf(values)) : decision.create;
    await applyAll(place.app, { first, each: planPool({ ...decision, create }, typed, making) }, {
      ...optionsOf(values),
      random,
    });
    // More than a few are made only once those have become ready.
    if (create < decision.create) await tendPool(place, values);
  } catch (error) {
    if (changes(values) && !place.app.signal.aborted) await takeBack(place);
    throw error;
  }
  return EXIT.ok;
}

/** Removes the definition of a pool again of which no instance could be made: each further one would fail like them. */
async function takeBack({ app, ref: { project, pool } }: PoolPlace): Promise<void> {
  const server = await app.server();
  const left = await readInstances({ project, pool }, { server });
  if (left.length > 0) return;
  const step = send(`Delete pool ${pool} again`, deleteProfile(project, definitionName(pool)), {
    already: "not found",
  });
  await applySteps(app, [step], { dryRun: false });
}

/** Returns the error about a profile that has the name of a new pool's definition. */
function alreadyThere(profile: ProfileInfo, { project, pool }: PoolRef) {
  const what = `Cannot create pool "${pool}"`;
  if (!specOf(profile, project)) {
    const reason = `profile "${profile.name}" is there, and defines no pool`;
    return refuse(what, reason, ["To make the pool, delete that profile first"], "exists");
  }
  return refuse(what, "it exists", [
    `To look at it: lxops pool status ${pool}`,
    `To change it: lxops pool set ${pool} KEY=VALUE`,
  ], "exists");
}

function specFor(
  { ref }: PoolPlace,
  image: string,
  program: readonly string[],
  values: CreateValues,
): PoolSpec {
  if (values.size === "") {
    throw new UsageError("pool create needs --size, the number of instances that wait to be taken");
  }
  const settings = settingsOf(SETTINGS.map((name) => [name, values[name]]));
  const size = settings.size ?? 0;
  const config = {
    ...resourcesOf(values.limits),
    ...(values.nesting ? NESTING : {}),
    ...Object.fromEntries(values.config.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UsageError(`--config takes KEY=VALUE, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    })),
  };
  const own = Object.keys(config).find(isReserved);
  if (own !== undefined) throw new UsageError(`"${own}" is a key that only lxops and the daemon set`);
  const spec: PoolSpec = {
    ...plainSpec(ref),
    image,
    ...(values.profile.length > 0 ? { profiles: [...new Set(values.profile)] } : {}),
    config,
    ...settings,
    size,
    max: settings.max ?? 2 * size,
    ...(program.length > 0 ? { program: [...program] } : {}),
  };
  checkSettings(spec);
  return spec;
}

async function noImage({ project, image }: PoolSpec, app: App) {
  const images = await (await app.server()).images(project);
  const remote = image.includes(":")
    ? [`To get it: lxops image copy --alias ${image.replace(/^.*:/, "").replaceAll("/", "-")} ${image}`]
    : [];
  return missing("image", image, { known: images.flatMap(({ aliases }) => aliases), advice: remote });
}

async function typeOf(project: string, fingerprint: string, app: App): Promise<PoolSpec["type"]> {
  const found = await (await app.server()).get(imagePath(project, fingerprint));
  const type = typeof found === "object" && found !== null && "type" in found ? found.type : undefined;
  return type === "virtual-machine" ? "virtual-machine" : "container";
}

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
  const spec = await readSpec(ref, { server }).catch(async (error: unknown) => {
    if (!(error instanceof ConfigError) || !place.mend) throw error;
    return await mended(place);
  });
  if (!spec) throw noPool(ref);
  const changed = change(spec);
  if (changed.image !== spec.image && await findImage(changed, server) === undefined) {
    throw await noImage(changed, app);
  }
  const steps = specText(changed) === specText(spec) ? [] : [changeStep(title, changed)];
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
