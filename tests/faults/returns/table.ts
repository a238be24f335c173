/**
 * The table of the rebuilds that fail.
 *
 * @module
 */
import type { Bed } from "../../../scripts/testbed/bed.ts";
import type { Daemon } from "../../../scripts/testbed/daemon.ts";
import { placeAnchor, siteOf } from "../groups.ts";
import { placeSmallPool } from "../small_pool.ts";
import { wipe } from "../wipe.ts";
import { type Failure, FAILURES } from "./failures.ts";
import { fail, type Returned, serve, type Serving } from "./return.ts";

/** The columns. */
export const RETURN_HEAD: readonly string[] = ["failure", "daemon", "filesystems", "expected", "got"];

const FILESYSTEMS = "directory, dataset, volume";
const EXPECTED = "the old instance answers within its start time + 5 s; same addresses, data and settings";

/** Ways to run them. */
interface Ways {
  readonly patience?: number;
  readonly afterwards?: (serving: Serving) => Promise<void>;
}

/** Runs rebuilds that fail on a daemon, one after the other on one instance. */
export async function runFailures(
  bed: Bed,
  daemon: Daemon,
  failures: readonly Failure[],
  report: (failure: Failure, result: Returned) => Promise<void>,
  { patience = 1, afterwards = () => Promise.resolve() }: Ways = {},
): Promise<void> {
  await placeAnchor(daemon);
  const site = await siteOf(bed, daemon, "dataset");
  await placeSmallPool(site.place, daemon);
  await wipe(site);
  try {
    const serving = await serve(site);
    try {
      for (const failure of failures) await report(failure, await fail(serving, failure, patience));
      await afterwards(serving);
    } finally {
      await serving.client.stop();
    }
  } finally {
    await wipe(site);
    await Deno.remove(site.dir, { recursive: true });
  }
}

/** Runs all of them on several daemons at a time, and returns the rows and the lines about what is wrong. */
export async function returnRows(
  bed: Bed,
  daemons: readonly Daemon[],
  report: (cells: string[], wrong: readonly string[]) => Promise<void>,
  isWanted: (title: string) => boolean = () => true,
): Promise<void> {
  const failures = FAILURES.filter(({ title }) => isWanted(title));
  await Promise.all(
    daemons.map((daemon) =>
      runFailures(bed, daemon, failures, async ({ title }, { code, stderr, backMs, limitMs, wrong }) => {
        const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
        const got = `${wrong.length === 0 ? "returned" : "FAILED"} (${code}, after ${seconds(backMs)} s of ${
          seconds(limitMs)
        } s)`;
        const said = wrong.length > 0 ? [`said: ${stderr.trim().replaceAll("\n", " / ")}`] : [];
        await report([title, daemon.kind, FILESYSTEMS, EXPECTED, got], [...wrong, ...said]);
      })
    ),
  );
}
