import { assertEquals, assertMatch } from "@std/assert";
import { type CopyOptions, planCopy } from "../../../../lib/plan/data/copy/copy.ts";
import { describe } from "../../../../lib/plan/output/script.ts";
import { targetsOf } from "../../../support/targets.ts";
import { worldOf, type WorldSpec } from "../../world_spec.ts";

const ZFS = "filesystems: {main: {pattern: tank/(instance)}}\n";
const BOTH = "filesystems: {main: {pattern: tank/(instance)}, files: {pattern: /srv/(instance)}}\n";

const SOURCE = {
  datasets: [{ name: "tank" }, { name: "tank/a" }],
  paths: { "/srv/a": "directory" },
} as const;

async function planned(text: string, way: "fromSsh" | "toSsh", spec: WorldSpec = {}) {
  const [from, to] = await targetsOf({ "a.yaml": text, "b.yaml": text });
  const machines = way === "fromSsh" ? { there: SOURCE } : { here: SOURCE };
  const options: CopyOptions = {
    ...{ resume: false, force: false, adopt: false, stopSeconds: 5, readySeconds: 60, pauseSeconds: 0 },
    ...{ all: false, from: from!, to: to!, snapshot: "now", take: true, overwrite: false },
    [way]: { host: "h", options: [] },
    remote: { program: "lxops", args: ["-name", "a", "-P", "x=it's", "/c/a.yaml"] },
  };
  const world = worldOf({ ...SOURCE, machines, ...spec });
  const { steps, notes = [] } = planCopy(way === "fromSsh" ? to! : from!, world, options);
  const script = { program: "lxops", globals: [], sudo: false };
  return { steps, notes, lines: steps.map(({ effect }) => describe(effect, script)) };
}

Deno.test("planCopy() takes a snapshot of another machine's datasets by zfs alone", async () => {
  const { lines, steps } = await planned(ZFS, "fromSsh");
  assertEquals(lines[0]!.split(" -- ")[1], "h 'zfs snapshot tank/a@now' </dev/null");
  assertEquals(steps[0]!.commits, true);
});

Deno.test("planCopy() leaves a snapshot of another machine's directories to lxops there", async () => {
  const { lines } = await planned(BOTH, "fromSsh");
  const call = "lxops snapshot -s now -name a -P 'x=it'\\''s' /c/a.yaml";
  assertEquals(lines[0]!.split(" -- ")[1], `h '${call.replaceAll("'", "'\\''")}' </dev/null`);
  assertMatch(lines.at(-1)!, / -- h .*; exec rm -r -f --one-file-system -- .srv.a@now/);
});

Deno.test("planCopy() keeps the snapshot that it took here, whatever fails later", async () => {
  const { steps, lines, notes } = await planned(BOTH, "toSsh");
  const last = steps.findIndex(({ commits }) => commits);
  assertEquals(lines.slice(0, last + 1), [
    "cp -a -T -x --reflink=auto --sparse=auto -- /srv/a /srv/a@now.partial",
    "zfs snapshot tank/a@now",
    "mv -T -- /srv/a@now.partial /srv/a@now",
  ]);
  assertEquals(steps.slice(0, last + 1).some(({ opens }) => opens), false);
  assertEquals(lines.at(-1)!.split("\n").at(-1), "rm -r -f --one-file-system -- /srv/a@now");
  assertEquals(notes, ["Snapshot now is copied; a run that is cut off goes on with -s now"]);
});

Deno.test("planCopy() says of volumes only that it leaves them out", async () => {
  const text = "filesystems: {main: {pattern: tank/(instance)}, v: {pattern: 'volume:default/(instance)'}}\n";
  const { notes } = await planned(text, "toSsh");
  assertEquals(notes, [
    '"volume:default/a" is a volume of a daemon, and is left out; export and import carry volumes',
    "Snapshot now is copied; a run that is cut off goes on with -s now",
  ]);
});
