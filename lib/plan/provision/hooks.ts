/**
 * Plans hooks: programs of the user's choice at points of an instance's life.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ConfigError, type Issue } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { originOf } from "../../config/load/origins.ts";
import type { Hook, HookPoint } from "../../config/schema/provision_keys.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { GuestHook } from "../../step/provision.ts";
import type { Step } from "../../step/step.ts";
import { problem, type Target } from "../world.ts";

/** Information for a hook besides its point. */
export interface HookContext {
  readonly target: Target;
  /** The instance as the daemon has it at that time. */
  readonly ref: InstanceRef;
  /** The daemon's program: `lxops-incus` or `lxops-lxd`. */
  readonly program: string;
  /** Texts of the scripts that run in the instance, by path. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Variables of the user's choice, and the values of those that are secret. */
  readonly settings: Readonly<Record<string, string>>;
  readonly hidden: readonly string[];
}

/** Returns the steps that run the hooks of a point. */
export function hookSteps(point: HookPoint, context: HookContext): readonly Step[] {
  const { target } = context;
  return (target.instance.config.hooks[point] ?? []).map((hook, index) => {
    const key = `hooks.${point}.${index}`;
    const location = originOf(target.loaded, key);
    const env = environmentOf(point, context);
    const how = hook.in === "guest" ? guestHook(hook, env, context, key) : {
      in: "host" as const,
      program: {
        path: hook.run,
        args: hook.args,
        directory: dirname(target.instance.config.file),
        env,
        timeoutSeconds: hook.timeout,
      },
    };
    return {
      title: `Run hook ${point} of ${target.instance.name}: ${shortName(hook.run)}${
        hook.in === "guest" ? " in the instance" : ""
      }`,
      effect: {
        kind: "hook",
        path: hook.run,
        ...(location ? { location } : {}),
        how,
        secrets: context.hidden,
      },
    };
  });
}

/** Returns the variables that describe its instance and point to a hook. */
function environmentOf(
  point: HookPoint,
  { target, ref, program, settings }: HookContext,
): Readonly<Record<string, string>> {
  const { name, project, config } = target.instance;
  return {
    ...settings,
    LXOPS_HOOK: point,
    LXOPS_NAME: name,
    LXOPS_INSTANCE: ref.name,
    LXOPS_PROJECT: project || "default",
    LXOPS_DIR: dirname(config.file),
    LXOPS_CONFIG: config.file,
    LXOPS_PROGRAM: program,
  };
}

function shortName(path: string): string {
  return path.replace(/^.*\//, "");
}

/**
 * Returns a script as the input of a shell in the instance, so that neither it nor its variables are in the arguments
 * of a program or in an operation of the daemon.
 */
function guestHook(
  { run, args, timeout }: Hook,
  env: Readonly<Record<string, string>>,
  { target, ref, scripts }: HookContext,
  key: string,
): GuestHook {
  const text = scripts.get(run) ?? "";
  const [, interpreter, argument] = /^#![ \t]*(\S+)(?:[ \t]+([^\r\n]*\S))?[ \t]*\r?\n/.exec(text) ?? [];
  if (interpreter === undefined) {
    throw new ConfigError([noInterpreter(target, key, run)]);
  }
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`).join("");
  const words = [interpreter, ...(argument === undefined ? [] : [argument])].map(quote).join(" ");
  const stdin = `lxops_main() {
set -u
umask 077
lxops_file=/run/lxops-hook.$$
[ -w /run ] || lxops_file=/tmp/lxops-hook.$$
trap 'rm -f "$lxops_file"' EXIT
(set -C && printf %s ${quote(text)} >"$lxops_file") || exit 1
umask 022
${exports}${words} "$lxops_file"${args.map((one) => ` ${quote(one)}`).join("")} </dev/null
}
lxops_main
`;
  return {
    in: "guest",
    exec: { instance: ref, argv: ["/bin/sh", "-s"], stdin },
    timeoutSeconds: timeout,
  };
}

function noInterpreter(target: Target, key: string, run: string): Issue {
  return problem(
    target,
    key,
    `"${run}" is to run in the instance, and its first line does not name an interpreter, such as #!/bin/sh`,
  );
}
