/** Containers that change their directories while lxops works on them. */
import type { Ground } from "./daemon.ts";

/** Runs an action while a container repeats a shell script as fast as it can, and ends the script afterwards. */
export async function whileRacing<T>(
  ground: Ground,
  name: string,
  script: string,
  action: () => Promise<T>,
): Promise<T> {
  await ground.inside(
    name,
    `: >/racing; (while [ -e /racing ]; do ${script}\ndone) >/dev/null 2>&1 </dev/null &`,
  );
  try {
    return await action();
  } finally {
    // It would take a processor until its test ends.
    await ground.run(["instance", "exec", name, "--", "rm", "-f", "/racing"], { killAfterMs: 10_000 });
  }
}
