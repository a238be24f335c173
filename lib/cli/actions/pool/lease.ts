/**
 * `pool renew` and `pool release`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import type { Lease } from "../../../step/pool.ts";
import type { App } from "../../command/app.ts";
import { applyPlan, applySteps } from "../../shared/apply_steps.ts";
import { durationOf } from "../run/time_limits.ts";
import { leaseText } from "./acquire.ts";
import { projectOf } from "./place.ts";

interface LeaseValues {
  readonly project: string;
  readonly "dry-run": boolean;
}

/** `pool renew`. */
export async function renew(
  values: LeaseValues & { readonly lease: string; readonly json: boolean },
  [lease]: readonly string[],
  app: App,
): Promise<number> {
  const found = await renewLease(values, lease!, app);
  if (found && values.json) app.print(leaseText(found, true, app));
  return EXIT.ok;
}

/**
 * Lets a lease last longer, and returns it; nothing where that is only shown.
 *
 * @throws {StateError} where it has ended
 */
export async function renewLease(
  values: LeaseValues & { readonly lease: string },
  lease: string,
  app: App,
): Promise<Lease | undefined> {
  const project = await projectOf(app, values.project);
  const seconds = durationOf("lease", values.lease);
  let found: Lease | undefined;
  const act = {
    act: "renew",
    project,
    lease,
    ...(seconds === undefined ? {} : { seconds }),
  } as const;
  await applyPlan(
    app,
    { first: [{ title: "Renew the lease", effect: { kind: "pool", ...act } }], each: [] },
    {
      dryRun: values["dry-run"],
      quiet: true,
      leased: (one) => found = one,
    },
  );
  return found;
}

/** `pool release`. */
export async function release(
  values: LeaseValues & { readonly keep: boolean },
  leases: readonly string[],
  app: App,
): Promise<number> {
  const project = await projectOf(app, values.project);
  const steps = leases.map((lease) => ({
    title: "Release the lease",
    effect: { kind: "pool", act: "release", project, lease, keep: values.keep } as const,
  }));
  await applySteps(app, steps, { dryRun: values["dry-run"], quiet: true });
  return EXIT.ok;
}
