/**
 * Builds a binary from an entry point: bundles the modules into a few files, and appends these to Deno's base binary.
 * Bundling is a step of its own so that the files have fixed names and times: the same tree gives the same bytes.
 * Dynamic imports become files of their own, because V8 scans every file that it loads as a whole.
 *
 * @module
 */
import { basename, join, toFileUrl } from "@std/path";
import { DAEMONS } from "../../backends/daemons.ts";
import config from "../../deno.json" with { type: "json" };
import { filesOf, SCRIPTS } from "./code_cache/evaluate.ts";
import { checkedScript, entries, warmUpEnvironment, withCommands } from "./code_cache/entries.ts";
import { settleNames } from "./chunks.ts";
import { permissions } from "./permissions.ts";
import { run } from "./run.ts";
import { stripped, withoutChannel } from "./strip.ts";
import { shortenScriptClass } from "./script_class.ts";
import { importMap, type Stamp, stampModule } from "./stamp.ts";
import { isBaseFor, machineOf, type Target } from "./target.ts";

/** A program of the product: its name, its entry point and its set of permissions. */
export interface Program {
  readonly name: string;
  readonly entry: string;
  readonly permissions: keyof typeof DAEMONS;
}

/** The programs that are built: one for each daemon. */
export const PROGRAMS: readonly Program[] = (Object.keys(DAEMONS) as (keyof typeof DAEMONS)[]).map((id) => ({
  name: DAEMONS[id].program,
  entry: `backends/${id}.ts`,
  permissions: id,
}));

/** A build that failed for a reason that the user can fix. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/**
 * Settings of V8. A young generation of 16 MB spares a command the five or six collections of its first tenth of a
 * second; one that grows would take 30 MB more where there are 1,000 instances. Most commands are over before what the two compilers in the middle make would be worth its while; loops
 * that run for long still get the last one. Code is not made from strings: what zod would compile for a schema is
 * hardly ever used twice, and what cannot be done cannot be abused.
 */
const V8_FLAGS: readonly string[] = [
  "--min-semi-space-size=16",
  "--max-semi-space-size=16",
  "--no-sparkplug",
  "--no-maglev",
  "--disallow-code-generation-from-strings",
];

async function deno(
  args: readonly string[],
  what: string,
  options: { cwd?: string; env?: Record<string, string> },
) {
  const { code, stderr } = await run(Deno.execPath(), args, {
    ...options,
    env: { ...options.env, NO_COLOR: "1" },
  });
  const reason = stderr.replace(/\n*Stack backtrace:.*/s, "").trim();
  if (code !== 0) throw new BuildError(`${what} failed:\n${reason}`);
}

/** Returns the name of the file into which a program's entry point is bundled. */
function mainFile(program: Program): string {
  return basename(program.entry).replace(/\.ts$/, ".js");
}

/** Directories of a bundle, and whether types are checked. */
export interface BundleOptions {
  readonly root: string;
  readonly stage: string;
  readonly check: boolean;
  /** Bundle it also for other machines, whose binaries have no code caches. */
  readonly others: boolean;
}

/** Bundles a program into a directory of its own, with the permissions that go into its binary. */
export async function bundle(
  program: Program,
  stamp: Stamp,
  { root, stage, check, others }: BundleOptions,
): Promise<void> {
  const version = join(stage, "version.ts");
  const map = join(stage, "import_map.json");
  await Deno.mkdir(stage, { recursive: true });
  await Deno.writeTextFile(version, stampModule(stamp));
  const original = toFileUrl(join(root, "lib/base/version.ts")).href;
  await Deno.writeTextFile(map, importMap(config.imports, original, toFileUrl(version).href));
  const into = async (directory: string, entry: string, flags: readonly string[], imports = map) => {
    await Deno.mkdir(directory, { recursive: true });
    // Functions lose their names: to give them back takes 3 ms of a launch, for the stack of a defect, whose places
    // are enough to find them, as the same tree gives the same files.
    const args = ["bundle", "-q", "--frozen", "--minify", ...flags, "--import-map", imports];
    await deno([...args, "--outdir", directory, entry], `Bundling ${program.entry}`, { cwd: root });
  };
  const modules = async (directory: string, entry: string, allowed: unknown, checked: string) => {
    await into(directory, entry, [checked, "--code-splitting"]);
    await settleNames(directory, mainFile(program));
    const named = { permissions: { [program.permissions]: allowed } };
    await Deno.writeTextFile(join(directory, "deno.json"), JSON.stringify(named));
  };
  const own = permissions();
  const { plain, fast, warm } = placesOf(program, stage);
  const written = await entries(program, { root, directory: join(stage, "entries") });
  await modules(fast, written.launcher, own, check ? "--check" : "--no-check");
  await modules(warm, written.warmUp, { all: true }, "--no-check");
  if (others) await modules(plain, program.entry, own, "--no-check");
  for (const [name, commands] of Object.entries(SCRIPTS)) {
    const whole = join(stage, "whole", program.name, name);
    const own = await tableOf(commands, { root, stage, map });
    await into(whole, written.script, ["--no-check", "--format=cjs"], own);
    const script = checkedScript(await Deno.readTextFile(join(whole, mainFile(program))));
    for (const directory of [fast, warm]) {
      await Deno.writeTextFile(join(directory, filesOf(name).text), script);
    }
  }
  for (const directory of [fast, warm, ...others ? [plain] : []]) await settleTimes(directory, stamp);
}

