/**
 * `deno task testbed`: private Incus and LXD daemons and a ZFS pool to try lxops on.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "@std/path";
import { LxopsError, UsageError } from "../lib/base/errors.ts";
import { type Bed, down, load, type Part, up } from "./testbed/bed.ts";
import type { Driver } from "./testbed/daemon.ts";
import { env } from "./testbed/env.ts";
import { IMAGE_NAMES, type ImageName } from "./testbed/images.ts";
import { defaultDir } from "./testbed/place.ts";

const USAGE =
  `Usage: deno task testbed up|down|env|status [--dir DIR] [--only incus,lxd,...] [--images tiny,...]

  up      starts private daemons, or adds to those that run; what a crash left behind is removed first
  down    removes them and everything that they made
  env     prints shell exports for them:  eval "$(deno task -q testbed env)"
  status  says what is up

  --dir     where they live (default: $LXOPS_TESTBED_DIR, else \${TMPDIR:-/tmp}/lxops-testbed)
  --only    parts: incus, lxd, zfs, incus7 (default: incus,lxd,zfs)
  --images  images: ${IMAGE_NAMES.join(", ")} or all (default: tiny,tiny2,debian)
  --driver  storage driver of the daemons' pool: dir (default) or btrfs
`;

const PARTS = ["incus", "lxd", "zfs", "incus7"] as const;

/** Splits a list and refuses words that are not in the table. */
function words<T extends string>(
  flag: string,
  text: unknown,
  table: readonly T[],
  otherwise: readonly T[],
): readonly T[] {
  if (text === undefined) return otherwise;
  return String(text).split(",").filter(Boolean).map((word) => {
    const known = table.find((item) => item === word);
    if (!known) throw new UsageError(`Unknown word "${word}" in --${flag}: use ${table.join(", ")}`);
    return known;
  });
}

async function main(args: readonly string[]): Promise<void> {
  const flags = parseArgs(args, {
    string: ["dir", "only", "images", "driver"],
    boolean: ["help"],
    unknown: (arg, key) => {
      if (key) throw new UsageError(`Unknown flag "${arg}"`);
      return true;
    },
  });
  const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  const log = (line: string) => void Deno.stderr.writeSync(new TextEncoder().encode(`testbed: ${line}\n`));
  const dir = resolve(String(flags["dir"] ?? defaultDir()));
  const command = flags["help"] ? "help" : flags._.join(" ");
  switch (command) {
    case "up": {
      const kinds = words<Part>("only", flags["only"], PARTS, ["incus", "lxd", "zfs"]);
      const images = flags["images"] === "all"
        ? IMAGE_NAMES
        : words<ImageName>("images", flags["images"], IMAGE_NAMES, ["tiny", "tiny2", "debian"]);
      const [driver = "dir"] = words<Driver>("driver", flags["driver"], ["dir", "btrfs"], ["dir"]);
      await up({ kinds, images, dir, driver, log });
      return log(`up in "${dir}"`);
    }
    case "down":
      if (await down(dir, log)) log(`nothing left of "${dir}"`);
      return;
    case "env":
      return void print(env(await loaded(dir)));
    case "status":
      return void print(JSON.stringify(await loaded(dir), undefined, 2) + "\n");
    case "help":
      return void print(USAGE);
    default:
      throw new UsageError(command ? `Unknown command "${command}"` : "Name a command", [USAGE]);
  }
}

async function loaded(dir: string): Promise<Bed> {
  const bed = await load(dir);
  if (!bed) throw new LxopsError(`No test bed is up in "${dir}"`, ["Start one: deno task testbed up"]);
  return bed;
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    Deno.stderr.writeSync(
      new TextEncoder().encode([`testbed: ${error.message}`, ...error.advice, ""].join("\n")),
    );
    Deno.exit(error.exitCode);
  }
}
