/**
 * Decides what a pool needs: which instances are made, finished and removed. A function of what was seen, and of the
 * time.
 *
 * @module
 */
import { durationText } from "../../base/durations.ts";
import type { Retirement } from "../../step/pool.ts";
import { KEPT, type LeaseRecord, RETIRED } from "./lease.ts";
import type { Member } from "./members.ts";
import type { PoolSpec } from "./spec.ts";

/** Time after which a new instance that is not ready is given up. */
export const STUCK_SECONDS = 900;

const OLDER = "the pool's definition, image or profiles have changed";

/** A pool as the daemon shows it at one time. */
export interface Inventory {
  readonly spec: PoolSpec;
  /** Generation of new instances; absent: their image is gone, so that none are made. */
  readonly generation?: string;
  readonly members: readonly Member[];
  readonly leases: ReadonlyMap<string, LeaseRecord>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The reason why some instances may be missing here; absent: all are here. Nothing is removed where there is one. */
  readonly incomplete?: string;
}

/** An instance that goes. */
export interface Going {
  readonly member: Member;
  readonly why: Retirement;
  readonly reason: string;
}

/** The next changes of a pool. */
export interface Decision {
  /** Number of instances that are made. */
  readonly create: number;
  /** Instances that are finished. */
  readonly warm: readonly Member[];
  readonly retire: readonly Going[];
  /** Instances with a lease, whose keys do not have it yet. */
  readonly mark: readonly Member[];
  /** Names of instances that are gone, whose leases are removed. */
  readonly forget: readonly string[];
  readonly notes: readonly string[];
}

/** Use of an instance of a pool: what tending does with it, and what a status counts. */
export type Use =
  | { readonly kind: "leased" | "kept" | "warming" | "ready" | "older" }
  /** It has no lease and is not handed out. It may have work of its last owner, so that a user decides about it. */
  | { readonly kind: "stray"; readonly reason: string }
  | { readonly kind: "going"; readonly why: Retirement; readonly reason: string };

/** Returns the use of an instance of a pool. */
export function useOf(
  member: Member,
  { spec, generation, now }: Pick<Inventory, "spec" | "generation" | "now">,
): Use {
  const { state, lease, status, createdAt } = member;
  const isOlder = generation !== undefined && member.generation !== generation;
  const going = (reason: string, why: Retirement = "idle"): Use => ({ kind: "going", why, reason });
  const stray = (reason: string): Use => ({
    kind: "stray",
    reason: `${reason}; to remove it: lxops pool retire ${member.name}`,
  });
  if (state === "kept" || lease?.owner === KEPT) return { kind: "kept" };
  if (lease) {
    if (lease.owner === RETIRED) return going("its removal was not finished", "forced");
    if (state === "draining") return going("it was released", "forced");
    // A lease whose time cannot be read would never end.
    if (!(lease.expires > now)) {
      return going(`the lease of ${lease.owner || "a user without a name"} has run out`, "expired");
    }
    return { kind: "leased" };
  }
  if (state === "draining") return going("it was released");
  if (state === "leased") return stray("its lease is gone");
  if (member.name !== member.madeAs) return stray(`it was renamed; it was "${member.madeAs}"`);
  const ageSeconds = (now - createdAt) / 1000;
  if (state === "warming") {
    if (isOlder) return going(OLDER);
    if (ageSeconds > STUCK_SECONDS) return going(`it was not ready after ${durationText(STUCK_SECONDS)}`);
    return { kind: "warming" };
  }
  // Without the uuid, it is never handed out.
  if (member.readyUuid === "") return going("it was set back by hand, and is not known to be clean");
  if (spec.mode === "self" && status === "Stopped") return going("it has done its work");
  if (status !== STATUS_OF[spec.ready] && !isOlder) {
    return going(`its status is ${status}`);
  }
  if (spec.maxAgeSeconds > 0 && ageSeconds > spec.maxAgeSeconds) {
    return going(`it is older than ${durationText(spec.maxAgeSeconds)}`);
  }
  return { kind: isOlder ? "older" : "ready" };
}

/** Status of an instance that waits to be taken. */
export const STATUS_OF = { running: "Running", frozen: "Frozen", stopped: "Stopped" } as const;

/** Decides what a pool needs. */
export function decide(inventory: Inventory): Decision {
  const { spec, members, leases, incomplete, generation } = inventory;
  const used = members.map((member) => ({ member, use: useOf(member, inventory) }));
  const of = (kind: Use["kind"]) =>
    used.filter(({ use }) => use.kind === kind).map(({ member }) => member).sort(byAge);
  const going: Going[] = used.flatMap(({ member, use }) =>
    use.kind === "going" ? [{ member, why: use.why, reason: use.reason }] : []
  );
  const [ready, warming, older] = [of("ready"), of("warming"), of("older")];
  const size = spec.enabled ? spec.size : ready.length + warming.length;
  // What works by itself ends by itself, also where it is more or older than it should be.
  const isSelf = spec.mode === "self";
  const working = ready.length + warming.length + (isSelf ? older.length : 0);
  const missing = Math.max(0, size - working);
  const total = members.length - of("kept").length - going.length;
  const isMade = generation !== undefined;
  const create = isMade ? Math.min(missing, Math.max(0, spec.max - total)) : 0;
  // Instances of an older generation serve until newer ones do, where there is room for both.
  const noRoom = isMade && !isSelf ? Math.min(older.length, missing - create) : 0;
  const replaced = spec.enabled && !isSelf ? Math.max(noRoom, older.length + ready.length - size) : 0;
  going.push(...older.slice(0, replaced).map((member) => ({ member, why: "idle" as const, reason: OLDER })));
  const surplus = Math.max(0, working - size);
  const spare = [...warming.toReversed(), ...(isSelf ? [] : ready)].slice(0, surplus);
  going.push(
    ...spare.map((member) => ({
      member,
      why: "idle" as const,
      reason: `the pool has more than ${size} of them`,
    })),
  );
  const known = new Set(members.map(({ madeAs }) => madeAs));
  const forget = [...leases.keys()].filter((name) => !known.has(name));
  const mark = of("leased").filter(({ state }) => state === "ready");
  const notes = isMade || missing === 0
    ? []
    : [`There is no image "${spec.image}": no instance of pool "${spec.pool}" is made`];
  if (incomplete !== undefined && going.length + forget.length > 0) {
    return {
      create,
      warm: warming,
      retire: [],
      mark,
      forget: [],
      notes: [...notes, `${incomplete}: nothing is removed from pool "${spec.pool}"`],
    };
  }
  return {
    create,
    warm: warming.filter((member) => !spare.includes(member)),
    retire: going,
    mark,
    forget,
    notes,
  };
}

/** Sorts the oldest first. */
function byAge(a: Member, b: Member): number {
  return a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1);
}
