/**
 * `pool drain`, `pool reset` and `pool destroy`: commands that take instances out of a pool.
 *
 * @module
 */
import { ConfigError, EXIT, refuse, StateError } from "../../../base/errors.ts";
import { type Going, type Inventory, type Use, useOf } from "../../../plan/pool/decide.ts";
import type { Member } from "../../../plan/pool/members.ts";
import { isDefinition, isEmptyDefinition } from "../../../plan/pool/definition.ts";
import { definitionName } from "../../../plan/pool/names.ts";
import { plainSpec, type PoolSpec, readablePart } from "../../../plan/pool/spec.ts";
import { planForgetting, planRetirement } from "../../../plan/pool/steps.ts";
import { deleteProfile } from "../../../plan/requests/instances.ts";
import { poolLock } from "../../../run/lock/names.ts";
import { observePool, type View } from "../../../run/pool/observe.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan, Plan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { copiesProblem, newCopies } from "./copies.ts";
import { changeSpec, changeStep } from "./set.ts";
import { changes, poolAt, type PoolPlace } from "./place.ts";
import { applyAll, optionsOf } from "./apply.ts";
import { look, type PoolValues, TENDED_SECONDS, tendPool } from "./tend.ts";

interface EmptyValues extends PoolValues {
  readonly force: boolean;
}

/** `pool drain`. */
export async function drain(values: PoolValues, [operand]: readonly string[], app: App): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  await disable(place, values);
  await lockPool(place, "pool drain", values);
  const view = await look(place.ref, place.app);
  const { first, each } = emptying(view, { leased: false, reason: "the pool is drained" });
  await applyAll(place.app, { first: changes(values) ? [] : first, each }, optionsOf(values));
  return EXIT.ok;
}

/** `pool reset`. */
export async function reset(values: EmptyValues, [operand]: readonly string[], app: App): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  await lockPool(place, "pool reset", values);
  const view = await look(place.ref, place.app);
  const { spec } = view.inventory;
  // The new instances need these files, and the old ones are not removed without them.
  const wanted = { create: spec.enabled ? spec.size : 0, warm: [] };
  const problem = copiesProblem(spec, wanted, await newCopies(values, app));
  if (problem) throw problem;
  const { each } = emptying(view, { leased: values.force, reason: "the pool is reset" });
  if (!values.force) tellStaying(view, place);
  await applyAll(place.app, { first: [], each }, optionsOf(values));
  if (changes(values)) await tendPool(place, values);
  return EXIT.ok;
}

/** `pool destroy`. */
export async function destroy(values: EmptyValues, [operand]: readonly string[], app: App): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  const { ref: { project, pool } } = place;
  const before = await lookAnyway(place);
  refuseLeased(before, values.force);
  await disable(
    place,
    values,
    (error) =>
      error instanceof ConfigError ||
      before.isLost === true && error instanceof StateError && error.kind === "missing",
  );
  await lockPool(place, "pool destroy", values);
  const view = await lookAnyway(place);
  refuseLeased(view, values.force);
  const { first, each } = emptying(view, { leased: true, reason: "the pool is destroyed" });
  const definition = { project, name: definitionName(pool) };
  const profiles = await (await place.app.server()).profiles(project);
  const profile = profiles.find(({ name }) => name === definition.name);
  // A profile of the user that defines no pool stays.
  const isOwn = profile !== undefined && (isDefinition(profile) || isEmptyDefinition(profile));
  // Without its definition, the rest could not be tended.
  const last: InstancePlan = {
    instance: definition,
    after: each.map(({ instance }) => ({ ...instance, required: true, until: "ended" })),
    steps: [
      send(`Delete pool ${pool}`, deleteProfile(project, definition.name), {
        already: "not found",
        removes: [{ kind: "profile", ...definition }],
      }),
    ],
  };
  await applyAll(
    place.app,
    { first: changes(values) ? [] : first, each: isOwn ? [...each, last] : each },
    optionsOf(values),
  );
  return EXIT.ok;
}

