/** A history of what takers of a pool asked for and got, and a check of it. */

/** A request of a taker, with the times at which it began and was answered; without an answer, it may have been carried out. */
export interface Asked {
  readonly taker: string;
  readonly begin: number;
  readonly end?: number;
}

/** An action of a taker. */
export type Event =
  /** It asked for an instance, and got one, or none. */
  | (Asked & { readonly what: "acquire"; readonly instance?: string; readonly lease?: string })
  /** It gave an instance back. */
  | (Asked & { readonly what: "release"; readonly instance: string });

/** States of an instance, for those who take it. */
type State = "free" | "held" | "gone";

/**
 * Returns the instances whose history no pool could have that hands each out to one taker at a time, in any order in which
 * the requests may have been carried out between their begin and their end (linearizability, by Wing and Gong). Without
 * `again`, an instance that was given back is never handed out again.
 */
export function impossible(
  history: readonly Event[],
  { again = false }: { readonly again?: boolean } = {},
): readonly string[] {
  const of = Map.groupBy(
    history.filter(({ instance }) => instance !== undefined),
    ({ instance }) => instance!,
  );
  return [...of].filter(([, events]) => !isPossible(events, again)).map(([instance]) => instance);
}

function isPossible(events: readonly Event[], again: boolean): boolean {
  const tried = new Set<string>();
  const search = (left: readonly Event[], state: State, holder: string): boolean => {
    // What has no answer need not have been carried out.
    if (left.every(({ end }) => end === undefined)) return true;
    const key = `${state} ${holder} ${left.map((one) => events.indexOf(one)).join(" ")}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const first = Math.min(...left.map(({ end = Infinity }) => end));
    return left.filter(({ begin }) => begin <= first).some((one) => {
      const next = after(one, state, holder, again);
      return next !== undefined &&
        search(left.filter((other) => other !== one), next, one.what === "acquire" ? one.taker : "");
    });
  };
  return search(events, "free", "");
}

/** Returns the state after a request; `undefined` where a pool would not have answered so. */
function after(one: Event, state: State, holder: string, again: boolean): State | undefined {
  if (one.what === "acquire") return state === "free" ? "held" : undefined;
  return state === "held" && holder === one.taker ? (again ? "free" : "gone") : undefined;
}
