/** The golden plans of `tests/plans`, as command lines. */
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";
import type { World } from "../../lib/plan/world.ts";

/** A golden plan as a user would ask for it. */
export interface GoldenCase {
  readonly name: string;
  /** The file `case.json`. */
  readonly spec: GoldenSpec;
  /** The command and its flags. */
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly world: World;
  /** The file with the expected script or error, and what it contains; empty where it is not written yet. */
  readonly file: URL;
  readonly golden: string;
}

/** A command, its configuration and the world that it finds. */
export interface GoldenSpec {
  readonly command: string;
  readonly files?: readonly string[];
  readonly name?: string;
  /** The new name, of a rename. */
  readonly to?: string;
  readonly project?: string;
  readonly sets?: readonly string[];
  readonly options?: Readonly<Record<string, boolean | number | string | readonly string[]>>;
  readonly world?: WorldSpec;
}

const FLAGS: Readonly<Record<string, string>> = {
  resume: "resume",
  force: "force",
  adopt: "adopt",
  mustExist: "must-exist",
  all: "all",
  only: "only",
  deleteSnapshots: "delete-snapshots",
  newAddress: "new-address",
  resetProfiles: "reset-profiles",
  inPlace: "in-place",
  keepOld: "keep-old",
  back: "back",
  noReturn: "no-return",
  keepFailed: "keep-failed",
  undoData: "undo-data",
  stopSeconds: "wait-stop",
  readySeconds: "timeout",
  pauseSeconds: "wait-configure",
  directory: "d",
  overwrite: "overwrite",
  image: "image",
  snapshot: "s",
  withInstance: "c",
  destroy: "d",
  clones: "R",
  destroyNewer: "destroy-newer",
  vm: "vm",
  member: "target",
  moveDevices: "move-devices",
  check: "check",
};

/** Returns the arguments of a copy, whose two ends have the same configuration. */
function copyArgs({ name, to, files, options = {} }: GoldenSpec): string[] {
  const { fromHost, toHost, snapshot, overwrite } = options;
  return [
    "copy-filesystems",
    `-s=${snapshot}`,
    ...(overwrite ? ["-overwrite"] : []),
    ...(fromHost ? ["-from-host", String(fromHost)] : []),
    ...(toHost ? ["-to-host", String(toHost)] : []),
    ...["-from-container", name!, "-container", to!, files?.[0] ?? "a.yaml"],
  ];
}

function argsOf(spec: GoldenSpec): string[] {
  if (spec.command === "copy-filesystems") return copyArgs(spec);
  const flags = Object.entries(spec.options ?? {}).map(([key, value]) => {
    const flag = spec.command === "export" && key === "snapshot" ? "snapshot" : FLAGS[key];
    if (flag === undefined) throw new Error(`no flag sets the option ${key}`);
    return `-${flag}=${value}`;
  });
  return [
    spec.command,
    ...flags,
    ...(spec.name ? ["-name", spec.name] : []),
    ...(spec.project ? ["-project", spec.project] : []),
    ...(spec.sets ?? []).flatMap((set) => ["-P", set]),
    ...(spec.files ?? ["a.yaml"]),
    ...(spec.to ? [spec.to] : []),
  ];
}

/** Reads all golden plans. */
export function goldenCases(): readonly GoldenCase[] {
  const root = new URL("../plans/", import.meta.url);
  const names = [...Deno.readDirSync(root)].filter((entry) => entry.isDirectory).map(({ name }) => name);
  return names.sort().map((name) => {
    const directory = new URL(`${name}/`, root);
    const spec: GoldenSpec = JSON.parse(Deno.readTextFileSync(new URL("case.json", directory)));
    const file = new URL("expected.sh", directory);
    const files = [...Deno.readDirSync(directory)].filter((entry) =>
      /\.(yaml|cfg|sh)$/.test(entry.name) && entry.name !== "expected.sh"
    );
    return {
      name,
      spec,
      args: argsOf(spec),
      files: Object.fromEntries(
        files.map((entry) => [`/c/${entry.name}`, Deno.readTextFileSync(new URL(entry.name, directory))]),
      ),
      world: worldOf(spec.world ?? {}),
      file,
      golden: readIfThere(file),
    };
  });
}

function readIfThere(file: URL): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
