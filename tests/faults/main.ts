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
import type { DaemonKind } from "../../scripts/testbed/place.ts";
import type { Case } from "./cases/case.ts";
import { CASES } from "./cases/mod.ts";
import { type Group, groupOf, placeAnchor, sampleOf, siteOf } from "./groups.ts";
import { RETURN_HEAD, returnRows } from "./returns/table.ts";
import { cellsOf, type Row, runRow } from "./row.ts";
import type { Kind } from "./site.ts";
import { Table } from "./table.ts";
import { wipe } from "./wipe.ts";

const TABLE = fromFileUrl(new URL("TABLE.tsv", import.meta.url));
const RETURNS = fromFileUrl(new URL("RETURN.tsv", import.meta.url));
const HEAD = ["command", "daemon", "kind", "point", "fault", "expected", "got"];
const EXPECTED = "as undisturbed";

const USAGE = `Usage: deno task faults [--command NAME,...] [--kind KIND,...] [--daemon incus,lxd,incus7]
                        [--fault FAULT,...] [--failure TITLE,...] [--part K/N] [--each N] [--minutes N] [--only returns,points]
                        [--turn N] [--bed DIR] [--beds N] [--table FILE]
                        [--returns FILE] [--add] [--missing]

Without flags: every command, kind, daemon and point, for hours.
  --only     runs the rebuilds that fail alone, or the points
  --part     of every N rows of a command, runs the one with the number K, from 0
  --each     runs at most so many rows of a command on a daemon with a kind, with different faults
  --turn     with --each, takes other rows for each N
  --minutes  ends after this time; what was not run is counted at the end
  --bed      uses this bed, and leaves it up
  --beds     the number of beds that share the commands; 1 by default
  --table    writes the table of points here (default: tests/faults/TABLE.tsv)
  --returns  writes the table of rebuilds that fail here (default: tests/faults/RETURN.tsv)
  --add      keeps the rows of the table that are not run
  --missing  adds to the table: leaves out what it has rows of, none of which failed
`;

async function main(args: readonly string[]): Promise<number> {
  const flags = parseArgs(args, {
    string: [
      "command",
      "kind",
      "daemon",
      "fault",
      "minutes",
      "bed",
      "beds",
      "table",
      "part",
      "turn",
      "only",
      "returns",
    ],
    boolean: ["help", "add", "missing"],
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
    failure: words(flags["failure"]),
  };
  const dir = String(flags["bed"] ?? ownBed("faults"));
  const log = (line: string) => console.error(line);
  const kinds = [...only.daemon, "zfs"] as ("incus" | "lxd" | "incus7" | "zfs")[];
  const dirs = Array.from(
    { length: Number(flags["beds"] ?? 1) },
    (_, at) => at === 0 ? dir : `${dir}-${at + 1}`,
  );
  const beds: Bed[] = [];
  for (const one of dirs) beds.push(await up({ dir: one, kinds, images: ["tiny", "tiny2"], log }));
  const deadline = Date.now() + Number(flags["minutes"] ?? 60 * 24) * 60_000;
  const title = await titleOf(args);
  const table = new Table(String(flags["table"] ?? TABLE), HEAD, 5, title);
  const returns = new Table(String(flags["returns"] ?? RETURNS), RETURN_HEAD, 2, title);
  if (flags["add"]) { for (const one of [table, returns]) await one.read(); }
  const [part = 0, parts = 1] = String(flags["part"] ?? "0/1").split("/").map(Number);
  const each = flags["each"] === undefined ? undefined : Number(flags["each"]);
  const turn = Number(flags["turn"] ?? 0);
  const isIn = words(flags["only"]) ?? ["returns", "points"];
  let left = 0;
  try {
    if (isIn.includes("returns")) {
      const [bed] = beds as [Bed, ...Bed[]];
      const daemons = bed.daemons.filter(({ kind }) => only.daemon.includes(kind));
      await returnRows(
        bed,
        daemons,
        (cells, wrong) => returns.add(cells, wrong),
        (title) => isWanted(only, "failure", title),
      );
    }
    if (isIn.includes("points")) {
      const counts = await Promise.all(only.daemon.flatMap((kind) => {
        const groups = groupsOf(only, kind as DaemonKind).filter((group) =>
          !flags["missing"] || !table.has(group.one.command, kind, group.kind)
        );
        return beds.flatMap((bed) => {
          const daemon = bed.daemons.find((one) => one.kind === kind);
          const report: Report = (cells, wrong) => table.add(cells, wrong);
          return daemon
            ? [onDaemon(bed, daemon, groups, { only, part, parts, each, turn, deadline }, report)]
            : [];
        });
      }));
      left = counts.reduce((sum, count) => sum + count, 0);
    }
    console.log(
      `${returns.count} rebuilds that fail: ${
        returns.count - returns.failed
      } returned, ${returns.failed} failed`,
    );
    console.log(
      `${table.count} points: ${
        table.count - table.failed
      } recovered, ${table.failed} failed, ${left} not run`,
    );
    return table.failed + returns.failed > 0 ? 1 : 0;
  } finally {
    if (flags["bed"] === undefined) { for (const one of dirs) await down(one, log); }
  }
}

/** Returns a line with the commit and the flags of this run. */
async function titleOf(args: readonly string[]): Promise<string> {
  const binary = Deno.env.get("LXOPS_TEST_BIN_INCUS") ?? Deno.env.get("LXOPS_TEST_BIN_LXD");
  const [program = "", ...words] = binary
    ? [binary, "version"]
    : ["git", "-C", fromFileUrl(new URL(".", import.meta.url)), "describe", "--always", "--dirty"];
  const { stdout } = await new Deno.Command(program, { args: words, stderr: "null" }).output();
  const said = new TextDecoder().decode(stdout).trim();
  const commit = /\(([^)]+)\)/.exec(said)?.[1] ?? said;
  const shown = args.filter((_, at) =>
    ![args[at - 1], args[at]].some((one) => /^--(table|returns|bed)$/.test(one ?? ""))
  );
  return `commit ${commit}, ${["deno task faults", ...shown].join(" ")}`;
}

