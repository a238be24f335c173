/**
 * `query`: sends one request of the daemon's REST API, as `incus query` and `lxc query` do.
 *
 * @module
 */
import { parseApiPath } from "../../../base/api.ts";
import { EXIT, ServerError, UsageError } from "../../../base/errors.ts";
import { sealKey } from "../../../plan/image/seal.ts";
import { temporaryOf } from "../../../plan/instance/temporary_alias.ts";
import type { Request } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { printableJson } from "../../output/output.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { readRecordSecret } from "../../shared/lifecycle/record_secret.ts";

interface Values {
  readonly X: string;
  readonly d: string | undefined;
  readonly already: string | undefined;
  readonly named: string | undefined;
  readonly alias: string | undefined;
  readonly replaces: string | undefined;
  readonly note: readonly string[];
  readonly "dry-run": boolean;
}

/** Runs `query`. */
export async function query(values: Values, [path]: readonly string[], app: App): Promise<number> {
  if (!path!.startsWith("/1.0")) {
    throw new UsageError(`Invalid API path "${path}": it must start with /1.0`);
  }
  const method = values.X.toUpperCase();
  if (method === "GET") {
    const answer = await (await app.server()).get(path!);
    if (answer === undefined) {
      throw new ServerError(`There is no ${path}`, { status: 404, request: `GET ${path}` });
    }
    app.print(`${printableJson(answer)}\n`);
    return EXIT.ok;
  }
  const data = values.d === "-" ? await app.stdin.text() : values.d;
  if (values.d !== undefined && data === undefined) {
    throw new UsageError("-d - needs input that is not a terminal");
  }
  const request: Request = {
    method: changing(method),
    path: path!,
    ...(data === undefined ? {} : { body: parseBody(data) }),
  };
  const alias = values.alias ?? values.named;
  if (alias !== undefined) {
    const { project } = parseApiPath(path!);
    const notes = notesOf(values.note);
    const { replaces } = values;
    const from = replaces === undefined ? {} : { replaces: replaces === "none" ? "" : replaces };
    const seal = Object.keys(notes).length > 0 ? await sealOf(notes, app) : {};
    const temporary = values.alias === undefined
      ? {}
      : { temporary: temporaryOf(alias, app.random(), await app.host.thisRun() ?? "") };
    const moves = values.alias === undefined
      ? {}
      : { moves: true, notes, ...from, ...seal, ...temporary } as const;
    const effect = { kind: "publish", project, alias, ...moves, ...request } as const;
    await applyEffect(app, `${method} ${path}`, effect, { dryRun: values["dry-run"] });
    return EXIT.ok;
  }
  await applyEffect(app, `${method} ${path}`, {
    kind: "send",
    ...request,
    ...(values.already === undefined ? {} : { already: values.already }),
  }, { dryRun: values["dry-run"] });
  return EXIT.ok;
}

function notesOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--note takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

/** Returns the seal of notes: only that user can send requests with the user's secret. */
async function sealOf(notes: Readonly<Record<string, string>>, { host }: App): Promise<{ seal?: string }> {
  const secret = await readRecordSecret(host);
  return secret === undefined ? {} : { seal: sealKey(secret, notes) };
}

function changing(method: string): Request["method"] {
  const found = (["POST", "PUT", "PATCH", "DELETE"] as const).find((known) => known === method);
  if (!found) throw new UsageError(`-X takes GET, POST, PUT, PATCH or DELETE, not "${method}"`);
  return found;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`-d is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