/** Disables a pool as far as something is changed, unless an error is no matter. */
async function disable(
  place: PoolPlace,
  values: PoolValues,
  isNoMatter: (error: unknown) => boolean = () => false,
): Promise<void> {
  if (!changes(values)) return;
  const title = `Disable pool ${place.ref.pool}`;
  try {
    await changeSpec(place, title, values, (spec) => ({ ...spec, enabled: false }));
  } catch (error) {
    if (!isNoMatter(error)) throw error;
  }
}

/** Looks at a pool, also where its definition cannot be followed: no instances of it are taken or made then. */
async function lookAnyway({ app, ref }: PoolPlace): Promise<View> {
  return await observePool(ref, {
    server: await app.server(),
    otherwise: (profile) => {
      // Without any definition, instances may work by themselves.
      const { mode = "lease" } = profile ? readablePart(profile).part : { mode: "self" as const };
      return { ...plainSpec(ref), mode, enabled: false };
    },
  });
}

async function lockPool({ app, ref }: PoolPlace, command: string, values: PoolValues): Promise<void> {
  if (changes(values)) await app.lock([await poolLock(ref)], { command, seconds: TENDED_SECONDS });
}

function refuseLeased({ inventory, isLost }: View, force: boolean): void {
  const used = inventory.members.filter((member) => isUsed(useOf(member, inventory), inventory.spec));
  if (used.length === 0 || force) return;
  const { pool } = inventory.spec;
  throw refuse(
    `Cannot destroy pool "${pool}"`,
    used.map((member) => usedText(member, inventory, isLost ? "may work" : "works")),
    [
      ...(isLost ? [] : [`To let them end: lxops pool drain ${pool}`]),
      `To remove them, too: lxops pool destroy --force ${pool}`,
    ],
  );
}

/** Prints which instances `pool reset` leaves, because they have an owner or work by themselves. */
function tellStaying({ inventory }: View, { app, ref: { project, pool } }: PoolPlace): void {
  const used = inventory.members.filter((member) => isUsed(useOf(member, inventory), inventory.spec));
  if (used.length === 0) return;
  const flag = project === "default" ? "" : ` --project ${project}`;
  app.complain([
    ...used.map((member) => `note: this instance stays: ${usedText(member, inventory, "works")}`),
    `  To replace ${used.length > 1 ? "them" : "it"}, too: lxops pool reset --force${flag} ${pool}`,
  ].join("\n"));
}

/** Tells whether work may be lost with an instance: that of its owner, or its own, where it works by itself. */
function isUsed({ kind }: Use, { mode }: PoolSpec): boolean {
  return kind === "leased" || kind === "stray" || mode === "self" && (kind === "ready" || kind === "older");
}

function usedText(member: Member, inventory: Inventory, works: string): string {
  const use = useOf(member, inventory);
  if (use.kind === "leased") return `${member.lease?.owner || "A user without a name"} has "${member.name}"`;
  return use.kind === "stray" ? `"${member.name}": ${use.reason}` : `"${member.name}" ${works}`;
}

/** Plans the removal of the instances of a pool, which is disabled first. */
function emptying(
  { inventory }: View,
  { leased, reason }: { readonly leased: boolean; readonly reason: string },
): Plan {
  const { spec, members, leases, incomplete } = inventory;
  const { project, pool } = spec;
  if (incomplete !== undefined) {
    throw refuse(`Cannot remove instances of pool "${pool}"`, `${incomplete}, so that some may not be seen`);
  }
  const retire = members.flatMap((member): Going[] => {
    const use = useOf(member, inventory);
    if (use.kind === "kept" || isUsed(use, spec) && !leased) return [];
    const why = use.kind === "going" ? use.why : use.kind === "leased" ? "forced" : "idle";
    return [{ member, why, reason }];
  });
  const known = new Set(members.map(({ madeAs }) => madeAs));
  const forget = [...leases.keys()].filter((name) => !known.has(name));
  return {
    first: spec.enabled ? [changeStep(`Disable pool ${pool}`, { ...spec, enabled: false })] : [],
    each: [
      ...retire.map((going) => planRetirement(going, pool)),
      ...forget.map((name) => planForgetting({ project, name }, pool)),
    ],
  };
}
