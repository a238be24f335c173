/** Targets of configuration files in memory. */
import type { Target } from "../../lib/plan/world.ts";
import type { TargetOptions } from "../../lib/run/targets/options.ts";
import { loadTargets } from "../../lib/run/targets/targets.ts";
import { memoryHost } from "../fakes/memory_host.ts";

/** Loads the targets of files in `/c`. */
export async function targetsOf(
  files: Readonly<Record<string, string>>,
  options: Partial<TargetOptions> = {},
): Promise<readonly Target[]> {
  const { targets } = await loadTargets(
    Object.keys(files).filter((name) => name.endsWith(".yaml")),
    { sets: [], name: "", project: "", strict: false, ...options },
    memoryHost({
      cwd: "/c",
      files: Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `/c/${name}`,
          name.endsWith(".yaml") ? `#lxops-v1\n${text}` : text,
        ]),
      ),
    }),
  );
  return targets;
}
