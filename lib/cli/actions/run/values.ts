/**
 * The flags of `run`, put together.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { RunOptions } from "../../../plan/throwaway/options.ts";
import type { App } from "../../command/app.ts";
import type { LifecycleValues } from "../../shared/lifecycle/lifecycle.ts";
import { environmentOf } from "./environment.ts";
import { limitsOf, LONGEST_SECONDS } from "./time_limits.ts";
import {
  cachesOf,
  checkCopies,
  copiesOf,
  keepOf,
  mountsOf,
  NESTING,
  readinessOf,
  resourcesOf,
  sshOf,
} from "./options.ts";

/** Values of the flags of `run`. */
export interface RunValues
  extends Pick<LifecycleValues, "properties" | "P" | "project" | "dry-run" | "show-secrets"> {
  readonly name: string;
  readonly vm: boolean;
  readonly target: string;
  readonly i: boolean;
  readonly t: boolean;
  readonly profile: readonly string[];
  readonly config: readonly string[];
  readonly env: readonly string[];
  readonly "env-file": readonly string[];
  readonly user: string;
  readonly cwd: string;
  readonly limits: string;
  readonly nesting: boolean;
  readonly mount: readonly string[];
  readonly net: string;
  readonly wait: string;
  readonly "wait-timeout": number;
  readonly timeout: string;
  readonly "kill-after": string;
  readonly "copy-in": readonly string[];
  readonly "copy-out": readonly string[];
  readonly "max-size": number;
  readonly overwrite: boolean;
  readonly cache: readonly string[];
  readonly "ssh-listen": string;
  readonly "until-stopped": boolean;
  readonly keep: string;
  readonly "status-file": string;
  readonly sweep: boolean;
  readonly older: string;
  readonly discard: string;
  /** Input of the program, given by a program that uses lxops as a library. */
  readonly input?: Uint8Array;
}

/** Returns the options of `run` from its flags and operands. */
export async function optionsOf(argv: readonly string[], values: RunValues, app: App): Promise<RunOptions> {
  const { user, cwd, i, t } = values;
  const thisRun = app.host.thisRun();
  thisRun.catch(() => {});
  if (cwd !== "" && !cwd.startsWith("/")) {
    throw new UsageError(`--cwd takes an absolute path in the instance, not "${cwd}"`);
  }
  const terminal = t || (i && argv.length === 0);
  if (terminal && !app.isInteractive()) {
    throw new UsageError("-t needs a terminal for input and output", ["Without one, use -i alone"]);
  }
  const lasts = values["until-stopped"];
  const program = argv.length > 0 ? argv : terminal ? ["/bin/sh", "-l"] : undefined;
  if ((program === undefined) !== lasts) {
    throw new UsageError(
      lasts
        ? "--until-stopped takes no program: the run lasts until the instance stops"
        : "run needs a program, -it for a shell, or --until-stopped",
    );
  }
  const limits = limitsOf(values);
  const copies = copiesOf(values, app.host.cwd);
  await checkCopies(copies, app.host);
  const env = await environmentOf(values, app);
  return {
    resume: false,
    force: false,
    adopt: false,
    all: false,
    stopSeconds: 5,
    readySeconds: values["wait-timeout"],
    pauseSeconds: 0,
    ...(values.vm ? { vm: true } : {}),
    ...(values.target === "" ? {} : { member: values.target }),
    run: await thisRun ?? "",
    config: {
      ...resourcesOf(values.limits),
      ...(values.nesting ? NESTING : {}),
      ...settingsIn(values.config),
    },
    devices: mountsOf(values.mount, app.host.cwd),
    ...(values.net === "" ? {} : { net: values.net }),
    keep: keepOf(values.keep),
    ready: readinessOf(values.wait),
    copies,
    caches: cachesOf(values.cache),
    ...sshOf(values["ssh-listen"]),
    lastsSeconds: limits.limitSeconds ?? LONGEST_SECONDS,
    ...(program === undefined ? {} : {
      program: {
        argv: program as [string, ...string[]],
        ...(Object.keys(env).length > 0 ? { env } : {}),
        ...(values["env-file"].length > 0 ? { hidesEnv: true as const } : {}),
        ...await accountOf(user),
        ...(cwd === "" ? {} : { cwd }),
        ...(i && !terminal ? { inherits: true as const } : {}),
        ...(values.input ? { input: values.input } : {}),
        ...limits,
        terminal,
      },
    }),
  };
}

async function accountOf(user: string) {
  if (user === "") return {};
  const ids = (await import("../../../run/perform/account.ts")).idsOf(user);
  return ids ? { user: { uid: ids.uid, gid: ids.gid } } : { account: user };
}

function settingsIn(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--config takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}