/** Selected commands, kinds and faults; all of them where a selection is absent. */
type Only = Readonly<Record<string, readonly string[] | undefined>>;

/** Extent of the run: the selected rows and their numbers. */
interface Extent {
  readonly only: Only;
  readonly part: number;
  readonly parts: number;
  /** The number of rows of each command, daemon and kind. */
  readonly each: number | undefined;
  readonly turn: number;
  readonly deadline: number;
}

/** Reports the cells of a row and its differences from the expected end. */
type Report = (cells: readonly string[], difference: readonly string[]) => Promise<void>;

const isWanted = (only: Only, what: string, word: string) =>
  only[what] === undefined || only[what].includes(word);

/**
 * Returns the groups of a daemon, from which each bed takes the next one. The first groups have each command once, with
 * alternating kinds, so that a run with too little time still has every command and every kind.
 */
function groupsOf(only: Only, daemon: DaemonKind): { one: Case; kind: Kind }[] {
  const cases = CASES.filter(({ command, daemons }) =>
    isWanted(only, "command", command) && (daemons?.includes(daemon) ?? true)
  );
  return [0, 1, 2, 3].flatMap((round) =>
    cases.flatMap((one, at) => {
      const kind = round < one.kinds.length ? one.kinds[(round + at) % one.kinds.length]! : undefined;
      return kind && isWanted(only, "kind", kind) ? [{ one, kind }] : [];
    })
  );
}

/**
 * Runs groups on the daemon of a bed until none is left, and returns the number of rows that were skipped for lack of
 * time.
 */
async function onDaemon(
  bed: Bed,
  daemon: Daemon,
  groups: { one: Case; kind: Kind }[],
  extent: Extent,
  report: Report,
): Promise<number> {
  await placeAnchor(daemon);
  let left = 0;
  for (let next = groups.shift(); next; next = groups.shift()) {
    const { one, kind } = next;
    const site = await siteOf(bed, daemon, kind);
    const cells = [one.command, site.daemon, kind, "-", "-", EXPECTED, "FAILED (undisturbed)"];
    const failed = (error: unknown) => report(cells, [String(error)]);
    try {
      const group = await groupOf(site, one, ({ name }) => isWanted(extent.only, "fault", name));
      const rows = group.rows.filter((_, index) => index % extent.parts === extent.part);
      const number = groups.length + extent.turn;
      for (const row of extent.each === undefined ? rows : sampleOf(rows, extent.each, number)) {
        if (Date.now() > extent.deadline) left++;
        else await runReported(group, row, report);
      }
    } catch (error) {
      await failed(error);
    } finally {
      await wipe(site).catch(failed);
      await Deno.remove(site.dir, { recursive: true });
    }
  }
  return left;
}

async function runReported(
  { site, end }: Group,
  row: Row,
  report: Report,
): Promise<void> {
  try {
    const result = await runRow(site, row, end);
    await report(cellsOf(site, row, result), result.difference);
  } catch (error) {
    const result = { isRecovered: false, got: "the test itself failed", difference: [] };
    await report(cellsOf(site, row, result), [String(error)]);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