/** Writes a table with some commands only, and an import map that has it; returns the map. */
async function tableOf(
  commands: readonly string[],
  { root, stage, map }: { readonly root: string; readonly stage: string; readonly map: string },
): Promise<string> {
  const original = toFileUrl(join(root, TABLE)).href;
  const [file, own] = ["commands.ts", "commands.json"].map((name) =>
    join(stage, `${commands[0]}-${name}`)
  ) as [
    string,
    string,
  ];
  const relative = withCommands(await Deno.readTextFile(join(root, TABLE)), commands);
  const absolute = relative.replaceAll(
    /"(\.\.?\/[^"]+\.ts)"/g,
    (_, path) => JSON.stringify(new URL(path, original).href),
  );
  await Deno.writeTextFile(file, absolute);
  const { imports } = JSON.parse(await Deno.readTextFile(map));
  await Deno.writeTextFile(own, importMap(imports, original, toFileUrl(file).href));
  return own;
}

/** The table of all commands. */
const TABLE = "lib/cli/commands.ts";

/** Gives all files of a directory the time of a stamp. */
async function settleTimes(directory: string, { time }: Stamp): Promise<void> {
  for await (const { name } of Deno.readDir(directory)) await Deno.utime(join(directory, name), time, time);
}

/** The bundles of a program. */
interface Places {
  /** The modules, for other machines. */
  readonly plain: string;
  /** The modules, the script and the code cache. */
  readonly fast: string;
  /** The script, and what warms it up. */
  readonly warm: string;
}

/** Returns where the bundles of a program are. */
export function placesOf({ name }: Program, stage: string): Places {
  const [plain = "", fast = "", warm = ""] = ["plain", "fast", "warm"].map((kind) => join(stage, kind, name));
  return { plain, fast, warm };
}

/** Options of a build with code caches. */
export interface CacheOptions {
  readonly stage: string;
  readonly output: string;
  readonly stamp: Stamp;
  readonly denort: string | undefined;
}

/**
 * Compiles a program into a binary that has code caches. A binary that warms up makes the caches, so the target must be
 * this machine.
 */
export async function compileWithCache(
  program: Program,
  target: Target,
  { stage, output, stamp, denort }: CacheOptions,
): Promise<void> {
  const { fast, warm } = placesOf(program, stage);
  const binary = join(stage, "warm-up", program.name);
  await Deno.mkdir(join(stage, "warm-up"), { recursive: true });
  await compile(program, target, warm, binary, denort);
  await shorten(binary);
  const options = { cwd: "/", env: warmUpEnvironment(program), clearEnv: true };
  for (const script of Object.keys(SCRIPTS)) {
    // The first run makes the cache, the second one uses it.
    for (const what of ["warm-up", "code cache"]) {
      const { code, stderr } = await run(binary, [join(fast, filesOf(script).cache), script], options);
      if (code === 0) continue;
      throw new BuildError(
        `The ${what} "${script}" of ${program.name} failed with ${code}: ${stderr.trim()}`,
      );
    }
  }
  await removeIfThere(binary);
  await settleTimes(fast, stamp);
  await compile(program, target, fast, output, denort);
  await shorten(output);
}

/** Gives a binary the short class of scripts. */
async function shorten(path: string): Promise<void> {
  const binary = await Deno.readFile(path);
  if (shortenScriptClass(binary)) return await Deno.writeFile(path, binary);
  console.error(`note: "node:wasi" of this Deno is not as expected: long commands start 30 ms later`);
}

/** Appends a bundled program to the base binary of a target and checks that the result is for that target. */
export async function compile(
  program: Program,
  target: Target,
  directory: string,
  output: string,
  denort: string | undefined,
): Promise<void> {
  const usable = denort !== undefined && isBaseFor(target, await machineOf(denort));
  const args = [
    "compile",
    "-q",
    "--no-check",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--no-prompt",
    "--no-code-cache",
    `--v8-flags=${V8_FLAGS.join(",")}`,
    `-P=${program.permissions}`,
    `--target=${target.triple}`,
    `--output=${output}`,
    ...await includesOf(directory),
    mainFile(program),
  ];
  const base = `${output}.base`;
  await removeIfThere(output);
  try {
    if (usable) await Deno.writeFile(base, withoutChannel(stripped(await Deno.readFile(denort))));
    const env: Record<string, string> = usable ? { DENORT_BIN: base } : {};
    await deno(args, `Compiling ${program.name} for ${target.triple}`, { cwd: directory, env });
  } catch (error) {
    if (error instanceof BuildError) {
      throw new BuildError(`${error.message}\n${baseAdvice(target, denort, usable)}`);
    }
    throw error;
  } finally {
    await removeIfThere(base);
  }
  if (await machineOf(output) !== target.machine) {
    await removeIfThere(output);
    throw new BuildError(
      `The binary that was made for ${target.triple} is for another machine; it was removed`,
    );
  }
}

/** Returns the flags that put the files into a binary which no module imports. */
async function includesOf(directory: string): Promise<readonly string[]> {
  const names = Object.keys(SCRIPTS).flatMap((script) => Object.values(filesOf(script)));
  const exists = (name: string) => Deno.lstat(join(directory, name)).then(() => true, () => false);
  const found = await Promise.all(names.map(async (name) => await exists(name) ? [name] : []));
  return found.flat().flatMap((name) => ["--include", name]);
}

function baseAdvice(target: Target, denort: string | undefined, usable: boolean): string {
  const advice =
    `deno compile appends the program to a base binary, denort, which it downloads once from Deno's site.
Where that cannot be reached, DENORT_BIN names one for ${target.triple} and Deno ${Deno.version.deno}.`;
  return denort === undefined || usable
    ? advice
    : `${advice}\n"${denort}" (DENORT_BIN) is not for this target.`;
}

/** Removes a file or directory if it exists. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
