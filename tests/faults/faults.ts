/**
 * Faults at a point of a run: of lxops, the daemon, an instance, a pool, an image or the clock.
 *
 * @module
 */
import type { Case } from "./cases/case.ts";
import { type BreaksImage, broken } from "./images.ts";
import { freeze, silence } from "./guest.ts";
import type { Point, Verdict } from "./points.ts";
import { crash, crashAfter, restart, stop } from "./restart.ts";
import { killGroup, lxops, type Outcome, type Site } from "./site.ts";
import { empty, fill } from "./small_pool.ts";

/** The place of a fault: a run at a point. */
export interface Moment {
  readonly site: Site;
  readonly one: Case;
  readonly args: readonly string[];
  readonly child: Deno.ChildProcess;
}

/** Result of a fault at a point. */
export interface Happened {
  readonly verdict: Verdict;
  /** Removes the fault after lxops has ended. */
  readonly after?: () => Promise<unknown>;
  /** The end of another run of lxops at the point. */
  readonly second?: Outcome;
}

/** A fault. */
export interface Fault {
  readonly name: string;
  /** Tells whether the fault can happen at a point; the number is the point's index in its command. */
  readonly isAt: (point: Point, one: Case, index: number) => boolean;
  readonly happen: (moment: Moment) => Promise<Happened>;
  /** Lxops runs with the flags that shorten its waits. */
  readonly isImpatient?: boolean;
  /** Lxops runs with a clock that can be set back. */
  readonly hasClock?: boolean;
  /** Exit code with which the first run has to end. */
  readonly code?: number;
}

const before = ({ side }: Point) => side === "before";
const request = ({ kind }: Point) => kind === "request";
const changes = ({ what }: Point) => /^(POST|PUT|PATCH|DELETE) /.test(what);
const isRename = ({ what }: Point) =>
  /^POST \/1\.0\/(instances|storage-pools\/[^/]+\/volumes\/custom)\/[^/?]+(\?|$)/.test(what);
const isLock = ({ what }: Point) => /lxops\.lock/.test(what) || /^POST \/1\.0\/profiles(\?|$)/.test(what);

/** Kills the daemon the given number of milliseconds after it got a request. */
function daemonWithin(milliseconds: number): Fault {
  return {
    name: `daemon after ${milliseconds} ms`,
    isAt: (point, _, index) =>
      before(point) && request(point) && changes(point) && !isLock(point) &&
      (isRename(point) || milliseconds === 3 && index % 3 === 0),
    happen: async ({ site }) => {
      const { done } = await crashAfter(site, milliseconds);
      const again = done.then(() => restart(site));
      return { verdict: "go", after: () => again };
    },
  };
}

function imageFault(name: string, how: BreaksImage): Fault {
  return {
    name,
    isAt: (point, one) =>
      one.unpacks === true && before(point) && /^POST \/1\.0\/instances(\?|$)/.test(point.what),
    happen: async ({ site }) => ({ verdict: "go", after: await broken(site, how) }),
  };
}

/** The faults. */
export const FAULTS: readonly Fault[] = [
  {
    name: "kill",
    isAt: () => true,
    happen: ({ child }) => Promise.resolve(killed(child)),
  },
  {
    name: "kill twice",
    isAt: (_point, _one, index) => index % 4 === 1,
    happen: ({ child }) => Promise.resolve(killed(child)),
  },
  {
    name: "interrupt",
    isAt: before,
    happen: ({ child }) => {
      child.kill("SIGINT");
      return Promise.resolve({ verdict: "go" });
    },
  },
  { name: "error", isAt: before, happen: () => Promise.resolve({ verdict: "fail" }) },
  {
    name: "cut",
    isAt: (point) => !before(point) && request(point),
    happen: () => Promise.resolve({ verdict: "cut" }),
  },
  {
    name: "daemon",
    isAt: (point) => !before(point) && request(point),
    happen: async ({ site }) => {
      await crash(site);
      const again = restart(site);
      return { verdict: "cut", after: () => again };
    },
  },
  ...[3, 6, 9].map(daemonWithin),
  {
    name: "daemon stopped",
    isAt: (point, _, index) => request(point) && index % 6 === 2,
    happen: async ({ site }) => {
      const { done } = await stop(site);
      return { verdict: "cut", after: () => done.then(() => restart(site)) };
    },
  },
  {
    name: "second lxops",
    // A daemon soon forgets operations, so a request that waits for one must not be delayed.
    isAt: (point, one, index) =>
      !one.isFree && before(point) && !isLock(point) && !/\/wait/.test(point.what) && index % 5 === 2,
    happen: async ({ site, args }) => {
      return { verdict: "go", second: await lxops(site, args) };
    },
    code: 0,
  },
  {
    name: "clock back",
    isAt: (point, _, index) => before(point) && index % 5 === 4,
    hasClock: true,
    happen: async ({ site }) => {
      await Deno.writeTextFile(`${site.dir}/clock-back`, "");
      return { verdict: "go", after: () => Deno.remove(`${site.dir}/clock-back`) };
    },
    code: 0,
  },
  imageFault("image vanished", "remove"),
  imageFault("image cut off", "truncate"),
  {
    name: "no address",
    isAt: (point, one) =>
      one.starts === true && before(point) && /^PUT \/1\.0\/instances\/[^/]+\/state/.test(point.what),
    isImpatient: true,
    happen: async ({ site }) => ({ verdict: "go", after: await silence(site) }),
  },
  {
    name: "guest hangs",
    isAt: (point, one) => one.runs === true && before(point) && /\/exec(\?|$)/.test(point.what),
    isImpatient: true,
    happen: async ({ site }) => ({ verdict: "go", after: await freeze(site) }),
  },
  {
    name: "pool full",
    isAt: before,
    happen: async ({ site }) => {
      await fill(site);
      return { verdict: "go", after: () => empty(site) };
    },
  },
];

function killed(child: Deno.ChildProcess): Happened {
  killGroup(child);
  return { verdict: "cut" };
}

/** Returns the faults that can happen at a point of a command at a site. */
export function faultsAt(
  site: Pick<Site, "kind" | "daemon">,
  one: Case,
  point: Point,
  index: number,
): readonly Fault[] {
  return FAULTS.filter(({ name, isAt, hasClock }) =>
    (name === "pool full") === (site.kind === "small pool") &&
    // In incus7, the processes of containers have other numbers.
    // Lxops runs with one change of what it runs on.
    !(hasClock && one.writesFiles) &&
    !(name === "guest hangs" && site.daemon === "incus7") &&
    isAt(point, one, index)
  );
}
