/**
 * A few rows of the table of faults (`deno task faults`), others with every commit: each stops a command at a point, runs
 * the command that its message or help names, and compares the end with that of an undisturbed run.
 */
import { assertEquals } from "@std/assert";
import { load } from "../../../scripts/testbed/bed.ts";
import { CASES } from "../../faults/cases/mod.ts";
import { groupOf, placeAnchor, siteOf } from "../../faults/groups.ts";
import { pointText } from "../../faults/points.ts";
import { runRow } from "../../faults/row.ts";
import { wipe } from "../../faults/wipe.ts";
import { onBoth, places } from "../support/daemon.ts";

/** The number of commands of a sample, on each daemon. */
const COMMANDS = 2;

/** Returns the hash of the commit, or of nothing outside of a checkout. */
async function commit(): Promise<string> {
  // As root in a user's checkout, git tells nothing.
  const given = Deno.env.get("LXOPS_TEST_SAMPLE");
  if (given) return given.padEnd(40, "0");
  const root = new URL("../../..", import.meta.url);
  const { stdout } = await new Deno.Command("git", { args: ["rev-parse", "HEAD"], cwd: root, stderr: "null" })
    .output();
  return new TextDecoder().decode(stdout).trim() || "0".repeat(40);
}

onBoth(
  "a command that is stopped at a point is completed by the next one",
  ["directory", "pool", "bed"],
  async (ground, t) => {
    const bed = await load(places.bed!);
    const daemon = bed!.daemons.find(({ socket }) => socket === ground.daemon.socket)!;
    await placeAnchor(daemon);
    const hash = await commit();
    const number = (at: number) => parseInt(hash.slice(at, at + 6), 16);
    const groups = CASES.filter(({ daemons }) => daemons?.includes(daemon.kind) ?? true)
      .flatMap((one) => one.kinds.map((kind) => ({ one, kind })));
    for (let index = 0; index < COMMANDS; index++) {
      // The daemons have different rows.
      const at = index * 12 + (ground.daemon.title === "Incus" ? 0 : 6);
      const { one, kind } = groups[number(at) % groups.length]!;
      const site = await siteOf(bed!, daemon, kind);
      try {
        const { rows, end } = await groupOf(site, one, () => true);
        const row = rows[number(at + 2) % rows.length]!;
        await t.step(`${one.command}, ${kind}: ${row.fault.name} ${pointText(row.point)}`, async () => {
          const { difference, got } = await runRow(site, row, end);
          assertEquals(difference, [], got);
        });
      } finally {
        await wipe(site);
        await Deno.remove(site.dir, { recursive: true });
      }
    }
  },
);
