/**
 * Options of the instance for a job, from the administrator's file.
 *
 * @module
 */
import type { Cache } from "../../../plan/ci/caches.ts";
import type { Settings } from "../../../plan/ci/settings_schema.ts";
import { UNTIL_MARK } from "../../../plan/instance/throw_away.ts";
import type { RunOptions } from "../../../plan/throwaway/options.ts";
import type { Devices, Host } from "../../../ports/mod.ts";
import { NESTING, readinessOf } from "../run/options.ts";
import { LONGEST_SECONDS } from "../run/time_limits.ts";
import type { App } from "../../command/app.ts";

/** The path at which instances see the runner's program. */
const RUNNER = "/usr/local/bin/gitlab-runner";

/** Places where the runner's program is on this machine. */
const RUNNERS = ["/usr/bin/gitlab-runner", "/usr/local/bin/gitlab-runner"] as const;

/** Values that differ between instances of one file. */
export interface Given {
  /** The run that the marks of the instance name. */
  readonly run: string;
  /** The time until which it has its use; absent: the CI system removes it. */
  readonly until: Date | undefined;
  readonly caches: readonly Cache[];
  /** The runner's program on this machine. */
  readonly runner: string | undefined;
}

/** Returns what a run says of an instance of the settings. */
export function optionsOf(settings: Settings, { run, until, caches, runner }: Given): RunOptions {
  return {
    resume: false,
    force: false,
    adopt: false,
    all: false,
    stopSeconds: 5,
    readySeconds: settings["wait-timeout"],
    pauseSeconds: 0,
    run,
    config: {
      ...(settings.nesting ? NESTING : {}),
      ...(until === undefined ? {} : { [UNTIL_MARK]: until.toISOString() }),
    },
    devices: { ...mountsOf(settings.mounts), ...(runner === undefined ? {} : runnerDevice(runner)) },
    ...(settings.network === "" ? {} : { net: settings.network }),
    keep: "never",
    ready: readinessOf(settings.wait || (settings.network === "none" ? "exec" : "net")),
    copies: [],
    caches,
    leaves: true,
    lastsSeconds: LONGEST_SECONDS,
  };
}

/** Returns the keys of a configuration that the settings come to. */
export function configOf({ limits }: Pick<Settings, "limits">): Readonly<Record<string, unknown>> {
  const given = Object.entries(limits).filter(([, value]) => value !== "");
  return given.length === 0 ? {} : { limits: Object.fromEntries(given) };
}

function mountsOf(mounts: Settings["mounts"]): Devices {
  return Object.fromEntries(
    mounts.map(({ source, path }, index) =>
      [`mount${index}`, { type: "disk", source, path, readonly: "true" }] as const
    ),
  );
}

function runnerDevice(source: string): Devices {
  return { "gitlab-runner": { type: "disk", source, path: RUNNER, readonly: "true" } };
}

/** Returns the runner's program that instances see; `undefined`: none, as on a daemon of another machine. */
export async function runnerOf(
  { runner }: Pick<Settings, "runner">,
  host: Pick<Host, "lstat" | "realPath">,
  app: Pick<App, "isLocal">,
): Promise<string | undefined> {
  if (runner !== "") return runner === "none" ? undefined : runner;
  if (!await app.isLocal()) return undefined;
  for (const path of RUNNERS) {
    const real = await host.realPath(path);
    if (real !== undefined && (await host.lstat(real))?.kind === "file") return real;
  }
  return undefined;
}
