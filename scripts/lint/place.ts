/**
 * Maps files to the units of the tree. Rules use a file's unit, never its path, so that the layers are
 * defined once.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };

/** Part of the tree with its own rules. */
export type Unit =
  | "backends"
  | "main"
  | "adapters"
  | "cli"
  | "run"
  | "plan"
  | "instance"
  | "cloudconfig"
  | "config"
  | "base"
  | "library"
  | "mod"
  | "scripts"
  | "tests"
  | "other";

/** Units that each unit may import, in addition to itself and the base: `base`, `ports`, `step`, `ssh` and `dotenv` below `lib`. */
export const LAYERS: Readonly<Record<Unit, readonly Unit[]>> = {
  backends: ["main"],
  main: ["adapters", "cli", "run", "plan", "instance", "cloudconfig", "config"],
  adapters: [],
  cli: ["run", "plan", "instance", "cloudconfig", "config"],
  run: ["plan", "instance", "cloudconfig", "config"],
  plan: ["instance", "cloudconfig", "config"],
  instance: ["config"],
  cloudconfig: ["config"],
  config: [],
  base: [],
  library: ["main", "adapters", "cli", "run", "plan", "instance", "cloudconfig", "config"],
  mod: ["backends", "library", "main", "config"],
  scripts: [
    "backends",
    "main",
    "adapters",
    "cli",
    "run",
    "plan",
    "instance",
    "cloudconfig",
    "config",
    "library",
    "mod",
    "tests",
  ],
  tests: [
    "backends",
    "main",
    "adapters",
    "cli",
    "run",
    "plan",
    "instance",
    "cloudconfig",
    "config",
    "library",
    "mod",
    "scripts",
  ],
  other: [],
};

/** Units without access to the system: functions of data. */
export const PURE: readonly Unit[] = ["base", "config", "instance", "cloudconfig", "plan"];

/** Units below `lib`. */
export const LIB: readonly Unit[] = [...PURE, "run", "cli", "library", "adapters"];

/** Units that are part of the product. */
export const PRODUCT: readonly Unit[] = [...LIB, "main", "backends", "mod"];

/** Names that code may import, as deno.json maps them. */
export const IMPORTS: readonly string[] = Object.keys(config.imports);

/** Name of the library, for programs that use it. */
export const LIBRARY: string = config.name;

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Returns a file's path below the root of the repository; a path outside of it is returned unchanged. */
export function relativePath(filename: string): string {
  const path = filename.startsWith("file://") ? decodeURIComponent(new URL(filename).pathname) : filename;
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** Tells which unit a path below the root belongs to. */
export function unitOf(path: string): Unit {
  const [top = "", second = "", ...rest] = path.split("/");
  if (path === "lib/mod.ts") return "mod";
  if (top === "lib") return rest.length === 0 ? "base" : libUnit(second);
  if (path === "main.ts") return "main";
  if (top === "backends" || top === "scripts" || top === "tests") return top;
  return "other";
}

function libUnit(name: string): Unit {
  switch (name) {
    case "base":
    case "ports":
    case "step":
    case "ssh":
    case "dotenv":
      return "base";
    case "compose":
      return "main";
    case "adapters":
    case "library":
    case "cli":
    case "run":
    case "plan":
    case "instance":
    case "cloudconfig":
    case "config":
      return name;
    default:
      return "other";
  }
}

/** Resolves a relative import of a file to a path below the root. */
export function importedPath(from: string, specifier: string): string {
  return decodeURIComponent(new URL(specifier, `file:///${from}`).pathname.slice(1));
}

/** Tells whether a unit may import another. */
export function mayImport(from: Unit, to: Unit): boolean {
  return from === to || to === "base" || LAYERS[from].includes(to);
}
