/**
 * Builds the binaries into `dist`, with their checksums; earlier builds are removed.
 *
 *     deno task build          lxops-incus and lxops-lxd for this machine
 *     deno task build --all    both for every platform, with the platform in their names
 *
 * --no-check leaves the types to "deno task check", which takes as long as all the rest.
 *
 * DENORT_BIN names the base binary where Deno's site cannot be reached; several for different machines are separated by
 * colons. SOURCE_DATE_EPOCH overrides the time of the commit, the only time that goes into a binary.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { checksums } from "./build/checksums.ts";
import { BuildError, bundle, compile, compileWithCache, placesOf, PROGRAMS } from "./build/compile.ts";
import { readStamp, type Stamp } from "./build/stamp.ts";
import { baseFor, type Target, TARGETS } from "./build/target.ts";
import { verify } from "./build/verify.ts";

/** The file in `dist` that a build holds while it runs. */
const LOCK = ".lock";

const USAGE = "Usage: deno task build [--all] [--no-check]";

/** Returns the targets of a build, with the suffix of its files for each. */
export function targets(host: string, all: boolean): readonly { target: Target; suffix: string }[] {
  if (all) return TARGETS.map((target) => ({ target, suffix: `-${target.label}` }));
  const own = TARGETS.filter(({ triple }) => triple === host);
  if (own.length === 0) throw new BuildError(`lxops is not built for ${host}`);
  return own.map((target) => ({ target, suffix: "" }));
}

/** Builds every target and says what could not be built; one that fails does not stop the others. */
async function build(
  root: string,
  { all, check }: { readonly all: boolean; readonly check: boolean },
  stamp: Stamp,
  denorts: readonly string[],
): Promise<void> {
  const dist = join(root, "dist");
  const stage = join(dist, ".stage");
  const built: string[] = [];
  const failed: string[] = [];
  await Deno.mkdir(dist, { recursive: true });
  // A build beside this one would remove what this one has made.
  using lock = await Deno.open(join(dist, LOCK), { create: true, write: true });
  await lock.lock(true);
  for await (const { name } of Deno.readDir(dist)) {
    if (name !== LOCK) await Deno.remove(join(dist, name), { recursive: true });
  }
  await Deno.mkdir(stage);
  try {
    for (const program of PROGRAMS) await bundle(program, stamp, { root, stage, check, others: all });
    for (const { target, suffix } of targets(Deno.build.target, all)) {
      const denort = await baseFor(target, denorts);
      try {
        for (const program of PROGRAMS) {
          const name = program.name + suffix;
          const path = join(dist, name);
          if (target.triple === Deno.build.target) {
            await compileWithCache(program, target, { stage, output: path, stamp, denort });
            await verify(path, stamp, stage);
          } else await compile(program, target, placesOf(program, stage).plain, path, denort);
          built.push(name);
          console.log(`dist/${name}`);
        }
      } catch (error) {
        if (!(error instanceof BuildError)) throw error;
        failed.push(`Not built for ${target.triple}: ${error.message}`);
      }
    }
    if (built.length > 0) await Deno.writeTextFile(join(dist, "SHA256SUMS"), await checksums(dist, built));
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
  if (failed.length > 0) throw new BuildError(failed.join("\n"));
}

async function main(args: readonly string[]): Promise<number> {
  const flags = parseArgs(args, { boolean: ["all", "no-check", "help"] });
  if (
    flags["help"] || flags._.length > 0 ||
    Object.keys(flags).some((key) => !["_", "all", "no-check", "help"].includes(key))
  ) {
    flags["help"] ? console.log(USAGE) : console.error(USAGE);
    return flags["help"] ? 0 : 2;
  }
  const root = fromFileUrl(new URL("..", import.meta.url));
  Deno.chdir(root);
  const denorts = (Deno.env.get("DENORT_BIN") ?? "").split(":").filter((path) => path !== "");
  // Deno itself takes whatever it names, for any target; compile() passes it on where it fits.
  Deno.env.delete("DENORT_BIN");
  try {
    const stamp = await readStamp(config.version, Deno.env.get("SOURCE_DATE_EPOCH"), root);
    console.error(`lxops ${stamp.version} (${stamp.commit}), Deno ${Deno.version.deno}`);
    for (const path of denorts) console.error(`Base binary from DENORT_BIN, to try and to test: ${path}`);
    await build(root, { all: flags["all"] === true, check: flags["no-check"] !== true }, stamp, denorts);
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
