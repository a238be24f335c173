/**
 * Waiting for an instance, with short pauses between looks.
 *
 * @module
 */
import { noInstance } from "../../base/missing.ts";
import { CommandError, ServerError, StateError, TimeoutError } from "../../base/errors.ts";
import type { Address, InstanceControl, InstanceServer } from "../../ports/mod.ts";
import type { Wait } from "../../step/step.ts";
import { addressFilter, type OwnAddresses } from "./instance_addresses.ts";
import { milliseconds, sleep, unlessAborted } from "./pauses.ts";

const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;
/** Longest pause while an instance lasts that ends by itself. */
const LASTING_PAUSE_MS = 1000;

/** The parts of the daemon that waiting uses. */
export interface WaitPorts {
  readonly server: Pick<InstanceServer, "instanceState" | "instance" | "get">;
  readonly control: Pick<InstanceControl, "exec">;
}

/**
 * Returns when all conditions are met, with the instance's own addresses at that time.
 *
 * @throws {TimeoutError} when they do not in time
 * @throws {StateError} when the instance is gone, or has stopped though it was not to stop
 */
export async function waitFor(
  wait: Wait,
  ports: WaitPorts,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  if (wait.pauseSeconds) await sleep(milliseconds(wait.pauseSeconds), signal);
  const late = new AbortController();
  const both = AbortSignal.any([signal, late.signal]);
  let unmet: Unmet | undefined;
  const own = addressFilter(wait.instance, ports.server);
  const timer = setTimeout(() => late.abort(timedOut(wait, unmet)), milliseconds(wait.timeoutSeconds));
  try {
    const start = performance.now();
    let quickest = Infinity;
    // There is at least one look, however short the time limit is.
    for (let limit = signal;; limit = both) {
      const asked = performance.now();
      const seen: Address[] = [];
      const note: OwnAddresses = async (found) => {
        const those = await own(found);
        seen.push(...those);
        return those;
      };
      unmet = await unmetCondition(wait, ports, note, { limit, both });
      if (unmet === undefined) return seen;
      const now = performance.now();
      quickest = Math.min(quickest, now - asked);
      await sleep(pauseAfter(now - start, quickest, wait.orGone ? LASTING_PAUSE_MS : LONGEST_PAUSE_MS), both);
      signal.throwIfAborted();
      if (late.signal.aborted) throw timedOut(wait, unmet);
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns the poll interval: 1/16 of the time waited, so that the overshoot is at most 6 %, and at least the
 * duration of the quickest look, because many questions slow down a daemon that starts instances. One that took longer
 * met other work, such as the start of the shell that waits for its script.
 */
function pauseAfter(waitedMs: number, lookMs: number, longestMs: number): number {
  return Math.min(Math.max(SHORTEST_PAUSE_MS, waitedMs / 16, lookMs), longestMs);
}

/** A condition that does not hold, and what the daemon says about it. */
interface Unmet {
  readonly condition: Condition;
  readonly reason?: string;
}

async function unmetCondition(
  wait: Wait,
  ports: WaitPorts,
  own: OwnAddresses,
  { limit, both }: { readonly limit: AbortSignal; readonly both: AbortSignal },
): Promise<Unmet | undefined> {
  const { name } = wait.instance;
  const [first] = wait.until;
  const state = await unlessAborted(ports.server.instanceState(wait.instance), limit).catch((error) => {
    // A daemon has no state of an instance for a moment while it dies; the next look finds it stopped.
    if (first !== undefined && error instanceof ServerError && error.status === 500) return error;
    throw error;
  });
  if (state instanceof ServerError) return { condition: first!, reason: state.message };
  if (!state && wait.orGone) return undefined;
  if (!state) throw noInstance(wait.instance);
  if (state.status === "Stopped" && !wait.until.includes("stopped")) {
    throw new StateError(`Instance "${name}" has stopped while it was waited for`, {
      advice: [
        "The daemon's log of its start may tell why",
      ],
    });
  }
  for (const condition of wait.until) {
    if (condition === "stopped" && state.status !== "Stopped") return { condition };
    const wanted = FAMILIES[condition];
    if (!wanted) continue;
    const found = state.addresses.filter(({ scope, family }) =>
      scope === "global" && wanted.includes(family)
    );
    if (found.length > 0 && (await unlessAborted(own(found), limit)).length > 0) continue;
    const names = [...new Set(found.map((address) => `"${address.interface}"`))].join(", ");
    return { condition, ...(names === "" ? {} : { reason: `no NIC of it has the addresses of ${names}` }) };
  }
  for (const one of wait.until.filter(isProbed)) {
    const problem = await probe(one, wait, ports, both);
    if (problem) return problem;
  }
  return undefined;
}

function timedOut(wait: Wait, unmet: Unmet | undefined): TimeoutError {
  const what = unmet === undefined ? "is not ready" : describeCondition(unmet.condition);
  const reason = unmet?.reason === undefined ? "" : `: ${unmet.reason}`;
  const time = wait.timeoutSeconds > 0 ? ` after ${wait.timeoutSeconds} s` : "";
  return new TimeoutError(
    `Instance "${wait.instance.name}" ${what}${time}${reason}`,
    [
      wait.until.includes("stopped")
        ? 'To wait longer: --timeout SECONDS; where it goes on running: "until: started" or "until: healthy" under ' +
          '"after:" in the configuration'
        : `To wait longer: --timeout SECONDS; what to wait for: "wait:" in the configuration`,
    ],
  );
}

type Condition = Wait["until"][number];

/** The families of which a condition wants an address. */
const FAMILIES: Readonly<Partial<Record<Condition, readonly Address["family"][]>>> = {
  network: ["inet", "inet6"],
  ipv4: ["inet"],
  ipv6: ["inet6"],
};

function describeCondition(condition: Condition): string {
  switch (condition) {
    case "stopped":
      return "has not stopped";
    case "network":
      return "has no address";
    case "ipv4":
      return "has no IPv4 address";
    case "ipv6":
      return "has no IPv6 address";
    case "exec":
      return "runs no programs";
    case "init":
    case "systemd":
      return "has not finished its start";
    case "cloud-init":
      return "has not finished its cloud-init";
  }
}

type Probed = "exec" | "init" | "systemd" | "cloud-init";

// Scripts that begin with a colon only read. Exit code 1 means not yet, 3 that it ended badly, 127 that it does not
// exist.
const PROBES: Readonly<Record<Probed, string>> = {
  exec: ":",
  init: ': init; if command -v systemctl >/dev/null; then case "$(systemctl is-system-running 2>&1)" in ' +
    "running|degraded) ;; *) exit 1 ;; esac; elif [ -d /run/openrc ]; then " +
    "[ -e /run/openrc/softlevel ] && [ ! -e /run/openrc/rc.starting ] || exit 1; fi",
  systemd:
    ': systemd; command -v systemctl >/dev/null || exit 127; case "$(systemctl is-system-running 2>&1)" in ' +
    "running|degraded) ;; *) exit 1 ;; esac",
  "cloud-init":
    ': cloud-init; command -v cloud-init >/dev/null || exit 127; case "$(cloud-init status 2>&1)" in ' +
    "*error*) exit 3 ;; *done*|*disabled*|*degraded*) ;; *) exit 1 ;; esac",
};
const PROGRAMS: Readonly<Record<Probed, string>> = {
  exec: "/bin/sh",
  init: "/bin/sh",
  systemd: "systemctl",
  "cloud-init": "cloud-init",
};

function isProbed(condition: Condition): condition is Probed {
  return condition in PROBES;
}

async function probe(
  condition: Probed,
  wait: Wait,
  ports: WaitPorts,
  both: AbortSignal,
): Promise<Unmet | undefined> {
  const argv = ["/bin/sh", "-c", PROBES[condition]] as const;
  const { name } = wait.instance;
  try {
    const code = await ports.control.exec({ instance: wait.instance, argv }, () => {}, both);
    if (code === 127) {
      throw new CommandError(`Instance "${name}" has no ${PROGRAMS[condition]}`, { argv, code });
    }
    if (code === 3 && condition === "cloud-init") {
      throw new CommandError(`cloud-init ended with errors in instance "${name}"`, {
        argv,
        code,
        advice: [
          `To see them: lxops instance exec ${name} -- cloud-init status --long`,
        ],
      });
    }
    if (code === 0) return undefined;
    return condition === "exec"
      ? { condition, reason: `/bin/sh ends with exit code ${code}` }
      : { condition };
  } catch (error) {
    if (both.aborted) return { condition };
    // The agent of a virtual machine that boots does not answer yet.
    if (error instanceof ServerError) return { condition, reason: error.message };
    throw error;
  }
}
