/** Runs that lock directories of a machine. */
import { assert } from "@std/assert";
import type {
  DirectoryUse,
  HeldDirectories,
  MachineRun,
  OtherRun,
  RunsSeen,
} from "../../../../lib/ports/machine_lock.ts";

/** A look at nothing. */
export const SEEN: RunsSeen = { ended: new Set<string>(), at: performance.now() };
export const signal = new AbortController().signal;

/** The name of a run's file. */
export const FILE = "1-00000000-0000-4000-8000-000000000000";

/** Returns a run that works on directories, which are its instance's own unless they say otherwise. */
export function runOf(instance: string, ...uses: readonly (string | [string, boolean])[]): MachineRun {
  return {
    program: "lxops-incus",
    command: "start",
    user: "anna",
    pid: Deno.pid,
    since: "2026-01-01",
    uses: uses.map((use): DirectoryUse =>
      typeof use === "string"
        ? { directory: use, instance, own: true }
        : { directory: use[0], instance, own: use[1] }
    ),
  };
}

/** Calls a test with a directory for locks. */
export async function inRoot(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.chmod(root, 0o700);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Returns the directories that a run has locked. */
export function held(found: HeldDirectories | OtherRun): HeldDirectories {
  assert("release" in found, JSON.stringify(found));
  return found;
}
