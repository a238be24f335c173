/** Runs of `init` on a machine in memory, and what the files that it writes are worth. */
import { dirname } from "@std/path";
import { StateError } from "../../lib/base/errors.ts";
import { objectKey } from "../../lib/plan/world.ts";
import type { PathInfo } from "../../lib/ports/mod.ts";
import { type Outcome, run } from "../fakes/memory_app.ts";
import { type MemoryServer, memoryServer } from "../fakes/memory_server.ts";
import { noControls, recorder } from "../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";

type Files = Readonly<Record<string, string>>;

/** A file that was written. */
export interface Written {
  readonly text: string;
  readonly mode: number;
}

/** The end of a run, and the files that it wrote by their absolute paths. */
export interface Started extends Outcome {
  readonly written: Readonly<Record<string, Written>>;
  /** Texts of the files. */
  readonly texts: Files;
}

const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 };

/** Returns what is at the paths of files and above them. */
export function pathsOf(files: Files): Readonly<Record<string, PathInfo>> {
  const paths: Record<string, PathInfo> = {};
  for (const [file, text] of Object.entries(files)) {
    for (let at = dirname(file); at !== "/"; at = dirname(at)) paths[at] = DIRECTORY;
    paths[file] = { kind: "file", mode: 0o600, uid: 0, gid: 0, size: text.length };
  }
  return paths;
}

/** Runs `init` in the directory `/c`; with `full`, a file cannot be written. */
export async function init(
  args: readonly string[],
  files: Files = {},
  spec: WorldSpec = {},
  full?: { readonly at: string; readonly removed: string[] },
): Promise<Started> {
  const world = { ...worldOf(spec), paths: new Map(Object.entries(pathsOf(files))) };
  const recorded = recorder(memoryServer(world));
  const controls = full === undefined ? recorded : {
    ...recorded,
    host: {
      ...recorded.host,
      writeText: (...args: Parameters<typeof recorded.host.writeText>) =>
        args[0] === full.at
          ? Promise.reject(new StateError("No space left on device"))
          : recorded.host.writeText(...args),
      removeText: (path: string, _text: string, withDirectory: boolean) => {
        full.removed.push(withDirectory ? `${path} and directory` : path);
        return Promise.resolve();
      },
    },
  };
  // Other than that of the fake, this daemon has no instances but those.
  const server: MemoryServer = {
    ...memoryServer(world),
    instance: ({ project, name }) => Promise.resolve(world.instances.get(objectKey(project, name))),
  };
  const outcome = await run(["init", ...args], { world, files, server, controls: () => controls });
  const written: Record<string, Written> = {};
  for (const effect of controls.effects) {
    const isIgnored = effect.kind === "write" && effect.path.endsWith("/.gitignore") && effect.path in files;
    if (effect.kind !== "write" || !effect.isNew && !isIgnored) {
      throw new Error(`init does more than write new files`);
    }
    written[effect.path] = { text: effect.text, mode: effect.mode };
  }
  const texts = Object.fromEntries(
    [...controls.effects].map((effect) => effect.kind === "write" ? [effect.path, effect.text] : ["", ""]),
  );
  return { ...outcome, written, texts };
}

/** Checks configurations among files: all that can be checked without a daemon. */
export async function verify(files: Files): Promise<Outcome> {
  const world = { ...worldOf({}), paths: new Map(Object.entries(pathsOf(files))) };
  const configs = Object.keys(files).filter((path) => path.endsWith("/lxops.yaml"));
  return await run(["i", "verify", ...configs], { world, files, controls: noControls });
}
