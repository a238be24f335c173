/** Runs that end after one of their steps, as a kill or a power failure would end them. */
import { assert } from "@std/assert";
import type { Ground } from "./daemon.ts";

/** The script of a dry run in its steps: the lines up to and with each command. */
export function stepsOf(script: string): { head: string; steps: string[] } {
  const [head = "", ...parts] = script.split(/^(?=# (?!instance |note: ))/m);
  return { head, steps: parts };
}

/** How many steps a command would do. */
export async function countSteps(ground: Ground, args: readonly string[]): Promise<number> {
  return stepsOf(await ground.ok([args[0]!, "--dry-run", ...args.slice(1)])).steps.length;
}

/** Carries out the first steps of a command and no more. */
export async function firstSteps(ground: Ground, args: readonly string[], count: number): Promise<void> {
  const { head, steps } = stepsOf(await ground.ok([args[0]!, "--dry-run", ...args.slice(1)]));
  const file = `${ground.dir}/part.sh`;
  await Deno.writeTextFile(file, head + steps.slice(0, count).join(""));
  const { code, stderr } = await new Deno.Command("sh", {
    args: [file],
    cwd: ground.dir,
    stdin: "null",
    env: ground.daemon.title === "Incus"
      ? { INCUS_SOCKET: ground.daemon.socket! }
      : { LXD_SOCKET: ground.daemon.socket! },
  }).output();
  assert(code === 0, new TextDecoder().decode(stderr));
}
