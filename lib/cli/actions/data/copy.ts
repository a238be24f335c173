/**
 * The command `copy-filesystems`.
 *
 * @module
 */
import { resolve } from "@std/path";
import { UsageError } from "../../../base/errors.ts";
import type { MachineQuestion, Ssh } from "../../../ports/machine.ts";
import { listedByZfs } from "../../../instance/kinds.ts";
import { EXISTING } from "../../../instance/parts.ts";
import { copyPairs, copyPaths, planCopy } from "../../../plan/data/copy/copy.ts";
import { checkSnapshotName } from "../../../plan/storage/selection.ts";
import { snapshotPaths } from "../../../plan/data/snapshot.ts";
import { checkSsh } from "../../../ssh/ssh.ts";
import type { Target } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { timestamp } from "./snapshot.ts";

interface Values extends Omit<LifecycleValues, "name"> {
  readonly c: string;
  readonly container: string;
  readonly "from-container": string;
  readonly "from-host": string;
  readonly "to-host": string;
  readonly s: string;
  readonly overwrite: boolean;
  readonly "remote-lxops": string;
  readonly "remote-config": string;
  readonly port: number;
  readonly identity: string;
  readonly "ssh-option": readonly string[];
}

/** Runs `copy-filesystems`. */
export async function copyFilesystems(
  values: Values,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const file = fileOf(values, operands);
  if (values["from-host"] !== "" && values["to-host"] !== "") {
    throw new UsageError("--from-host and --to-host cannot be combined");
  }
  const snapshot = values.s || timestamp(new Date());
  checkSnapshotName(snapshot);
  const [to, from] = await Promise.all(
    [values.container, values["from-container"] || values.container].map(async (name) =>
      (await targetsOf({ ...values, name }, [file], app, { without: EXISTING }))[0]!
    ),
  ) as [Target, Target];
  const fromSsh = sshOf(values["from-host"], values, app);
  const toSsh = sshOf(values["to-host"], values, app);
  const main = toSsh ? from : to;
  const take = values.s === "";
  const program = values["remote-lxops"] || app.backend.program;
  const paths = copyPaths(from, to, snapshot);
  const ends = {
    from: question(from, paths.from, fromSsh, [
      ...(paths.from.length > 0 ? ["rsync"] : []),
      ...(paths.from.length > 0 && take ? [program] : []),
    ]),
    to: question(to, paths.to, toSsh, paths.to.length > 0 ? ["rsync"] : []),
  };
  return await runLifecycle(
    {
      name: "copy-filesystems",
      without: EXISTING,
      verb: "copy filesystems of",
      others: [...(fromSsh ? [] : [from]), ...(toSsh ? [] : [to])],
      again: `-s ${snapshot}`,
      ...(toSsh ? {} : { replaces: { data: "goes" } as const }),
      needs: {
        allProjects: true,
        zfsSnapshots: true,
        trees: true,
        paths: () => [
          ...(fromSsh ? [] : [...paths.from, ...snapshotPaths(from, snapshot)]),
        ],
        machines: machinesOf(ends.from, ends.to),
      },
      options: {
        ...planOptions({ ...values, name: "" }),
        from,
        to,
        ...(fromSsh ? { fromSsh } : {}),
        ...(toSsh ? { toSsh } : {}),
        snapshot,
        take,
        overwrite: values.overwrite,
        remote: { program, args: remoteArgs(values, from, resolve(app.host.cwd, file)) },
      },
      planner: () => Promise.resolve(planCopy),
    },
    { ...values, name: main.instance.name },
    [file],
    app,
  );
}

function fileOf({ c }: Values, operands: readonly string[]): string {
  const files = [...(c ? [c] : []), ...operands];
  if (files.length !== 1) throw new UsageError("copy-filesystems needs one configuration: -c FILE, or FILE");
  return files[0]!;
}

function sshOf(host: string, values: Values, app: App): Ssh | undefined {
  if (host === "") return undefined;
  const ssh: Ssh = {
    host,
    ...(values.port === 0 ? {} : { port: values.port }),
    // Programs run in another directory.
    ...(values.identity === "" ? {} : { identity: resolve(app.host.cwd, values.identity) }),
    options: values["ssh-option"],
  };
  checkSsh(ssh);
  return ssh;
}

function question(
  target: Target,
  paths: readonly string[],
  ssh: Ssh | undefined,
  programs: readonly string[],
): MachineQuestion {
  const datasets = listedByZfs(copyPairs(target, target).map(({ from }) => from));
  return { datasets, paths, ...(ssh ? { ssh, programs } : {}) };
}

/** Returns the machines of source and destination, which may both be this one. */
function machinesOf(from: MachineQuestion, to: MachineQuestion) {
  if (from.ssh) return { here: to, there: from };
  if (to.ssh) return { here: from, there: to };
  const both = { datasets: [...from.datasets, ...to.datasets], paths: [...from.paths, ...to.paths] };
  return { here: both };
}

/** Returns the arguments that name the same instance on another machine. */
function remoteArgs(values: Values, from: Target, config: string): readonly string[] {
  return [
    "-name",
    from.instance.name,
    ...(values.project === "" ? [] : ["-project", values.project]),
    ...values.P.flatMap((set) => ["-P", set]),
    values["remote-config"] || config,
  ];
}
