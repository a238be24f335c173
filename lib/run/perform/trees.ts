/**
 * Last looks at the directories that a program removes, replaces or moves: the plan was made before, and what was
 * mounted or started meanwhile would lose its data.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { Command, HostControl } from "../../ports/mod.ts";
import { bareUses, firstInTheWay, heldUses } from "../../ports/mounts.ts";
import { sleep } from "../wait/pauses.ts";

/**
 * Checks that nothing was mounted since the plan was made, as it would be lost with a directory: programs do
 * not see bind mounts. A program over ssh checks this itself.
 */
export async function checkBare({ argv, trees = [] }: Command, host: HostControl): Promise<void> {
  const careless = trees.find(({ looked }) => !looked);
  if (careless) throw new Error(`nobody looked at "${careless.path}" for mounts before "${argv.join(" ")}"`);
  const uses = argv[0] === "ssh" ? [] : bareUses(trees).filter(({ there }) => !there);
  const found = uses.length > 0 ? firstInTheWay(uses, await host.mounts()) : undefined;
  if (!found) return;
  throw new StateError(`Something was mounted at "${found.mountpoint}" meanwhile`, {
    advice: [
      `"${argv[0]}" would go into it; it was not run`,
      `Unmount it first: umount ${quote(found.mountpoint)}`,
    ],
  });
}

/** Time that the processes of an instance may take to end once its daemon calls it stopped, in milliseconds. */
const ENDING_MS = 3000;

/** Time between two looks, in milliseconds. */
const PAUSE_MS = 300;

/**
 * Checks that no container which runs has a directory mounted that goes for good: it would continue with a deleted one,
 * and lose what it writes. The plan refuses what runs when it is made; the daemon's own client, or another daemon, can
 * start an instance later.
 */
export async function checkUnheld(
  { argv, trees = [] }: Command,
  host: HostControl,
  signal: AbortSignal,
  endingMs = ENDING_MS,
): Promise<void> {
  if (argv[0] === "ssh" || !host.containersWith) return;
  for (const { path } of heldUses(trees).filter(({ there }) => !there)) {
    const end = Date.now() + endingMs;
    let found = await host.containersWith(path);
    while (found.length > 0 && Date.now() < end) {
      await sleep(PAUSE_MS, signal);
      signal.throwIfAborted();
      found = await host.containersWith(path);
    }
    if (found.length === 0) continue;
    throw new StateError(`${found.join(", ")} has "${path}" mounted, and would lose what it writes there`, {
      advice: [`"${argv[0]}" was not run; stop that container first`],
    });
  }
}
