/**
 * `deno task faults`: disturbs every command at every point on a bed of its own, and writes the table.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl } from "@std/path";
import { type Bed, down, up } from "../../scripts/testbed/bed.ts";
import type { Daemon } from "../../scripts/testbed/daemon.ts";
import { ownBed } from "../../scripts/testbed/place.ts";
import { CASES, wipe } from "./cases.ts";
import { type Group, groupOf, placeAnchor, siteOf } from "./groups.ts";
import { cellsOf, type Row, runRow } from "./row.ts";

const TABLE = fromFileUrl(new URL("TABLE.tsv", import.meta.url));
const HEAD = ["command", "daemon", "kind", "point", "fault", "expected", "got"];
const EXPECTED = "as undisturbed";

const USAGE = `Usage: deno task faults [--command NAME,...] [--kind KIND,...] [--daemon incus,lxd,incus7]
                        [--fault FAULT,...] [--part K/N] [--minutes N] [--bed DIR] [--table FILE] [--add]

Without flags: every command, kind, daemon and point, for hours.
  --part     of every N rows of a command, runs the one with the number K, from 0
  --minutes  ends after this time; what was not run is counted at the end
  --bed      uses this bed, and leaves it up
  --table    writes the table here (default: tests/faults/TABLE.tsv)
  --add      keeps the rows of the table that are not run
`;

async function main(args: readonly string[]): Promise<number> {
  const flags = parseArgs(args, {
    string: ["command", "kind", "daemon", "fault", "minutes", "bed", "table", "part"],
    boolean: ["help", "add"],
  });
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const words = (text: unknown) => text === undefined ? undefined : String(text).split(",");
  const only = {
    command: words(flags["command"]),
    kind: words(flags["kind"]),
    daemon: words(flags["daemon"]) ?? ["incus", "lxd"],
    fault: words(flags["fault"]),
  };
  const dir = String(flags["bed"] ?? ownBed("faults"));
  const log = (line: string) => console.error(line);
  const kinds = [...only.daemon, "zfs"] as ("incus" | "lxd" | "incus7" | "zfs")[];
  const bed = await up({ dir, kinds, images: ["tiny", "tiny2"], log });
  const deadline = Date.now() + Number(flags["minutes"] ?? 60 * 24) * 60_000;
  const lines: string[][] = [];
  const table = String(flags["table"] ?? TABLE);
  const before = flags["add"] ? await readTable(table) : [];
  const write = () => writeTable(table, before, lines);
  const [part = 0, parts = 1] = String(flags["part"] ?? "0/1").split("/").map(Number);
  try {
    const counts = await Promise.all(
      bed.daemons.filter(({ kind }) => only.daemon.includes(kind)).map((daemon) =>
        onDaemon(bed, daemon, { only, part, parts, deadline }, async (cells, difference) => {
          lines.push(cells);
          const isBad = difference.length > 0;
          log(cells.join(" | ") + (isBad ? `\n    ${difference.join("\n    ")}` : ""));
          await write();
        })
      ),
    );
    const failed = lines.filter((cells) => !cells.at(-1)!.startsWith("recovered")).length;
    const left = counts.reduce((sum, count) => sum + count, 0);
    console.log(
      `${lines.length} points: ${lines.length - failed} recovered, ${failed} failed, ${left} not run`,
    );
    return failed > 0 ? 1 : 0;
  } finally {
    if (flags["bed"] === undefined) await down(dir, log);
  }
}

/** How much of the table is run. */
interface Extent {
  /** What is wanted of commands, kinds and faults; all, where nothing is said. */
  readonly only: Readonly<Record<string, readonly string[] | undefined>>;
  readonly part: number;
  readonly parts: number;
  readonly deadline: number;
}

/** Runs the rows of one daemon, and returns the number of those that there was no time for. */
async function onDaemon(
  bed: Bed,
  daemon: Daemon,
  { only, part, parts, deadline }: Extent,
  report: (cells: string[], difference: readonly string[]) => Promise<void>,
): Promise<number> {
  await placeAnchor(daemon);
  const wanted = (what: string, word: string) => only[what] === undefined || only[what].includes(word);
  let left = 0;
  for (const one of CASES.filter(({ command }) => wanted("command", command))) {
    for (const kind of one.kinds.filter((word) => wanted("kind", word))) {
      const site = await siteOf(bed, daemon, kind);
      try {
        const group = await groupOf(site, one, (fault) => wanted("fault", fault));
        for (const row of group.rows.filter((_, index) => index % parts === part)) {
          if (Date.now() > deadline) {
            left++;
            continue;
          }
          await runReported(group, row, report);
        }
      } catch (error) {
        const cells = [one.command, site.daemon, kind, "-", "-", EXPECTED, "FAILED (undisturbed)"];
        await report(cells, [String(error)]);
      } finally {
        await wipe(site);
        await Deno.remove(site.dir, { recursive: true });
      }
    }
  }
  return left;
}

async function runReported(
  { site, end }: Group,
  row: Row,
  report: (cells: string[], difference: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const result = await runRow(site, row, end);
    await report(cellsOf(site, row, result), result.difference);
  } catch (error) {
    const result = { isRecovered: false, got: "the test itself failed", difference: [] };
    await report(cellsOf(site, row, result), [String(error)]);
  }
}

async function readTable(path: string): Promise<readonly (readonly string[])[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").slice(1).filter(Boolean).map((line) => line.split("\t"));
}

/** Writes the rows in order; of two for the same point, the later one. */
async function writeTable(
  path: string,
  ...parts: readonly (readonly (readonly string[])[])[]
): Promise<void> {
  const rows = new Map(parts.flat().map((cells) => [cells.slice(0, 5).join("\t"), cells.join("\t")]));
  const lines = [...rows.values()].toSorted();
  await Deno.writeTextFile(path, [HEAD.join("\t"), ...lines, ""].join("\n"));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
