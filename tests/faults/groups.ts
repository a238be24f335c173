/**
 * Groups of rows: those of a command on one daemon with one kind of filesystem.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import type { Bed } from "../../scripts/testbed/bed.ts";
import type { Daemon } from "../../scripts/testbed/daemon.ts";
import { placeAt } from "../../scripts/testbed/place.ts";
import { connect } from "../../scripts/testbed/rest.ts";
import { type Fault, faultsAt } from "./faults.ts";
import { type Row, undisturbed } from "./row.ts";
import type { Kind, Site } from "./site.ts";
import { placeSmallPool } from "./small_pool.ts";

const ANCHOR = "anchor";

/** A command on a daemon with one kind of filesystem, and its rows. */
export interface Group {
  readonly site: Site;
  readonly rows: readonly Row[];
  readonly end: string;
}

/** Finds the points of a command, and returns a row for each fault at each of them. */
export async function groupOf(
  site: Site,
  one: Row["one"],
  isWanted: (fault: Fault) => boolean,
): Promise<Group> {
  const { points, end } = await undisturbed(site, one);
  const rows = points.flatMap((point, index) =>
    faultsAt(site, one, point, index).map((fault) => ({ one, point, fault }))
  );
  if (rows.length === 0) {
    throw new Error(`"${one.command}" changes nothing: its case has no points to stop it at`);
  }
  return { site, rows: rows.filter(({ fault }) => isWanted(fault)), end };
}

/**
 * Returns a sample of a group's rows, with as many different faults as possible and one that is killed twice. The
 * number chooses the sample.
 */
export function sampleOf(rows: readonly Row[], count: number, number: number): readonly Row[] {
  const byFault = [...Map.groupBy(rows, ({ fault }) => fault.name)];
  const [double, single] = [true, false].map((isDouble) =>
    byFault.filter(([name]) => (name === "kill twice") === isDouble).map(([, same]) => same)
  ) as [Row[][], Row[][]];
  const first = number % Math.max(single.length, 1);
  const turned = [...double, ...single.slice(first), ...single.slice(0, first)];
  const chosen: Row[] = [];
  for (let round = 0; chosen.length < Math.min(count, rows.length); round++) {
    for (const [index, same] of turned.entries()) {
      // Neighbouring numbers choose rows that are far apart.
      const row = round < same.length ? same[(number * 7 + round * 5 + index * 3) % same.length]! : undefined;
      if (row && !chosen.includes(row) && chosen.length < count) chosen.push(row);
    }
    if (round > rows.length) break;
  }
  return rows.filter((row) => chosen.includes(row));
}

/**
 * Creates an instance that exists all the time. The daemon of a bed has its own id map, which lxops reads from another
 * instance; on an ordinary machine it reads /etc/subuid and /etc/subgid.
 */
export async function placeAnchor(daemon: Daemon): Promise<void> {
  using rest = connect(daemon.socket);
  const names = await rest.send("GET", "/1.0/instances?recursion=1") as { name: string }[];
  if (names.some(({ name }) => name === ANCHOR)) return;
  await rest.send("POST", "/1.0/instances", { name: ANCHOR, source: { type: "image", alias: "tiny" } });
}

/** Creates the site of a group of rows; the bed keeps it until the group is done. */
export async function siteOf(bed: Bed, daemon: Daemon, kind: Kind): Promise<Site> {
  if (kind === "small pool") await placeSmallPool(placeAt(bed.dir), daemon);
  const binary = Deno.env.get(`LXOPS_TEST_BIN_${daemon.kind === "lxd" ? "LXD" : "INCUS"}`);
  const entry = daemon.kind === "lxd" ? "lxd" : "incus";
  const source = fromFileUrl(new URL(`../../backends/${entry}.ts`, import.meta.url));
  return {
    kind,
    daemon: daemon.kind,
    socket: daemon.socket,
    place: placeAt(bed.dir),
    argv: binary ? [binary] : [Deno.execPath(), "run", "-A", "-q", source],
    id: `f${crypto.randomUUID().slice(0, 8)}`,
    dir: await Deno.makeTempDir({ prefix: "lxops-faults-" }),
  };
}
