/**
 * Tests of an `up` that is killed before or after one of its requests or programs: the next `up` ends like an
 * undisturbed one. A run takes some of these points, others with every commit.
 */
import { assertEquals } from "@std/assert";
import { load } from "../../../scripts/testbed/bed.ts";
import { CASES } from "../../faults/cases/mod.ts";
import { groupOf, placeAnchor, siteOf } from "../../faults/groups.ts";
import { pointText } from "../../faults/points.ts";
import { runRow } from "../../faults/row.ts";
import { wipe } from "../../faults/wipe.ts";
import { isTaken, isWhole, sample } from "../../support/sample.ts";
import { onBoth, places } from "../support/daemon.ts";

/** Cases of `up`: a new instance, changes in place, a restart and a rebuild. */
const UPS = CASES.filter(({ command }) => command.split(" ")[0] === "up");

onBoth("the up after a killed one ends like an undisturbed one", [
  "directory",
  "pool",
  "bed",
], async (ground, t) => {
  const bed = await load(places.bed!);
  const daemon = bed!.daemons.find(({ socket }) => socket === ground.daemon.socket)!;
  await placeAnchor(daemon);
  const turn = ground.daemon.title === "Incus" ? 0 : 1;
  for (const [index, one] of UPS.entries()) {
    if (!isTaken(index + turn, UPS.length)) continue;
    const site = await siteOf(bed!, daemon, "directory");
    try {
      const { rows, end } = await groupOf(site, one, ({ name }) => name === "kill");
      const chosen = isWhole() ? rows : [rows[sample() % rows.length]!];
      for (const row of chosen) {
        await t.step(`${one.command}: ${pointText(row.point)}`, async () => {
          const { difference, got } = await runRow(site, row, end);
          assertEquals(difference, [], got);
        });
      }
    } finally {
      await wipe(site);
      await Deno.remove(site.dir, { recursive: true });
    }
  }
});
