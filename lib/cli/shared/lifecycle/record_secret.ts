/**
 * The secret of a user that the keys of records are made from: a file that no other user can read. With it, items with
 * secrets are compared without a program in the instance.
 *
 * @module
 */
import { sha256 } from "../../../cloudconfig/model/sha256.ts";
import { configDirectory } from "../../../instance/patterns/properties.ts";
import type { Host } from "../../../ports/mod.ts";
import type { Plan, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";

type Reader = Pick<Host, "env" | "lstat" | "readText">;

/** The secret as options of plans, and what keeps a new one. */
export interface RecordSecret {
  readonly options: { readonly recordSecret?: string };
  /** Returns a plan that also keeps a new secret, where an instance gets a key that was made from it. */
  readonly keeping: (plan: Plan) => Plan;
  /** Keeps a new secret. */
  readonly step?: Step;
}

function pathOf(host: Pick<Host, "env">): string {
  return `${configDirectory(host)}/record.key`;
}

/** Reads the secret; `undefined` where there is none, or others could read it. */
export async function readRecordSecret(host: Reader): Promise<string | undefined> {
  const path = pathOf(host);
  const found = await host.lstat(path).catch(() => undefined);
  if (found?.kind !== "file" || (found.mode & 0o077) !== 0 || found.size > 128) return undefined;
  const text = (await host.readText(path).catch(() => undefined))?.trim() ?? "";
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

/** Reads the secret, or makes one where there is no file. */
export async function recordSecretOf({ host, random }: Pick<App, "host" | "random">): Promise<RecordSecret> {
  const asItIs = (plan: Plan) => plan;
  const known = await readRecordSecret(host);
  if (known !== undefined) return { options: { recordSecret: known }, keeping: asItIs };
  const path = pathOf(host);
  const parts = [random(), random(), random()];
  const isThere = await host.lstat(path).then((found) => found !== undefined, () => true);
  if (isThere || parts.includes(undefined)) return { options: {}, keeping: asItIs };
  const secret = sha256(parts.join(" "));
  const step: Step = {
    title: `Save the secret for hashes of records in ${path}`,
    effect: { kind: "write", path, text: `${secret}\n`, mode: 0o600, secret: true, optional: true },
  };
  const isUsed = ({ each }: Plan) => each.some(({ recordKey }) => recordKey !== undefined);
  return {
    options: { recordSecret: secret },
    step,
    keeping: (plan) => isUsed(plan) ? { ...plan, first: [step, ...plan.first] } : plan,
  };
}
