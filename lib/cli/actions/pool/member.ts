/**
 * `pool warm`, `pool mark`, `pool retire` and `pool forget`: one step with one instance of a pool, as scripts of dry runs have it.
 *
 * @module
 */
import { EXIT, StateError } from "../../../base/errors.ts";
import { noInstance } from "../../../base/missing.ts";
import { POOL_KEYS, UUID_KEY } from "../../../plan/pool/names.ts";
import type { PoolAct } from "../../../step/pool.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { placeOf } from "../../shared/operands.ts";

interface MemberValues {
  readonly project: string;
  readonly "dry-run": boolean;
}

/** `pool warm`. */
export async function warm(values: MemberValues, [operand]: readonly string[], app: App): Promise<number> {
  return await act(values, operand!, app, (found) => ({ act: "warm", ...found }));
}

/** `pool mark`. */
export async function mark(values: MemberValues, [operand]: readonly string[], app: App): Promise<number> {
  return await act(values, operand!, app, (found) => ({ act: "mark", ...found }));
}

/** `pool retire`. */
export async function retire(
  values: MemberValues & { readonly uuid: string; readonly expired: boolean; readonly forced: boolean },
  [operand]: readonly string[],
  app: App,
): Promise<number> {
  const why = values.forced ? "forced" : values.expired ? "expired" : "idle";
  return await act(values, operand!, app, ({ uuid, ...found }) => ({
    act: "retire",
    ...found,
    uuid: values.uuid || uuid,
    why,
  }));
}

/** `pool forget`. */
export async function forget(values: MemberValues, [operand]: readonly string[], app: App): Promise<number> {
  const { app: there, ref } = await placeOf(app, operand!, values.project);
  const effect = { kind: "pool", act: "forget", project: ref.project, pool: "", instance: ref } as const;
  await applySteps(there, [{ title: `Remove the lease of instance ${ref.name}, if that is gone`, effect }], {
    dryRun: values["dry-run"],
  });
  return EXIT.ok;
}

type Found = Pick<Extract<PoolAct, { act: "retire" }>, "project" | "pool" | "instance" | "uuid">;

async function act(
  values: MemberValues,
  operand: string,
  app: App,
  make: (found: Found) => PoolAct,
): Promise<number> {
  const { app: there, ref } = await placeOf(app, operand, values.project);
  const info = await (await there.server()).instance(ref);
  if (!info) throw noInstance(ref);
  const pool = info.config[POOL_KEYS.pool];
  if (pool === undefined) throw new StateError(`Instance "${ref.name}" is in no pool`);
  const made = make({ project: ref.project, pool, instance: ref, uuid: info.config[UUID_KEY] ?? "" });
  const titles: Readonly<Record<string, string>> = {
    warm: `Finish instance ${ref.name}`,
    mark: `Note that instance ${ref.name} is taken`,
  };
  const title = titles[made.act] ?? `Remove instance ${ref.name} of pool ${pool}`;
  const steps = [{ title, effect: { kind: "pool", ...made } as const }];
  await applySteps(there, steps, { dryRun: values["dry-run"] });
  return EXIT.ok;
}
