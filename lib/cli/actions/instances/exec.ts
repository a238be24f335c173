/**
 * `instance exec`, `instance shell` and `instance idmap`.
 *
 * @module
 */
import { CommandError, EXIT, ServerError, StateError, UsageError } from "../../../base/errors.ts";
import { textOf } from "../../../base/utf8.ts";
import { hostRoot } from "../../../plan/instance/idmap.ts";
import type { Exec, InstanceRef } from "../../../ports/mod.ts";
import type { Effect } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { placeOf } from "../../shared/operands.ts";

interface Values {
  readonly project: string;
  readonly "dry-run": boolean;
}

interface ExecValues extends Values {
  readonly env: readonly string[];
}

/** `instance exec`. */
export async function exec(values: ExecValues, operands: readonly string[], app: App): Promise<number> {
  const [name, program, ...rest] = operands as [string, string, ...string[]];
  const [place, piped] = await Promise.all([placeOf(app, name, values.project), app.readPipe()]);
  const effect: Effect = {
    kind: "exec",
    instance: place.ref,
    argv: [program, ...rest],
    ...inputOf(piped),
    env: environment(values.env),
  };
  try {
    await applyEffect(place.app, `Run ${program} in ${name}`, effect, {
      dryRun: values["dry-run"],
      passOutput: true,
    });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommandError) return error.code === 0 ? EXIT.command : error.code;
    throw await withAdvice(error, place.ref);
  }
}

/** `instance shell`. */
export async function shell(values: Values, operands: readonly string[], app: App): Promise<number> {
  const [name, ...given] = operands as [string, ...string[]];
  const place = await placeOf(app, name, values.project);
  const [program = "/bin/sh", ...rest] = given.length > 0 ? given : LOGIN;
  try {
    const effect: Effect = { kind: "shell", instance: place.ref, argv: [program, ...rest] };
    await applyEffect(place.app, `Open a shell in ${name}`, effect, {
      dryRun: values["dry-run"],
      passOutput: true,
    });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw await withAdvice(error, place.ref);
  }
}

/** What the daemon says of an instance that does not run, with the command that starts it. */
async function withAdvice(error: unknown, ref: InstanceRef): Promise<unknown> {
  if (!(error instanceof ServerError) || !/\bnot running\b/.test(error.message)) return error;
  const { startAdvice } = await import("../../../plan/instance/ownership.ts");
  const advice = [...error.advice, ...startAdvice({ ...ref, status: "Stopped" })];
  return new ServerError(error.message, { status: error.status, request: error.request, advice });
}

/** Input as text where it is text that a script can show. */
function inputOf(bytes: Uint8Array | undefined): Pick<Exec, "stdin" | "input"> {
  if (bytes === undefined) return {};
  const text = textOf(bytes);
  const isShown = text !== undefined && !text.includes("\0") && (text === "" || text.endsWith("\n"));
  return isShown ? { stdin: text } : { input: bytes };
}

const LOGIN = ["/bin/sh", "-c", "cd; command -v bash >/dev/null && exec bash -l; exec sh -l"] as const;

function environment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`-env takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

/** `instance idmap`. */
export async function idmap(
  values: { readonly project: string },
  [name]: readonly string[],
  app: App,
): Promise<number> {
  const place = await placeOf(app, name!, values.project);
  const root = await rootOf(place.app, place.ref);
  app.print(`${root.uid}:${root.gid}\n`);
  return EXIT.ok;
}

async function rootOf(app: App, ref: InstanceRef): Promise<{ uid: number; gid: number }> {
  const info = await (await app.server()).instance(ref);
  if (!info) throw new StateError(`There is no instance "${ref.name}"`, { kind: "missing" });
  const root = hostRoot(info);
  if (root) return root;
  throw new ServerError(
    `${app.backend.title} does not say to which host ids the root of "${ref.name}" is mapped`,
  );
}
