/**
 * Plans the snapshot that `copy-filesystems` takes and copies.
 *
 * @module
 */
import { run } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { type Copy, onSide, type Pair } from "../kinds/copy_sides.ts";
import { HOST_DATA } from "../kinds/mod.ts";
import { isHostKind } from "../../storage/kinds/mod.ts";
import { missingNote, planSnapshot } from "../snapshot.ts";
import { overSsh } from "../../../ssh/ssh.ts";
import type { PlanOptions, World } from "../../world.ts";

/** The command line of lxops on another machine. */
export interface CopyRemote {
  readonly program: string;
  /** The configuration there, with the flags that lead to the same instance. */
  readonly args: readonly string[];
}

/** Returns a step whose copy stays where a later step fails: the next run continues with the snapshot. */
function lasting(step: Step): Step {
  const { opens, ...rest } = step;
  return opens?.kind === "copy" ? rest : step;
}

/**
 * Plans a snapshot of all filesystems that are copied. Another machine's datasets need only zfs; its directories
 * need lxops there, which keeps the instance from writing meanwhile.
 */
export function takeSnapshot(
  pairs: readonly Pair[],
  { from, snapshot }: Copy,
  world: World,
  options: PlanOptions & { readonly remote: CopyRemote },
): { readonly steps: readonly Step[]; readonly notes: readonly string[] } {
  if (!from.ssh) {
    const { steps, notes = [] } = planSnapshot(from.target, world, {
      ...options,
      snapshot,
      withInstance: false,
      destroy: false,
      clones: false,
    });
    const last = steps.length - 1;
    // A copy leaves volumes to `export`, and does not look at them.
    const elsewhere = from.target.instance.filesystems.filter(({ kind }) => !isHostKind(kind)).map(
      missingNote,
    );
    return {
      steps: steps.map(lasting).map((one, at) => at === last ? { ...one, commits: true } : one),
      notes: notes.filter((note) => !elsewhere.includes(note)),
    };
  }
  const names = pairs.map((pair) => `${pair.from.path}@${snapshot}`);
  const { program, args } = options.remote;
  const kinds = new Set(pairs.map((pair) => pair.from.kind));
  const [kind] = kinds;
  const own = kind && kinds.size === 1 ? HOST_DATA[kind].copy.snapshot(names, from.machine) : undefined;
  const command = own
    ? onSide(from, own)
    : overSsh(from.ssh, { argv: [program, "snapshot", "-s", snapshot, ...args] }, false);
  return {
    steps: [run(`Take snapshot ${snapshot}${from.where}`, command, { commits: true })],
    notes: [],
  };
}
