/**
 * `pool create` and `pool set`.
 *
 * @module
 */
import { refuseMisplacedFlag } from "../../shared/misplaced_flag.ts";
import { EXIT, InterruptedError, refuse, UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { decide } from "../../../plan/pool/decide.ts";
import { generationOf } from "../../../plan/pool/generation.ts";
import { DEFINITION_KEYS, definitionName } from "../../../plan/pool/names.ts";
import type { FilePart } from "../../../plan/pool/of_file.ts";
import { isEmptyDefinition, isReserved } from "../../../plan/pool/definition.ts";
import { plainSpec, type PoolSpec, specOf, specText } from "../../../plan/pool/spec.ts";
import { type NewCopy, planPool } from "../../../plan/pool/steps.ts";
import { createProfile, deleteProfile } from "../../../plan/requests/instances.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import { poolLock } from "../../../run/lock/names.ts";
import { findImage } from "../../../run/pool/observe.ts";
import { readInstances } from "../../../run/pool/ports.ts";
import type { ProfileInfo } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { PoolRef } from "../../../step/pool.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { NESTING, resourcesOf } from "../run/options.ts";
import { newCopies } from "./copies.ts";
import { imageFor, type ImageValues, noImage, typeOf } from "./image.ts";
import { changes, poolAt, type PoolPlace } from "./place.ts";
import { checkSettings, settingsOf } from "./settings.ts";
import { applyAll, optionsOf } from "./apply.ts";
import { batchOf, lockDefinition, tendPool } from "./tend.ts";

/** Values of the flags of `pool create`. */
export interface CreateValues extends ImageValues {
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
  operands: readonly string[],
  app: App,
): Promise<number> {
  const failures = await createPool(values, operands, app);
  const first = failures.find(({ error }) => error instanceof InterruptedError) ?? failures[0];
  return first?.error.exitCode ?? EXIT.ok;
}

/** Makes a pool, and returns the failures of the build of its image, which were printed. */
export async function createPool(
  values: CreateValues,
  [operand, what, ...rest]: readonly string[],
  app: App,
): Promise<readonly Failure[]> {
  // The separator of the program is still there, because the program comes after the image.
  const program = rest[0] === "--" ? rest.slice(1) : rest;
  // "pool create NAME --size 2 IMAGE"
  refuseMisplacedFlag("pool create", operand!, what);
  refuseMisplacedFlag("pool create", what!, rest[0]);
  const place = await poolAt(app, operand!, values.project);
  const copies = await newCopies(values, app);
  const given = specFor(place, what!, program, values, copies);
  const there = await definitionAt(place);
  if (there) throw alreadyThere(there, place.ref);
  const { image, part, isCurrent, failures } = await imageFor(what!, place, values);
  if (failures.length > 0) return failures;
  const spec = part ? withPart({ ...given, image }, part, values) : given;
  await define(place, spec, isCurrent || changes(values), { ...values, copies });
  return [];
}

/** Writes the definition of a pool, and fills the pool. */
async function define(
  place: PoolPlace,
  spec: PoolSpec,
  isCurrent: boolean,
  values: CreateValues & { readonly copies: readonly NewCopy[] },
): Promise<void> {
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
  if (!isCurrent) {
    // The image has no fingerprint before it is built.
    const tend = {
      act: "refill",
      ...ref,
      instance: { project: ref.project, name: `${ref.pool}-0` },
    } as const;
    return await applySteps(place.app, [
      definitionStep(ref, spec),
      { title: `Fill pool ${ref.pool}`, effect: { kind: "pool", ...tend } },
    ], { dryRun: values["dry-run"] });
  }
  if (fingerprint === undefined) throw await noImage(spec, place.app);
  const typed: PoolSpec = { ...spec, type: await typeOf(ref.project, fingerprint, place.app) };
  const generation = generationOf(typed, fingerprint, profiles);
  const decision = decide({ spec: typed, generation, members: [], leases: new Map(), now: 0 });
  const random = place.app.random();
  const making = { spec: typed, generation, fingerprint, extensions: info.extensions, random };
  if (changes(values)) {
    await place.app.lock([await poolLock(ref)], { command: "pool create", seconds: 0 });
  }
  const create = changes(values) ? Math.min(decision.create, batchOf(values)) : decision.create;
  const first = [definitionStep(ref, typed)];
  const each = planPool({ ...decision, create }, typed, making, values.copies);
  await applyAll(
    place.app,
    { first, each },
    { ...optionsOf(values), random },
    async () => place.app.signal.aborted ? [] : await takeBack(place),
  );
  // More than a few are made only once those have become ready.
  if (create < decision.create) await tendPool(place, values);
}

/** Returns the profile that has the name of a pool's definition. */
async function definitionAt({ app, ref }: PoolPlace): Promise<ProfileInfo | undefined> {
  const profiles = await (await app.server()).profiles(ref.project);
  return profiles.find(({ name }) => name === definitionName(ref.pool));
}

/** Returns the step that writes the definition of a new pool. */
function definitionStep({ project, pool }: PoolRef, spec: PoolSpec): Step {
  const name = definitionName(pool);
  const request = createProfile(project, name, {
    description: `Pool ${pool} of lxops; change it with: lxops pool set ${pool}`,
    config: { [DEFINITION_KEYS.spec]: specText(spec) },
    devices: {},
  });
  return send(`Create pool ${pool}`, request, { makes: [{ kind: "profile", project, name }] });
}

/** Returns a definition with what a configuration gives; flags come before the configuration. */
function withPart(spec: PoolSpec, part: FilePart, values: CreateValues): PoolSpec {
  const found = {
    ...spec,
    ...part,
    profiles: values.profile.length > 0 ? spec.profiles : part.profiles,
    config: { ...part.config, ...spec.config },
  };
  checkSettings(found);
  return found;
}

/**
 * Removes the definition of a pool again of which no instance could be made, and returns the steps of that: each further
 * instance would fail like them.
 */
async function takeBack({ app, ref: { project, pool } }: PoolPlace): Promise<readonly Step[]> {
  const server = await app.server();
  const left = await readInstances({ project, pool }, { server });
  if (left.length > 0) return [];
  const name = definitionName(pool);
  const step = send(`Delete pool ${pool} again`, deleteProfile(project, name), {
    already: "not found",
    removes: [{ kind: "profile", project, name }],
  });
  await applySteps(app, [step], { dryRun: false });
  return [step];
}

/** Returns the error about a profile that has the name of a new pool's definition. */
function alreadyThere(profile: ProfileInfo, { project, pool }: PoolRef) {
  const what = `Cannot create pool "${pool}"`;
  const isEmpty = isEmptyDefinition(profile);
  if (isEmpty || !specOf(profile, project)) {
    const reason = `profile "${profile.name}" is there, and defines no pool`;
    const advice = isEmpty
      ? `To remove what is left of the pool: lxops pool destroy ${pool}`
      : "To make the pool, delete that profile first";
    return refuse(what, reason, [advice], "exists");
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
  copies: readonly NewCopy[],
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
    ...(copies.length > 0 ? { copies: copies.map(({ inside }) => inside) } : {}),
  };
  checkSettings(spec);
  return spec;
}
