/** Runs of commands for files, on a machine in memory. */
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";
import { type Outcome, run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { noControls, recorder } from "../fakes/recorder.ts";

type Files = Readonly<Record<string, string>>;

/** Files of a test; relative ones are in the working directory. */
function absolute(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path.startsWith("/") ? path : `/c/${path}`, text]),
  );
}

/** Runs a command that must change nothing. */
export function look(line: string, files: Files, spec: WorldSpec = {}): Promise<Outcome> {
  const world = worldOf(spec);
  return run(words(line), { world, files: absolute(files), controls: noControls });
}

/** Runs a command, and tells which files it writes, with what. */
export async function change(line: string, files: Files): Promise<Outcome & { readonly written: Files }> {
  const world = worldOf({});
  const controls = recorder(memoryServer(world));
  const outcome = await run(words(line), { world, files: absolute(files), controls: () => controls });
  const written = controls.effects.map((effect) => {
    if (effect.kind !== "write") throw new Error(`${effect.kind} is no effect on files`);
    return [effect.path, effect.text] as const;
  });
  return { ...outcome, written: Object.fromEntries(written) };
}

/** Words of a command line, where `''` is an empty one. */
function words(line: string): string[] {
  return line.split(" ").map((word) => word.replaceAll("''", ""));
}
