/**
 * While a rebuild swaps two instances, a daemon that starts after a crash of the machine starts one of them at most, and
 * none only between two requests, or while data is put back.
 */
import { assertEquals } from "@std/assert";
import { load } from "../../../scripts/testbed/bed.ts";
import { is, writeFiles } from "../../faults/cases/case.ts";
import { gated } from "../../faults/gated.ts";
import { placeAnchor, siteOf } from "../../faults/groups.ts";
import { ask, mustRun, type Site } from "../../faults/site.ts";
import { wipe } from "../../faults/wipe.ts";
import { inTurn, places } from "../support/daemon.ts";

interface Listed {
  readonly name: string;
  readonly expanded_config: Readonly<Record<string, string>>;
}

/** Tells whether a daemon that starts would start an instance. */
function starts({ expanded_config: config }: Listed): boolean {
  const isGuarded = config["security.protection.start"] === "true" ||
    (config["linux.kernel_modules"] ?? "") !== "";
  if (isGuarded || config["boot.autostart"] === "false") return false;
  return config["boot.autostart"] === "true" || config["volatile.last_state.power"] === "RUNNING";
}

/** Returns the requests and programs of a command before which a daemon that starts would not start exactly one. */
async function others(site: Site, args: readonly string[], code: number): Promise<readonly string[]> {
  const found: string[] = [];
  const { code: got, stderr } = await gated(site, args, async (point) => {
    // What a request has begun is done after the wait for it.
    if (point.side === "after" || /\/wait/.test(point.what)) return "go";
    const all: readonly Listed[] = await ask(site, "GET", "/1.0/instances?recursion=1");
    const started = all.filter((one) => one.name.includes(site.id) && starts(one));
    const what = point.what.replace("/1.0/instances/", "").replaceAll("FILES/", "");
    if (started.length !== 1) found.push(`${started.length} before ${what}`);
    return "go";
  });
  assertEquals(got, code, stderr);
  return found;
}

/** Between the stop of the one that served and the next request, and between the last of the one and the first of the other. */
const FORTH = ["0 before PATCH NAME", "0 before PATCH NAME"];

inTurn("one of two swapped instances would start after a crash", ["directory", "bed"], async (ground) => {
  const bed = (await load(places.bed!))!;
  const daemon = bed.daemons.find(({ socket }) => socket === ground.daemon.socket)!;
  await placeAnchor(daemon);
  const site = await siteOf(bed, daemon, "directory");
  await wipe(site);
  try {
    await writeFiles(site);
    await mustRun(site, ["launch", ...is(site)]);
    const keep = ["rebuild", "-keep-old", "-undo-data", ...is(site, "b.yaml")];
    assertEquals(await others(site, keep, 0), FORTH);
    assertEquals(await others(site, ["rebuild", "-back", ...is(site, "b.yaml")], 0), FORTH);
    await Deno.writeTextFile(`${site.dir}/a.cfg`, "#cloud-config\nruncmd: [exit 7]\n");
    // The new one stops and is closed before the old one is let start again.
    const back = ["0 before PATCH NAME", "0 before PATCH NAME-lxops-old-RANDOM"];
    assertEquals(await others(site, ["rebuild", ...is(site, "b.yaml")], 5), [...FORTH, ...back]);
    // The old instance must not start before its data is restored.
    const undo = await others(site, ["rebuild", "-undo-data", ...is(site, "b.yaml")], 5);
    assertEquals(undo, [
      ...FORTH,
      "0 before PATCH NAME",
      "0 before POST NAME",
      "0 before POST NAME-lxops-old-RANDOM",
      // Without root, programs rename directories; with it, lxops does, where nothing can come between.
      ...Deno.uid() === 0 ? [] : [
        "0 before mv -T -- NAME NAME.lxops-replaced",
        "0 before mv -T -- NAME@lxops-rebuild-RANDOM-NAME NAME",
      ],
      "0 before rm -r -f --one-file-system -- NAME.lxops-replaced",
      "0 before PATCH NAME",
    ]);
  } finally {
    await wipe(site);
    await Deno.remove(site.dir, { recursive: true });
  }
});
