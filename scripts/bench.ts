/**
 * `deno task bench`: compares the time of lxops with that of the fewest requests with the same result.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, resolve } from "@std/path";
import type { Case, Result } from "./bench/case.ts";
import { instanceCases } from "./bench/cases.ts";
import { throwAwayCases } from "./bench/throwaway_cases.ts";
import { fileCases } from "./bench/file_cases.ts";
import { prepareGround } from "./bench/ground.ts";
import { type Run, table } from "./bench/report.ts";
import { runCase } from "./bench/run_case.ts";
import { stripped } from "./build/strip.ts";
import { down, up } from "./testbed/bed.ts";
import { must } from "./testbed/run.ts";
import { inNamespace } from "./testbed/namespace.ts";
import { placeAt } from "./testbed/place.ts";
import { LxopsError, UsageError } from "../lib/base/errors.ts";

const USAGE = `Usage: deno task bench [--lxd] [--only CASE,...] [--rounds N] [--json FILE] [--compare FILE]

  --lxd      on a private LXD instead of Incus
  --only     cases whose names begin with one of these; --list prints the names
  --rounds   how often each case is timed, after one run that is not (default: 7)
  --json     also writes everything that was measured to a file; "-" is stdout
  --compare  an earlier run's file, to be shown beside this one
  --binaries where the built programs are (default: dist)
  --dir      directory of the private daemon (default: one of its own, removed afterwards)
  --disk     that one in TMPDIR, and not in memory, where nothing waits for a disk that others use too
`;

const CASES: readonly Case[] = [...instanceCases, ...throwAwayCases, ...fileCases];

/** Set where the bench runs inside a bed. */
const INSIDE = "LXOPS_BENCH_INSIDE";

const log = (line: string) => say(`bench: ${line}\n`);
const say = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
const print = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(text));

async function main(args: readonly string[]): Promise<void> {
  const flags = parseArgs(args, {
    string: ["only", "rounds", "json", "compare", "dir", "binaries"],
    boolean: ["lxd", "list", "disk", "help"],
    unknown: (word) => {
      throw new UsageError(`Unknown argument "${word}"`, [USAGE]);
    },
  });
  if (flags["help"]) return print(USAGE);
  if (flags["list"]) return print(CASES.map(({ name }) => `${name}\n`).join(""));
  const rounds = Number(flags["rounds"] ?? 7);
  if (!(rounds >= 1)) throw new UsageError(`--rounds takes a number, not "${flags["rounds"]}"`);
  const chosen = choose(flags["only"] === undefined ? undefined : String(flags["only"]));
  const before = flags["compare"] === undefined
    ? undefined
    : JSON.parse(await Deno.readTextFile(String(flags["compare"]))) as Run;
  const kind = flags["lxd"] ? "lxd" : "incus";
  const root = fromFileUrl(new URL("..", import.meta.url));
  const binaries = resolve(String(flags["binaries"] ?? `${root}/dist`));
  if (!Deno.env.has(INSIDE)) {
    const given = flags["dir"];
    if (given !== undefined) return await onBed(resolve(String(given)), args);
    return await inPlace(Boolean(flags["disk"]), (dir) => onBed(dir, args));
  }
  const run = await runAll(resolve(String(flags["dir"])), kind, binaries, chosen, rounds);
  print(table(run, before));
  print(
    `load ${run.load.map((one) => one.toFixed(1)).join(" ")}; binary ${megabytes(run.binary.size)}${
      run.binary.base === undefined ? "" : `, of which Deno ${megabytes(run.binary.base)}`
    }\n`,
  );
  const json = `${JSON.stringify(run, undefined, 2)}\n`;
  if (flags["json"] === "-") print(json);
  else if (flags["json"] !== undefined) await Deno.writeTextFile(String(flags["json"]), json);
}

/**
 * Brings up a bed and runs the bench where its daemons are: there lxops sees the same subordinate ids as they do, as
 * it does wherever there is one daemon only. Otherwise it would give directories away twice.
 */
async function onBed(dir: string, args: readonly string[]): Promise<void> {
  await up({ kinds: ["incus", "lxd"], images: ["busy"], dir, driver: "dir", log });
  const script = [Deno.execPath(), "run", "-q", "-A", fromFileUrl(import.meta.url), ...args, "--dir", dir];
  const [program, ...words] = inNamespace(placeAt(dir), script, Deno.cwd());
  const { code } = await new Deno.Command(program, { args: words, env: { [INSIDE]: "yes" } }).spawn().status;
  if (code !== 0) Deno.exitCode = code;
}

/** Makes a place for a bed, and takes both away afterwards. */
async function inPlace(isDisk: boolean, action: (dir: string) => Promise<void>): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "lxops-bench-" });
  const dir = `${place}/bed`;
  const inMemory = !isDisk && hasMemory();
  if (inMemory) {
    await must(["mount", "-t", "tmpfs", "-o", `size=${MEMORY_GIB}g,mode=755`, "lxops-bench", place]);
  } else await Deno.chmod(place, 0o755);
  log(`the daemon's data are ${inMemory ? "in memory" : "on disk"}`);
  try {
    await action(dir);
  } finally {
    await down(dir, log);
    if (inMemory) await must(["umount", place]);
    await Deno.remove(place);
  }
}

/** Memory that all cases need, doubled as a reserve. */
const MEMORY_GIB = 8;

function hasMemory(): boolean {
  return Deno.uid() === 0 && Deno.systemMemoryInfo().available > 2 * MEMORY_GIB * 2 ** 30;
}

/** Returns the chosen cases: a word chooses the case of that name, or else all cases whose names begin with it. */
function choose(only: string | undefined): readonly Case[] {
  if (only === undefined) return CASES;
  return only.split(",").map((word) => word.trim()).filter(Boolean).flatMap((word) => {
    const same = CASES.filter(({ name }) => name === word);
    const found = same.length > 0 ? same : CASES.filter(({ name }) => name.startsWith(word));
    if (found.length === 0) {
      throw new UsageError(`No case is called "${word}"`, ["--list prints their names"]);
    }
    return found;
  });
}

async function runAll(
  dir: string,
  kind: "incus" | "lxd",
  binaries: string,
  cases: readonly Case[],
  rounds: number,
): Promise<Run> {
  const ground = await prepareGround(dir, kind, binaries);
  const results: Result[] = [];
  const skipped: Record<string, string> = {};
  try {
    for (const one of cases) {
      const result = await runCase(one, ground, rounds, results);
      if (typeof result === "string") {
        skipped[one.name] = result;
        say(`bench: skipped ${one.name}: ${result}\n`);
      } else {
        results.push(result);
        say(
          `bench: ${one.name}: ${result.seconds.median.toFixed(3)} s${
            result.ratio === undefined ? "" : `, ${result.ratio.toFixed(2)} x floor`
          }\n`,
        );
      }
    }
  } finally {
    ground.raw[Symbol.dispose]();
  }
  const base = Deno.env.get("DENORT_BIN");
  const { size } = await Deno.stat(ground.binary);
  return {
    daemon: kind,
    load: Deno.loadavg(),
    results,
    skipped,
    binary: base === undefined ? { size } : { size, base: stripped(await Deno.readFile(base)).length },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    say([`bench: ${error.message}`, ...error.advice, ""].join("\n"));
    Deno.exit(error.exitCode);
  }
}
